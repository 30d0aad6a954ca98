"""Who hears of messages, who never does, and what stops being told of."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Membership, Notification, Person, Room
from intranet.core.rooms import changes as room_changes
from intranet.features.chat.models import Follow
from intranet.features.chat.telling import tell
from intranet.kernel.events import list_after
from intranet.testing.house import House
from tests.web.test_chat import direct, send
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
    """Kind and words of what is new in the person's bell, newest first."""
    catch_up(house)
    found = house.program(username).get("/notifications").json
    assert found
    return [(each["kind"], each["text"]) for each in found["items"] if each["read_at"] is None]


def kinds(house: House, username: str) -> list[str]:
    return [kind for kind, _words in lines(house, username)]


def say(house: House, username: str, room_id: int, body: str, **said: object) -> int:
    answer = house.program(username).post(f"/rooms/{room_id}/messages", {"body": body, **said})
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def bring(house: House, username: str, slug: str = "workshop") -> None:
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room(slug)), house.person(username), "member", actor=None)
    catch_up(house)
    with house.site.database.write() as db:
        db.query(Notification).delete()


def set_loudness(house: House, username: str, loudness: str, room_id: int) -> None:
    with house.site.database.write() as db:
        room_changes.set_loudness(db, room_id, house.person(username).id, loudness)


def remove(house: House, username: str, entry_id: int) -> None:
    with house.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, entry_id), house.person(username))


def test_who_is_named_in_a_message_hears_of_it_and_nobody_else_does(quiet: House) -> None:
    entry_id = send(quiet, "ines", "workshop", "Hello @omar, @pavel and @ines")
    assert lines(quiet, "omar") == [("chat.named", "Ines Alba named you in the chat of Workshop")]
    assert [lines(quiet, each) for each in ("ines", "pavel", "rosa")] == [[], [], []]
    found = quiet.program("omar").get("/notifications").json
    assert found
    assert found["items"][0]["url"] == f"/chat/m/{entry_id}"


def test_who_is_named_by_an_edit_hears_of_it_once(quiet: House) -> None:
    entry_id = send(quiet, "ines", "workshop", "Hello")
    for body in ("Hello @omar", "Hello", "Hello again @omar"):
        with quiet.site.database.write() as db:
            entry_changes.edit(db, db.get_one(Entry, entry_id), body)
    assert kinds(quiet, "omar") == ["chat.named"]
    quiet.program("omar").ask("PUT", "/notifications/read", json={})
    with quiet.site.database.write() as db:
        entry_changes.edit(db, db.get_one(Entry, entry_id), "Without")
        entry_changes.edit(db, db.get_one(Entry, entry_id), "With @omar")
    assert kinds(quiet, "omar") == []


def test_everyone_in_a_chat_hears_of_what_is_said_to_everyone(quiet: House) -> None:
    send(quiet, "ines", "workshop", "@everyone the kiln is hot")
    assert lines(quiet, "omar") == [("chat.everyone", "Ines Alba wrote to everyone in the chat of Workshop")]
    assert lines(quiet, "pavel") == []


def test_direct_messages_are_one_line_until_they_are_read(quiet: House) -> None:
    room_id = direct(quiet, "ines", "omar")
    say(quiet, "ines", room_id, "are you there?")
    last = say(quiet, "ines", room_id, "hello?")
    assert lines(quiet, "omar") == [("chat.direct", "Ines Alba wrote to you")]
    assert lines(quiet, "ines") == []
    quiet.visitor("omar").post(f"/chat/dm/{room_id}/read", {"entry_id": str(last)})
    assert lines(quiet, "omar") == []
    say(quiet, "ines", room_id, "once more")
    assert kinds(quiet, "omar") == ["chat.direct"]


def test_what_was_read_before_the_worker_came_is_told_of_no_more(quiet: House) -> None:
    room_id = direct(quiet, "ines", "omar")
    last = say(quiet, "ines", room_id, "@omar are you there?")
    quiet.visitor("omar").post(f"/chat/dm/{room_id}/read", {"entry_id": str(last)})
    assert lines(quiet, "omar") == []


