"""The bell: who hears of what, who never does, and how a line is read, made quiet and tidied away."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from intranet.core import erasing, notifications, people
from intranet.core.entries import changes as entry_changes
from intranet.core.entries.rules import may_name_everyone
from intranet.core.models import Entry, Membership, Notification
from intranet.core.rooms import changes as room_changes
from intranet.core.rooms import queries as room_queries
from intranet.features.notifications import changes
from intranet.features.notifications import plugin as notifications_plugin
from intranet.features.notifications.models import Choice, Pause
from intranet.kernel import clock
from intranet.kernel.events import list_after
from intranet.testing.house import House
from tests.worker import catch_up


@pytest.fixture
def quiet(house: House) -> Iterator[House]:
    """A house in which nobody has anything to hear of."""
    catch_up(house)
    with house.site.database.write() as db:
        db.query(Notification).delete()
    yield house
    assert not house.site.plugins.failures


def lines(house: House, username: str) -> list[tuple[str, str]]:
    """Kind and words of what the person's bell holds, newest first."""
    catch_up(house)
    return [(each["kind"], each["text"]) for each in house.program(username).get("/notifications").json["items"]]


def kinds(house: House, username: str) -> list[str]:
    return [kind for kind, _words in lines(house, username)]


def bring(house: House, username: str, slug: str = "workshop", role: str = "member", actor: str | None = None) -> None:
    with house.site.database.write() as db:
        by = house.person(actor) if actor else None
        room_changes.set_member(db, db.merge(house.room(slug)), house.person(username), role, actor=by)


def set_loudness(house: House, username: str, loudness: str, slug: str = "workshop") -> None:
    with house.site.database.write() as db:
        room_changes.set_loudness(db, house.room(slug).id, house.person(username).id, loudness)


def react(house: House, username: str, entry: Entry, emoji: str = "👍", *, on: bool = True) -> None:
    with house.site.database.write() as db:
        entry_changes.react(db, db.get_one(Entry, entry.id), house.person(username), emoji, on=on)


def unread(house: House, username: str) -> int:
    found = re.search(r'data-unread="(\d+)"', house.visitor(username).get("/").text)
    assert found
    return int(found[1])


def test_who_is_named_hears_of_it_and_nobody_else_does(quiet: House) -> None:
    post = quiet.say("ines", "workshop", "Hello @omar, @pavel and @ines")
    assert lines(quiet, "omar") == [("mention", "Ines Alba named you in Workshop")]
    assert [lines(quiet, each) for each in ("ines", "pavel", "rosa")] == [[], [], []]
    assert f'action="/notifications/{only(quiet, "omar").id}/open"' in quiet.visitor("omar").get("/notifications").text
    assert quiet.program("omar").get("/notifications").json["items"][0]["url"] == f"/p/{post.id}"


def only(house: House, username: str) -> Notification:
    with house.site.database.read() as db:
        return db.scalars(select(Notification).where(Notification.person_id == house.person(username).id)).one()


def test_who_is_named_by_an_edit_hears_of_it_once_however_often_it_is_edited(quiet: House) -> None:
    post = quiet.say("ines", "workshop", "Hello")
    for body in ("Hello @omar", "Hello", "Hello again @omar", "Hello", "And again @omar"):
        with quiet.site.database.write() as db:
            entry_changes.edit(db, db.get_one(Entry, post.id), body)
    assert kinds(quiet, "omar") == ["mention"]
    quiet.program("omar").ask("PUT", "/notifications/read", json={})
    with quiet.site.database.write() as db:
        entry_changes.edit(db, db.get_one(Entry, post.id), "Without")
        entry_changes.edit(db, db.get_one(Entry, post.id), "With @omar")
    assert kinds(quiet, "omar") == ["mention"]


