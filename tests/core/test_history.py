"""What was said before somebody came in, what lies in the bin, and what goes for good."""

from datetime import timedelta

import pytest

from intranet.core import notifications, purging
from intranet.core.entries import changes as entry_changes
from intranet.core.entries import queries
from intranet.core.entries.changes import NewAttachment
from intranet.core.errors import Conflict
from intranet.core.models import Entry, EntryRevision, EntryTag, Membership, Notification, Room, SavedEntry
from intranet.core.rooms import access
from intranet.core.rooms import changes as room_changes
from intranet.core.rooms import queries as room_queries
from intranet.kernel import clock
from intranet.kernel.events import Event, list_after
from intranet.testing.house import House, without_token


def bring(house: House, username: str, slug: str = "workshop", *, sees_history: bool) -> None:
    with house.site.database.write() as db:
        room, person = db.merge(house.room(slug)), house.person(username)
        room_changes.set_member(db, room, person, "member", actor=None, sees_history=sees_history)


def ids(house: House, username: str, slug: str = "workshop") -> list[int]:
    viewer = house.person(username)
    with house.site.database.read() as db:
        seen = room_queries.find_readable(db, viewer, slug=slug)
        assert seen
        return [row.id for row in queries.list_room(db, seen)]


def test_who_comes_without_history_reads_what_is_said_from_then_on(house: House) -> None:
    old = house.say("ines", "workshop", "old #plan")
    bring(house, "pavel", sees_history=False)
    answer = house.say("ines", "workshop", "answer to old", parent=old)
    new = house.say("ines", "workshop", "new #place")
    pavel, omar = house.person("pavel"), house.person("omar")
    assert ids(house, "pavel") == [new.id]
    assert ids(house, "omar") == [new.id, old.id]
    with house.site.database.read() as db:
        assert [queries.find(db, pavel, each.id) for each in (old, answer)] == [None, None]
        assert queries.find(db, pavel, new.id)
        assert [row.id for row in queries.list_feed(db, pavel) if row.room_id == new.room_id] == [new.id]
        assert queries.suggest_tags(db, pavel, "pl") == ["place"]
        assert queries.suggest_tags(db, omar, "pl") == ["place", "plan"]
        assert pavel.id not in (access.audience(db, old.room_id, old.id) or set())
        assert pavel.id in (access.audience(db, old.room_id, new.id) or set())


def test_hidden_history_is_hidden_in_every_door(house: House) -> None:
    old = house.say("ines", "workshop", "quicksilver")
    house.say("omar", "workshop", "quicksilver too", parent=old)
    bring(house, "pavel", sees_history=False)
    visitor, program = house.visitor("pavel"), house.program("pavel")
    never = visitor.get("/p/999999")
    for path in (f"/p/{old.id}", f"/entries/{old.id}", f"/entries/{old.id}/edit"):
        answer = visitor.get(path)
        assert (answer.status_code, without_token(answer)) == (404, without_token(never))
    assert program.get(f"/entries/{old.id}/comments").status_code == 404
    assert program.get("/search?q=quicksilver").json["items"] == []
    assert house.program("omar").get("/search?q=quicksilver").json["items"]
    assert "quicksilver" not in visitor.get("/people/ines/posts").text


def test_a_room_that_opens_shows_its_members_everything(house: House) -> None:
    old = house.say("ines", "workshop", "old")
    bring(house, "pavel", sees_history=False)
    with house.site.database.write() as db:
        room_changes.change(db, db.merge(house.room("workshop")), house.person("ines"), access="open")
    assert ids(house, "pavel") == [old.id]


def test_a_room_that_closes_is_gone_for_who_is_not_in_it(house: House) -> None:
    post = house.say("omar", "library", "open words")
    pavel = house.person("pavel")
    with house.site.database.read() as db:
        assert queries.find(db, pavel, post.id)
    with house.site.database.write() as db:
        room_changes.change(db, db.merge(house.room("library")), house.person("omar"), access="secret")
    assert house.visitor("pavel").get(f"/p/{post.id}").status_code == 404
    assert house.visitor("pavel").get("/rooms/library").status_code == 404
    assert house.program("pavel").get("/search?q=words").json["items"] == []


def test_a_renamed_room_leads_on_and_its_old_address_is_nobody_elses(house: House) -> None:
    with house.site.database.write() as db:
        room_changes.change(db, db.merge(house.room("workshop")), house.person("ines"), name="Machine hall")
        other = room_changes.add(db, creator=house.person("omar"), name="Workshop")
        assert other.slug == "workshop-2"
    with house.site.database.read() as db:
        found = room_queries.find_by_former_slug(db, house.person("omar"), "workshop")
        assert found and found.room.slug == "machine-hall"
        assert room_queries.find_by_former_slug(db, house.person("pavel"), "workshop") is None
    with house.site.database.write() as db:
        room_changes.change(db, db.merge(house.room("machine-hall")), house.person("ines"), name="Workshop")
    assert house.room("workshop").name == "Workshop"