def test_a_muted_room_says_nothing_but_that_one_was_named(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    set_loudness(quiet, "omar", "muted", room_id)
    root = send(quiet, "omar", "workshop", "who has the key?")
    say(quiet, "ines", room_id, "I do", thread_id=root)
    say(quiet, "ines", room_id, "@everyone look")
    assert lines(quiet, "omar") == []
    say(quiet, "ines", room_id, "@omar look")
    assert kinds(quiet, "omar") == ["chat.named"]
    own = direct(quiet, "ines", "omar")
    set_loudness(quiet, "omar", "muted", own)
    say(quiet, "ines", own, "psst")
    assert kinds(quiet, "omar") == ["chat.named"]


def test_reading_the_chat_clears_its_lines_and_not_those_of_threads(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    root = send(quiet, "omar", "workshop", "who has the key?")
    say(quiet, "ines", room_id, "@omar I do", thread_id=root)
    newest = send(quiet, "ines", "workshop", "and @omar, lunch?")
    assert sorted(kinds(quiet, "omar")) == ["chat.named", "chat.named"]
    omar = quiet.visitor("omar")
    omar.post("/chat/workshop/read", {"entry_id": str(newest)})
    assert kinds(quiet, "omar") == ["chat.named"]
    assert omar.post(f"/chat/m/{root}/thread/read").status_code == 303
    assert kinds(quiet, "omar") == []


def test_a_thread_tells_who_began_it_answered_or_was_named_in_it(quiet: House) -> None:
    bring(quiet, "pavel")
    room_id = quiet.room("workshop").id
    root = send(quiet, "ines", "workshop", "who has the key?")
    say(quiet, "omar", room_id, "not me", thread_id=root)
    assert lines(quiet, "ines") == [("chat.reply", "Omar Said answered in a thread in Workshop")]
    assert kinds(quiet, "pavel") == []
    say(quiet, "ines", room_id, "@pavel you?", thread_id=root)
    assert kinds(quiet, "omar") == ["chat.reply"]
    assert kinds(quiet, "pavel") == ["chat.named"]
    say(quiet, "omar", room_id, "found it", thread_id=root)
    assert kinds(quiet, "pavel") == ["chat.reply", "chat.named"]
    found = quiet.program("pavel").get("/notifications").json
    assert found
    assert found["items"][0]["url"] == f"/chat/m/{root}/thread"


def test_an_answer_that_is_gone_is_told_of_no_more(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    root = send(quiet, "ines", "workshop", "who has the key?")
    first = say(quiet, "omar", room_id, "not me", thread_id=root)
    second = say(quiet, "omar", room_id, "nor Pavel", thread_id=root)
    assert kinds(quiet, "ines") == ["chat.reply"]
    remove(quiet, "omar", first)
    assert kinds(quiet, "ines") == ["chat.reply"]
    remove(quiet, "omar", second)
    assert kinds(quiet, "ines") == []


def test_a_direct_message_that_is_gone_leaves_the_line_of_those_that_stand(quiet: House) -> None:
    room_id = direct(quiet, "ines", "omar")
    first = say(quiet, "ines", room_id, "are you there?")
    second = say(quiet, "ines", room_id, "wrong window")
    assert kinds(quiet, "omar") == ["chat.direct"]
    remove(quiet, "ines", second)
    assert kinds(quiet, "omar") == ["chat.direct"]
    remove(quiet, "ines", first)
    assert kinds(quiet, "omar") == []


def test_a_reaction_to_a_message_is_told_to_its_author_until_it_is_taken_back(quiet: House) -> None:
    entry_id = send(quiet, "ines", "workshop", "done")
    for on, wanted in ((True, [("chat.reaction", "Omar Said reacted with 👍 to your message")]), (False, [])):
        with quiet.site.database.write() as db:
            entry_changes.react(db, db.get_one(Entry, entry_id), quiet.person("omar"), "👍", on=on)
        assert lines(quiet, "ines") == wanted


def test_an_event_that_comes_again_tells_nothing_again(quiet: House) -> None:
    room_id = direct(quiet, "ines", "omar")
    say(quiet, "ines", room_id, "hello @omar")
    root = send(quiet, "omar", "workshop", "key?")
    say(quiet, "ines", quiet.room("workshop").id, "here", thread_id=root)
    before = lines(quiet, "omar")
    with quiet.site.database.write() as db:
        for event in list_after(db, 0, 10_000):
            tell(db, event)
    assert lines(quiet, "omar") == before


def test_a_message_that_names_nobody_costs_the_same_in_a_room_of_any_size(quiet: House) -> None:
    with quiet.site.database.write() as db:
        room = db.query(Room).where(Room.slug == "library").one()
        crowd = [people.add(db, username=f"crowd{number}", name=f"Crowd {number}") for number in range(500)]
        db.add_all(Membership(room_id=room.id, person_id=each.id, joined_at=each.created_at) for each in crowd)
    catch_up(quiet)
    send(quiet, "omar", "library", "nothing for anybody")
    said: list[str] = []
    with quiet.site.database.write() as db:
        (event,) = [
            each for each in list_after(db, 0, 10_000) if each.name == "entry.added" and each.data["kind"] == "message"
        ]
        db.connection()
        sql_event.listen(db.connection(), "before_cursor_execute", lambda *given: said.append(given[2]))
        tell(db, event)
    assert 1 <= len(said) <= 3, said
    assert not [each for each in said if "memberships" in each]


def test_following_is_switched_and_stays_so(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    root = send(quiet, "ines", "workshop", "who has the key?")
    ines = quiet.visitor("ines")
    assert ines.post(f"/chat/m/{root}/follow", {"on": "0"}).status_code == 303
    say(quiet, "omar", room_id, "not me", thread_id=root)
    assert kinds(quiet, "ines") == []
    piece = ines.post(f"/chat/m/{root}/follow", {"on": "1"}, headers={"HX-Request": "true"}).text
    assert 'aria-pressed="true"' in piece
    say(quiet, "omar", room_id, "nor Pavel", thread_id=root)
    assert kinds(quiet, "ines") == ["chat.reply"]


def test_a_program_follows_and_unfollows(quiet: House) -> None:
    bring(quiet, "pavel")
    room_id = quiet.room("workshop").id
    root = send(quiet, "ines", "workshop", "who has the key?")
    assert quiet.program("pavel").ask("PUT", f"/entries/{root}/follow").status_code == 204
    followed = quiet.program("pavel").get(f"/entries/{root}/follow")
    assert followed.json == {"follows": True}
    say(quiet, "omar", room_id, "not me", thread_id=root)
    assert kinds(quiet, "pavel") == ["chat.reply"]
    quiet.program("pavel").ask("PUT", "/notifications/read", json={})
    assert quiet.program("pavel").ask("DELETE", f"/entries/{root}/follow").status_code == 204
    followed = quiet.program("pavel").get(f"/entries/{root}/follow")
    assert followed.json == {"follows": False}
    say(quiet, "omar", room_id, "nor Rosa", thread_id=root)
    assert kinds(quiet, "pavel") == []


def test_nobody_follows_what_they_may_not_read_or_are_not_in(quiet: House) -> None:
    secret, listed = send(quiet, "ines", "workshop", "psst"), send(quiet, "omar", "library", "hello")
    for path in (f"/chat/m/{secret}/follow", f"/chat/m/{secret}/thread/read", "/chat/m/999999/follow"):
        assert quiet.visitor("pavel").post(path).status_code == 404
    for method in ("GET", "PUT", "DELETE"):
        assert quiet.program("pavel").ask(method, f"/entries/{secret}/follow").status_code == 404
    assert quiet.program("pavel").get(f"/entries/{listed}/follow").json == {"follows": False}
    assert quiet.visitor("pavel").post(f"/chat/m/{listed}/follow").status_code == 403
    with quiet.site.database.read() as db:
        assert db.scalars(select(Follow)).all() == []


def test_who_left_the_room_hears_of_its_threads_no_more(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    root = send(quiet, "omar", "workshop", "who has the key?")
    with quiet.site.database.write() as db:
        room_changes.remove_member(db, db.merge(quiet.room("workshop")), quiet.person("omar"), actor=None)
    say(quiet, "ines", room_id, "me", thread_id=root)
    assert lines(quiet, "omar") == []


def test_nothing_of_what_one_follows_is_left_when_one_is_erased(quiet: House) -> None:
    root = send(quiet, "ines", "workshop", "who has the key?")
    say(quiet, "omar", quiet.room("workshop").id, "me", thread_id=root)
    catch_up(quiet)
    assert str(root) in exported(quiet, "omar")
    erase(quiet, "omar")
    with quiet.site.database.read() as db:
        gone = db.scalars(select(Person.id).where(Person.erased_at.is_not(None))).one()
        assert gone not in db.scalars(select(Follow.person_id)).all()


def exported(house: House, username: str) -> str:
    with house.site.database.read() as db:
        files = house.site.plugins.ask("person_exports", db=db, person=house.person(username))
        return next(each.content.decode() for each in files if each.path == "chat.json")


def erase(house: House, username: str) -> None:
    with house.site.database.write() as db:
        person = db.get_one(Person, house.person(username).id)
        people.disable(db, person)
        list(house.site.plugins.ask("person_erased", db=db, person=person))
        person.erased_at = person.created_at