def test_everyone_is_everyone_who_did_not_make_the_room_quiet(quiet: House) -> None:
    bring(quiet, "rosa")
    bring(quiet, "pavel")
    set_loudness(quiet, "pavel", "muted")
    for name in ("ines", "omar"):
        with quiet.site.database.write() as db:
            seen = room_queries.find(db, quiet.person(name), slug="workshop")
            assert seen
            entry_changes.add(
                db, kind="post", room_id=seen.room.id, author=quiet.person(name), body="@everyone @pavel: fire drill",
                may_name_everyone=may_name_everyone(seen),
            )  # fmt: skip
    assert lines(quiet, "rosa") == [
        ("everyone", "Omar Said wrote to everyone in Workshop"), ("everyone", "Ines Alba wrote to everyone in Workshop"),
    ]  # fmt: skip
    assert kinds(quiet, "pavel") == ["mention", "mention"], "being named is heard through the quiet"


def test_one_event_gives_one_line_the_most_personal_one(quiet: House) -> None:
    set_loudness(quiet, "omar", "all")
    quiet.say("ines", "workshop", "Look @omar")
    assert kinds(quiet, "omar") == ["mention"]
    post = quiet.say("omar", "workshop", "mine")
    comment = quiet.say("omar", "workshop", "my comment", parent=post)
    quiet.say("ines", "workshop", "to you @omar", parent=comment)
    quiet.say("ines", "workshop", "to you", parent=comment)
    quiet.say("ines", "workshop", "below", parent=post)
    assert kinds(quiet, "omar") == ["comment", "reply", "mention", "mention"]


def test_comments_on_one_post_are_one_line_until_it_is_read(quiet: House) -> None:
    post = quiet.say("ines", "workshop", "cake")
    bring(quiet, "rosa")
    for name in ("omar", "rosa", "omar"):
        quiet.say(name, "workshop", "yes", parent=post)
    assert lines(quiet, "ines") == [("comment", "Omar Said and Rosa Berg commented on your post in Workshop")]
    bring(quiet, "pavel")
    quiet.say("pavel", "workshop", "me too", parent=post)
    assert lines(quiet, "ines") == [("comment", "Pavel Novak and 2 others commented on your post in Workshop")]
    quiet.program("ines").ask("PUT", "/notifications/read", json={})
    quiet.say("omar", "workshop", "more", parent=post)
    assert lines(quiet, "ines")[0] == ("comment", "Omar Said commented on your post in Workshop")


def test_an_answer_reaches_whom_it_answers_and_who_took_part(quiet: House) -> None:
    bring(quiet, "rosa")
    bring(quiet, "pavel")
    post = quiet.say("ines", "workshop", "plan")
    comment = quiet.say("omar", "workshop", "one", parent=post)
    quiet.say("rosa", "workshop", "two", parent=post)
    catch_up(quiet)
    with quiet.site.database.write() as db:
        db.query(Notification).delete()
    quiet.say("ines", "workshop", "an answer", parent=comment)
    words = ("reply", "Ines Alba answered in a conversation of yours in Workshop")
    assert [lines(quiet, each) for each in ("omar", "rosa")] == [[words], [words]]
    assert lines(quiet, "pavel") == []


def test_a_comment_that_is_gone_is_told_of_no_more(quiet: House) -> None:
    post = quiet.say("ines", "workshop", "cake")
    comments = [quiet.say("omar", "workshop", "oops", parent=post) for _ in range(2)]
    assert kinds(quiet, "ines") == ["comment"]
    for comment, left in zip(comments, (["comment"], []), strict=True):
        with quiet.site.database.write() as db:
            entry_changes.remove(db, db.get_one(Entry, comment.id), quiet.person("omar"))
        assert kinds(quiet, "ines") == left