def test_what_goes_into_the_bin_takes_along_what_stands_under_it_and_brings_it_back(house: House) -> None:
    post = house.say("ines", "workshop", "post")
    comment = house.say("omar", "workshop", "comment", parent=post)
    reply = house.say("ines", "workshop", "gearwheel", parent=comment)
    gone = house.say("omar", "workshop", "gone before", parent=post)
    ines, omar = house.person("ines"), house.person("omar")
    with house.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, gone.id), omar)
        assert db.get_one(Entry, post.id).comment_count == 2
        entry_changes.remove(db, db.get_one(Entry, post.id), ines)
    with house.site.database.read() as db:
        assert [queries.find(db, ines, each.id) for each in (post, comment, reply)] == [None] * 3
        assert queries.find_removed(db, omar, gone.id) is None, "it would stand under nothing"
        assert queries.find_removed(db, omar, post.id) is None
    assert house.program("omar").get("/search?q=gearwheel").json["items"] == []
    with house.site.database.write() as db:
        found = queries.find_removed(db, ines, post.id)
        assert found
        entry_changes.restore(db, found, ines)
        assert db.get_one(Entry, post.id).comment_count == 2
        assert queries.find(db, omar, reply.id)
        assert queries.find(db, omar, gone.id) is None
    assert [hit["id"] for hit in house.program("omar").get("/search?q=gearwheel").json["items"]] == [reply.id]


def test_what_a_keeper_took_away_its_author_cannot_bring_back(house: House) -> None:
    post = house.say("omar", "workshop", "rude")
    ines, omar = house.person("ines"), house.person("omar")
    with house.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, post.id), ines, "Not here")
    with house.site.database.read() as db:
        assert queries.find_removed(db, omar, post.id) is None
        assert [each.removed_reason for each in queries.list_removed(db, ines)] == ["Not here"]


def test_the_bin_is_emptied_after_its_time_and_not_before(house: House) -> None:
    post = house.say("ines", "workshop", "with #tag")
    comment = house.say("omar", "workshop", "below", parent=post)
    kept = house.say("ines", "workshop", "kept")
    ines = house.person("ines")
    with house.site.database.write() as db:
        entry_changes.edit(db, db.get_one(Entry, post.id), "another #tag")
        entry_changes.save_for_later(db, db.get_one(Entry, post.id), house.person("omar"), on=True)
        entry_changes.react(db, db.get_one(Entry, post.id), ines, "👍", on=True)
        entry_changes.remove(db, db.get_one(Entry, post.id), ines)
    assert purging.empty_bin(house.site.database, clock.now() - timedelta(days=30)) == 0
    assert purging.empty_bin(house.site.database, clock.now() + timedelta(seconds=1)) == 2
    with house.site.database.read() as db:
        assert [db.get(Entry, each.id) for each in (post, comment)] == [None, None]
        assert db.get(Entry, kept.id)
        assert [db.query(table).count() for table in (EntryRevision, EntryTag, SavedEntry)] == [0, 0, 0]


def test_a_removed_room_is_purged_with_everything_in_it(house: House) -> None:
    house.say("ines", "workshop", "words")
    room, ines = house.room("workshop"), house.person("ines")
    with house.site.database.write() as db:
        room_changes.remove(db, db.get_one(Room, room.id), ines)
    with house.site.database.read() as db:
        assert [each.id for each in room_queries.list_removed(db, ines)] == [room.id]
        assert room_queries.list_removed(db, house.person("pavel")) == []
    purging.empty_bin(house.site.database, clock.now() + timedelta(seconds=1))
    with house.site.database.read() as db:
        assert db.get(Room, room.id) is None
        assert db.query(Entry).where(Entry.room_id == room.id).count() == 0


def test_earlier_words_are_kept_and_the_same_words_are_not(house: House) -> None:
    post = house.say("ines", "workshop", "one")
    with house.site.database.write() as db:
        for words in ("two", "two", "three"):
            entry_changes.edit(db, db.get_one(Entry, post.id), words)
        assert [each.body for each in queries.list_revisions(db, post.id)] == ["two", "one"]
        assert [each.body for each in queries.list_revisions(db, post.id, limit=1)] == ["two"]
        assert [each.body for each in queries.list_revisions(db, post.id, before=2)] == ["one"]


def test_a_description_that_changes_is_found_and_shown_anew_and_the_same_one_is_not(house: House) -> None:
    ines, room = house.person("ines"), house.room("workshop")
    picture = NewAttachment("ab" * 32, 5, "lathe.webp", "image/webp", width=2, height=2)
    with house.site.database.write() as db:
        post = entry_changes.add(db, kind="post", room_id=room.id, author=ines, body="", attachments=[picture])
        other = entry_changes.add(db, kind="post", room_id=room.id, author=ines, body="", attachments=[picture])
        (theirs,) = queries.attachments(db, [other])[other.id]
        (mine,) = queries.attachments(db, [post])[post.id]
        version = post.version
        entry_changes.describe(db, post, {mine.id: "A quicksilver lathe", theirs.id: "not mine to say"})
        entry_changes.describe(db, post, {mine.id: "A quicksilver lathe"})
        assert (post.version, mine.alt, theirs.alt) == (version + 1, "A quicksilver lathe", "")
    found = house.program("omar").get("/search?q=quicksilver").json["items"]
    assert [hit["id"] for hit in found] == [post.id]


def test_everyone_is_named_only_where_the_author_may(house: House) -> None:
    plain = house.say("ines", "workshop", "Hello @everyone")
    ines, room = house.person("ines"), house.room("workshop")
    with house.site.database.write() as db:
        loud = entry_changes.add(
            db, kind="post", room_id=room.id, author=ines, body="Hello @everyone", may_name_everyone=True
        )
        assert '<strong class="everyone">@everyone</strong>' in loud.html
    assert "<strong" not in plain.html


def asked(house: House) -> Event:
    with house.site.database.read() as db:
        return [each for each in list_after(db, 0, 10_000) if each.name == "join.requested"][-1]


def test_a_wish_to_join_reaches_the_keepers_and_is_answered_once(house: House) -> None:
    pavel, omar = house.person("pavel"), house.person("omar")
    with house.site.database.write() as db:
        seen = room_queries.find(db, pavel, slug="counter")
        assert seen and not seen.may_read
        room_changes.ask_to_join(db, seen, pavel, "I work there now", sees_history=False)
    assert asked(house).data["people"] == [omar.id]
    with house.site.database.write() as db:
        room = db.merge(house.room("counter"))
        assert room_changes.answer_request(db, room, pavel, actor=omar, let_in=True)
        assert not room_changes.answer_request(db, room, pavel, actor=omar, let_in=True)
        assert db.get_one(Membership, (room.id, pavel.id)).role == "member"
        seen = room_queries.find(db, pavel, slug="counter")
        assert seen
        with pytest.raises(Conflict):
            room_changes.ask_to_join(db, seen, pavel, "again")


def give(house: House, event_id: int, actor: str, people: list[str], entry: Entry, kind: str = "reaction") -> list[int]:
    event = Event(event_id, "reaction.changed", entry.room_id, None, entry.id, clock.now(), {})
    with house.site.database.write() as db:
        return notifications.give(
            db, event, [house.person(each).id for each in people], kind=kind, subject=f"entry:{entry.id}",
            actor_id=house.person(actor).id, entry=db.get_one(Entry, entry.id),
        )  # fmt: skip


def test_notifications_are_grouped_until_they_are_read_and_never_told_twice(house: House) -> None:
    post = house.say("ines", "everyone", "cake")
    ines = house.person("ines")
    for event_id, actor in ((10, "omar"), (11, "pavel"), (11, "pavel"), (12, "pavel"), (13, "ines")):
        give(house, event_id, actor, ["ines"], post)
    with house.site.database.write() as db:
        (line,) = notifications.list_for(db, ines)
        assert (line.count, line.actor_ids) == (2, [house.person("pavel").id, house.person("omar").id])
        assert len(notifications.list_for(db, ines, Notification.read_at.is_(None))) == 1
        notifications.mark_read(db, ines)
    assert give(house, 12, "pavel", ["ines"], post) == []
    assert give(house, 14, "rosa", ["ines"], post)
    with house.site.database.read() as db:
        assert [each.count for each in notifications.list_for(db, ines)] == [1, 2]


def test_a_notification_is_given_and_shown_only_to_who_may_read_what_it_is_about(house: House) -> None:
    post = house.say("ines", "workshop", "secret")
    omar, room = house.person("omar"), house.room("workshop")
    assert give(house, 10, "ines", ["omar", "pavel"], post) == [omar.id]
    with house.site.database.write() as db:
        assert len(notifications.list_for(db, omar, Notification.read_at.is_(None))) == 1
        room_changes.remove_member(db, db.merge(room), omar, actor=None)
        assert len(notifications.list_for(db, omar, Notification.read_at.is_(None))) == 0
        assert notifications.list_for(db, omar) == []
        assert notifications.find(db, omar, 1) is None