def test_reactions_are_one_line_and_leave_when_they_are_taken_back(quiet: House) -> None:
    bring(quiet, "rosa")
    post = quiet.say("ines", "workshop", "cake")
    react(quiet, "omar", post, "🎉")
    assert lines(quiet, "ines") == [("reaction", "Omar Said reacted with 🎉 to what you said in Workshop")]
    react(quiet, "rosa", post)
    react(quiet, "ines", post)
    assert lines(quiet, "ines") == [("reaction", "Rosa Berg and Omar Said reacted to what you said in Workshop")]
    react(quiet, "omar", post, "👍")
    react(quiet, "omar", post, "🎉", on=False)
    assert len(lines(quiet, "ines")) == 1
    react(quiet, "omar", post, "👍", on=False)
    assert lines(quiet, "ines")[0][1].startswith("Rosa Berg reacted with")
    react(quiet, "rosa", post, on=False)
    assert lines(quiet, "ines") == []


def test_a_loud_room_tells_every_post_and_a_muted_one_only_names(quiet: House) -> None:
    post = quiet.say("omar", "workshop", "before")
    catch_up(quiet)
    set_loudness(quiet, "omar", "muted")
    bring(quiet, "rosa")
    set_loudness(quiet, "rosa", "all")
    quiet.say("ines", "workshop", "news")
    quiet.say("ines", "workshop", "a comment", parent=post)
    react(quiet, "ines", post)
    assert lines(quiet, "rosa") == [("post", "Ines Alba posted in Workshop")]
    assert lines(quiet, "omar") == []
    quiet.say("ines", "workshop", "@omar", parent=post)
    assert lines(quiet, "omar") == [("mention", "Ines Alba named you in a comment in Workshop")]


def test_who_is_moderated_reads_why_and_who_removes_their_own_hears_nothing(quiet: House) -> None:
    post, own = quiet.say("omar", "workshop", "rude words"), quiet.say("omar", "workshop", "my own")
    with quiet.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, post.id), quiet.person("ines"), "Not in this tone")
        entry_changes.remove(db, db.get_one(Entry, own.id), quiet.person("omar"))
    assert lines(quiet, "omar") == [("removed", "A keeper of Workshop removed “rude words”: Not in this tone")]
    with quiet.site.database.write() as db:
        entry_changes.restore(db, db.get_one(Entry, post.id), quiet.person("ines"))
    assert kinds(quiet, "omar") == ["removed"], "what comes back is no new post"


def test_a_restored_post_names_nobody_again(quiet: House) -> None:
    post = quiet.say("ines", "workshop", "@omar")
    assert kinds(quiet, "omar") == ["mention"]
    quiet.program("omar").ask("PUT", "/notifications/read", json={})
    with quiet.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, post.id), quiet.person("ines"))
    assert lines(quiet, "omar") == []
    with quiet.site.database.write() as db:
        entry_changes.restore(db, db.get_one(Entry, post.id), quiet.person("ines"))
    assert kinds(quiet, "omar") == ["mention"]
    assert unread(quiet, "omar") == 0


def ask_to_join(house: House, username: str) -> None:
    with house.site.database.write() as db:
        seen = room_queries.find(db, house.person(username), slug="counter")
        assert seen
        room_changes.ask_to_join(db, seen, house.person(username), "I work there")


def answer(house: House, username: str, *, let_in: bool) -> None:
    with house.site.database.write() as db:
        room, omar = db.merge(house.room("counter")), house.person("omar")
        assert room_changes.answer_request(db, room, house.person(username), actor=omar, let_in=let_in)


def test_keepers_hear_who_asks_until_somebody_answers(quiet: House) -> None:
    ask_to_join(quiet, "pavel")
    ask_to_join(quiet, "rosa")
    assert lines(quiet, "omar") == [("join", "Rosa Berg and Pavel Novak ask to join Counter")]
    assert lines(quiet, "ines") == []
    answer(quiet, "pavel", let_in=True)
    assert lines(quiet, "omar") == [("join", "Rosa Berg asks to join Counter")]
    assert lines(quiet, "pavel") == [("membership", "You are in Counter now")]
    answer(quiet, "rosa", let_in=False)
    assert lines(quiet, "omar") == []
    assert lines(quiet, "rosa") == [("membership", "Your wish to join Counter was not accepted")]


def test_a_wish_that_is_withdrawn_is_heard_of_no_more(quiet: House) -> None:
    ask_to_join(quiet, "pavel")
    assert kinds(quiet, "omar") == ["join"]
    with quiet.site.database.write() as db:
        room_changes.withdraw_request(db, quiet.room("counter").id, quiet.person("pavel").id)
    assert lines(quiet, "omar") == []


def test_who_is_brought_in_or_made_keeper_hears_of_it_and_who_comes_alone_does_not(quiet: House) -> None:
    bring(quiet, "pavel", actor="ines")
    assert lines(quiet, "pavel") == [("membership", "Ines Alba brought you into Workshop")]
    bring(quiet, "pavel", role="keeper", actor="ines")
    assert lines(quiet, "pavel") == [("membership", "Ines Alba made you a keeper of Workshop")]
    quiet.program("pavel").ask("PUT", "/notifications/read", json={})
    bring(quiet, "pavel", actor="ines")
    assert len(lines(quiet, "pavel")) == 1, "nobody is told that they keep a room no more"
    assert quiet.visitor("rosa").post("/rooms/library/join").status_code == 303
    bring(quiet, "rosa")
    assert lines(quiet, "rosa") == []


def test_who_brought_somebody_in_is_in_nobodys_stream(quiet: House) -> None:
    bring(quiet, "pavel", actor="ines")
    with quiet.site.database.read() as db:
        (added,) = [each for each in list_after(db, 0, 10_000) if each.name == "member.added"][-1:]
        assert added.data["actor_id"]
        said = quiet.site.hub.say(db, [added], "en")[0]
        assert (b"actor_id" in said, b'"was"' in said) == (False, False)


def test_nobody_hears_of_what_they_may_not_see(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    assert kinds(quiet, "omar") == ["mention"]
    line = only(quiet, "omar")
    with quiet.site.database.write() as db:
        room_changes.remove_member(db, db.merge(quiet.room("workshop")), quiet.person("omar"), actor=None)
    visitor = quiet.visitor("omar")
    assert lines(quiet, "omar") == []
    assert unread(quiet, "omar") == 0
    assert "Workshop" not in visitor.get("/notifications").text
    never = visitor.post("/notifications/999999/open")
    for path in ("open", "read", "mute"):
        said = visitor.post(f"/notifications/{line.id}/{path}")
        assert (said.status_code, said.text) == (404, never.text)


def test_a_line_is_its_persons_alone(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    line = only(quiet, "omar")
    assert quiet.visitor("ines").post(f"/notifications/{line.id}/open").status_code == 404
    quiet.program("ines").ask("PUT", "/notifications/read", json={"ids": [line.id]})
    assert only(quiet, "omar").read_at is None
    assert quiet.visitor().post(f"/notifications/{line.id}/open").status_code in (400, 401)
    assert quiet.visitor("omar").post(f"/notifications/{line.id}/open").headers["Location"] == f"/p/{line.entry_id}"
    assert only(quiet, "omar").read_at


def test_the_disabled_hear_nothing_and_the_erased_are_named_no_more(quiet: House) -> None:
    post = quiet.say("omar", "workshop", "cake")
    bring(quiet, "pavel")
    quiet.say("pavel", "workshop", "yes", parent=post)
    assert lines(quiet, "omar")[0][1].startswith("Pavel Novak")
    with quiet.site.database.write() as db:
        people.disable(db, db.merge(quiet.person("omar")))
    quiet.say("ines", "workshop", "@omar", parent=post)
    catch_up(quiet)
    assert only(quiet, "omar").kind == "comment"
    with quiet.site.database.write() as db:
        people.enable(db, db.merge(quiet.person("omar")))
        pavel = db.merge(quiet.person("pavel"))
        people.disable(db, pavel)
        erasing.erase(db, pavel, None, with_posts=False)
    assert lines(quiet, "omar") == [("comment", "Former colleague commented on your post in Workshop")]


def test_reading_on_one_device_is_told_to_the_others_alone(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    with quiet.site.database.read() as db:
        before = list_after(db, 0, 10_000)[-1].id
    assert quiet.visitor("omar").post("/notifications/read").status_code == 303
    with quiet.site.database.read() as db:
        told = [each for each in list_after(db, before) if each.name == "notifications.changed"]
        assert [(each.room_id, each.data["people"]) for each in told] == [(None, [quiet.person("omar").id])]
        said = quiet.site.hub.say(db, told[:1], "en")[0]
    assert b"people" not in said
    assert unread(quiet, "omar") == 0
    assert quiet.visitor("omar").post("/notifications/read").status_code == 303
    with quiet.site.database.read() as db:
        assert list_after(db, told[0].id) == [], "nothing was new, so nothing is told"


def test_a_page_that_shows_an_entry_reads_what_is_about_it(quiet: House) -> None:
    post, other = quiet.say("ines", "workshop", "@omar"), quiet.say("ines", "workshop", "@omar too")
    quiet.say("ines", "workshop", "@omar", parent=post)
    catch_up(quiet)
    assert unread(quiet, "omar") == 3
    assert quiet.visitor("omar").post("/notifications/read", {"entry_id": str(post.id)}).status_code == 204
    assert unread(quiet, "omar") == 1
    assert quiet.visitor("omar").post("/notifications/read", {"entry_id": "x"}).status_code == 422
    quiet.program("omar").ask("PUT", "/notifications/read", json={"entry_id": other.id})
    assert unread(quiet, "omar") == 0


def test_no_get_reads_anything(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    visitor, line = quiet.visitor("omar"), only(quiet, "omar")
    for path in ("/notifications", "/notifications/box", "/notifications/bell", f"/p/{line.entry_id}"):
        assert visitor.get(path).status_code == 200
    assert visitor.get(f"/notifications/{line.id}/open").status_code == 405
    assert unread(quiet, "omar") == 1


def test_the_api_goes_through_the_lines_and_reads_up_to_one(quiet: House) -> None:
    for number in range(5):
        quiet.say("ines", "workshop", f"@omar {number}")
    catch_up(quiet)
    program = quiet.program("omar")
    first = program.get("/notifications?limit=2").json
    second = program.get(f"/notifications?limit=2&cursor={first['next']}").json
    ids = [each["id"] for each in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert program.ask("PUT", "/notifications/read", json={"cursor": ids[3]}).status_code == 204
    assert [bool(each["read_at"]) for each in program.get("/notifications").json["items"]] == [False] * 3 + [True] * 2
    assert program.ask("PUT", "/notifications/read", json={"ids": [ids[0]]}).status_code == 204
    assert unread(quiet, "omar") == 2
    for wrong in ({"ids": ["x"]}, {"cursor": -1}, {"ids": list(range(1, 200))}, {"cursor": 1 << 63}):
        assert program.ask("PUT", "/notifications/read", json=wrong).status_code == 422
    assert program.get("/notifications?limit=1000").status_code == 400
    assert [each["username"] for each in first["items"][0]["actors"]] == ["ines"]


def test_a_line_can_be_new_again(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    visitor, line = quiet.visitor("omar"), only(quiet, "omar")
    for on, count in (("1", 0), ("1", 0), ("0", 1), ("0", 1)):
        assert visitor.post(f"/notifications/{line.id}/read", {"on": on}).status_code == 303
        assert unread(quiet, "omar") == count


def test_a_room_is_muted_from_its_line_and_that_can_be_taken_back(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    visitor, line = quiet.visitor("omar"), only(quiet, "omar")
    assert "Mute Workshop" in visitor.get("/notifications").text
    answered = visitor.post(f"/notifications/{line.id}/mute", {"show": "you"})
    assert answered.headers["Location"] == "/notifications?show=you&muted=workshop"
    page = visitor.get(answered.headers["Location"]).text
    assert "Workshop is quiet now" in page
    assert "Mute Workshop" not in page
    assert loudness(quiet, "omar") == "muted"
    assert visitor.post("/me/alerts/rooms/workshop/unmute").status_code == 303
    assert loudness(quiet, "omar") == "normal"
    for slug in ("counter", "workshop", "nowhere"):
        assert quiet.visitor("pavel").post(f"/me/alerts/rooms/{slug}/unmute").status_code == 404
    assert "quiet now" not in quiet.visitor("pavel").get("/notifications?muted=workshop").text


def loudness(house: House, username: str, slug: str = "workshop") -> str:
    with house.site.database.read() as db:
        return db.get_one(Membership, (house.room(slug).id, house.person(username).id)).loudness


def test_a_kind_that_is_switched_off_is_not_in_the_bell_and_nothing_is_lost(quiet: House) -> None:
    post = quiet.say("omar", "workshop", "cake")
    react(quiet, "ines", post)
    quiet.say("ines", "workshop", "yes", parent=post)
    catch_up(quiet)
    visitor = quiet.visitor("omar")
    page = visitor.get("/me/alerts").text
    assert page.count("checked") == page.count('name="bell"')
    on = [each for each in quiet.site.notification_kinds if each != "reaction"]
    assert visitor.post("/me/alerts", {"bell": on}).headers["Location"] == "/me/alerts?saved=1"
    page = visitor.get("/me/alerts").text
    assert page.count("checked") == page.count('name="bell"') - 1
    assert (kinds(quiet, "omar"), unread(quiet, "omar")) == (["comment"], 1)
    assert visitor.post("/me/alerts", {"bell": [*on, "reaction", "nonsense"]}).status_code == 303
    assert (kinds(quiet, "omar"), unread(quiet, "omar")) == (["comment", "reaction"], 2)


def test_how_loud_rooms_are_is_set_in_the_settings(quiet: House) -> None:
    visitor, workshop, counter = quiet.visitor("pavel"), quiet.room("workshop").id, quiet.room("counter").id
    sent = {f"loud-{workshop}": "all", f"loud-{counter}": "all", f"loud-{quiet.room('everyone').id}": "muted"}
    assert visitor.post("/me/alerts/rooms", sent).status_code == 303
    assert loudness(quiet, "pavel", "everyone") == "muted"
    visitor = quiet.visitor("omar")
    assert visitor.post("/me/alerts/rooms", {f"loud-{workshop}": "all", "loud-x": "all"}).status_code == 303
    assert loudness(quiet, "omar") == "all"
    visitor.post("/me/alerts/rooms", {f"loud-{workshop}": "deafening"})
    assert loudness(quiet, "omar") == "all"


def test_a_pause_silences_the_bell_until_the_morning(quiet: House, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    visitor = quiet.visitor("omar")
    assert visitor.post("/me/alerts/pause", {"back": "bell"}).headers["Location"] == "/notifications"
    assert (unread(quiet, "omar"), kinds(quiet, "omar")) == (0, ["mention"])
    assert "quiet until tomorrow morning" in visitor.get("/notifications").text
    visitor.post("/me/alerts/pause", {"on": "0"})
    assert unread(quiet, "omar") == 1
    visitor.post("/me/alerts/pause")
    tomorrow = clock.now() + timedelta(days=1, hours=8)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with quiet.site.database.write() as db:
        assert db.query(Pause).count() == 1
        changes.tidy(db)
        assert db.query(Pause).count() == 0


def test_old_lines_are_tidied_away_and_new_ones_stay(quiet: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        quiet.say("ines", "workshop", f"@omar {number}")
    catch_up(quiet)
    with quiet.site.database.write() as db:
        first, second, third = db.scalars(select(Notification).order_by(Notification.id))
        first.read_at = clock.now()
        for row, days in ((first, 91), (second, 91), (third, 366)):
            row.at = clock.now() - timedelta(days=days)
        kept = second.id
    with quiet.app.app_context():
        notifications_plugin.tidy()
    assert only(quiet, "omar").id == kept


def test_choices_are_taken_along_and_forgotten(quiet: House) -> None:
    visitor = quiet.visitor("omar")
    visitor.post("/me/alerts", {"bell": ["mention"]})
    visitor.post("/me/alerts/pause")
    with quiet.site.database.write() as db:
        (said,) = notifications_plugin.person_exports(db, quiet.person("omar"))
        assert b'"kind": "reaction"' in said.content
        assert b'"kind": "mention"' not in said.content
        changes.forget(db, quiet.person("omar"))
        assert (db.query(Choice).count(), db.query(Pause).count()) == (0, 0)


def test_a_line_of_a_kind_that_nobody_knows_any_more_is_not_shown(quiet: House) -> None:
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    line = only(quiet, "omar")
    del quiet.site.notification_kinds["mention"]
    assert (lines(quiet, "omar"), unread(quiet, "omar")) == ([], 0)
    assert quiet.visitor("omar").post(f"/notifications/{line.id}/open").headers["Location"] == "/notifications"


def test_groups_show_their_own_lines(quiet: House) -> None:
    set_loudness(quiet, "omar", "all")
    quiet.say("ines", "workshop", "@omar one")
    quiet.say("ines", "workshop", "two")
    catch_up(quiet)
    visitor = quiet.visitor("omar")
    for group, named, posted in (("", 1, 1), ("you", 1, 0), ("rooms", 0, 1), ("system", 0, 0), ("nonsense", 1, 1)):
        page = visitor.get(f"/notifications?show={group}").text
        assert (page.count("named you"), page.count("posted in")) == (named, posted), group
    assert "Nothing waiting. Enjoy the quiet." in visitor.get("/notifications?show=system").text


def test_lines_are_said_in_their_readers_language(quiet: House) -> None:
    with quiet.site.database.write() as db:
        people.change(db, db.merge(quiet.person("omar")), language="it")
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    assert '<html lang="it"' in quiet.visitor("omar").get("/notifications").text


def statements(house: House, username: str, path: str) -> list[str]:
    visitor, said = house.visitor(username), list[str]()
    visitor.get(path)
    visitor.get(path)

    def note(*given: object) -> None:
        said.append(str(given[2]))

    sql_event.listen(house.site.database.engine, "before_cursor_execute", note)
    assert visitor.get(path).status_code == 200
    sql_event.remove(house.site.database.engine, "before_cursor_execute", note)
    return said


def test_the_bell_costs_each_page_one_statement_whatever_it_holds(quiet: House) -> None:
    empty = statements(quiet, "omar", "/")
    assert len([each for each in empty if "notifications_pauses" in each]) == 1
    for number in range(120):
        quiet.say("ines", "workshop", f"@omar {number}")
    catch_up(quiet)
    full = statements(quiet, "omar", "/")
    assert len([each for each in full if "notifications_pauses" in each]) == 1
    assert len(full) <= 8
    assert "Notifications, 99+ new" in quiet.visitor("omar").get("/").text
    few = [len(statements(quiet, "omar", f"/notifications?cursor={cursor}")) for cursor in (5, notifications.NEWEST)]
    assert few[0] == few[1], "as many for one line as for twenty"


def test_a_line_of_the_bell_shows_words_and_never_markup(quiet: House) -> None:
    with quiet.site.database.write() as db:
        people.change(db, db.merge(quiet.person("ines")), name="<b>Ines</b> %(room)s")
        quiet_name = db.merge(quiet.room("workshop"))
        quiet_name.name = "<i>Shop</i> %s"
    quiet.say("ines", "workshop", "@omar")
    catch_up(quiet)
    page = quiet.visitor("omar").get("/notifications").text
    assert "&lt;b&gt;Ines&lt;/b&gt; %(room)s named you in &lt;i&gt;Shop&lt;/i&gt; %s" in page
