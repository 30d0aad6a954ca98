"""Faults that others had: borrowed names, rooms of two that others come into, everyone named by anyone, a message sent twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from intranet.core import people
from intranet.core.models import Entry, Membership, Notification, Room
from intranet.core.rooms import changes as room_changes
from intranet.kernel.text.markdown import MAX_MENTIONS
from intranet.testing.house import House
from tests.web.test_chat import direct, send
from tests.web.test_hidden import NOWHERE, ask, calls
from tests.worker import catch_up

OWN = ("read", "typing", "loudness", "favourite")
TALKING = ("/messages", "/pinned", "/cover", *(f"<id:room_id>/{each}" for each in OWN))  # as every chat has it
ADDRESSING = ("chat.named", "chat.everyone")


def told(house: House) -> dict[str, int]:
    """How many lines each person has that somebody named them, or everyone."""
    catch_up(house)
    with house.site.database.read() as db:
        found = db.scalars(select(Notification.person_id).where(Notification.kind.in_(ADDRESSING))).all()
        return {person.username: found.count(person.id) for person in people.by_ids(db, set(found)).values()}


def test_whoever_writes_a_message_is_its_author_whatever_they_say(house: House) -> None:
    room_id, ines = house.room("workshop").id, house.person("ines")
    said: dict[str, Any] = {
        "author": "ines",
        "author_id": ines.id,
        "user_id": ines.id,
        "username": "ines",
        "person_id": ines.id,
    }
    program, visitor = house.program("omar"), house.visitor("omar")
    made = program.post(f"/rooms/{room_id}/messages", {"body": "not me", **said}).json
    assert made
    assert made["author"]["username"] == "omar"
    assert visitor.post("/chat/workshop/messages", {"body": "not me either", **said}).status_code == 303
    assert (
        visitor.post(f"/chat/m/{made['id']}/forward", {"room_id": house.room("library").id, **said}).status_code == 303
    )
    with house.site.database.read() as db:
        assert set(db.scalars(select(Entry.author_id))) == {house.person("omar").id}
    opened = house.program("omar").post("/direct", {"usernames": ["pavel"], **said}).json
    assert opened
    assert house.visitor("ines").get(f"/chat/dm/{opened['id']}").status_code == 404
    assert house.visitor("omar").get(f"/chat/dm/{opened['id']}").status_code == 200


def test_a_direct_room_is_joined_left_renamed_converted_and_removed_by_no_route(house: House) -> None:
    room_id = direct(house, "ines", "omar")

    def state() -> tuple[object, ...]:
        with house.site.database.read() as db:
            room = db.get_one(Room, room_id)
            members = db.execute(select(Membership.person_id, Membership.role).where(Membership.room_id == room_id))
            kept = (room.slug, room.name, room.kind, room.access, room.removed_at, room.archived_at, room.cover)
            return (*kept, sorted(tuple(row) for row in members))

    before, asked = state(), 0
    things = {**NOWHERE, "slug": str(before[0]), "room_id": room_id}
    for call in calls(house, {"slug", "room_id"}):
        is_about_rooms = call.rule.rule.startswith(("/rooms/", "/api/v1/rooms/"))
        if call.method == "GET" or not is_about_rooms or call.rule.rule.endswith(TALKING):
            continue
        for username in ("ines", "pavel", "rosa"):
            status, _page = ask(house, username, call, call.path(things))
            assert status in (403, 404), (username, call.method, call.rule.rule, status)
            asked += 1
    assert asked > 100
    assert state() == before
    renamed = house.program("ines").ask("PATCH", f"/rooms/{house.room('workshop').id}", json={"name": "Other"})
    assert renamed.status_code == 200


def test_a_direct_room_takes_nobody_in_by_a_wish_a_code_or_a_rule(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    assert house.program("ines").get(f"/rooms/{room_id}").status_code == 200
    for username in ("ines", "rosa"):
        program = house.program(username)
        for path in (f"/rooms/{room_id}/invites", f"/rooms/{room_id}/rules", f"/rooms/{room_id}/join"):
            values = {"field": "department", "value": "Sales", "role": "member"}
            assert program.post(path, values).status_code in (403, 404), (username, path)
        assert program.ask("PUT", f"/rooms/{room_id}/members/pavel", json={"role": "member"}).status_code in (403, 404)
    assert house.visitor("pavel").get(f"/chat/dm/{room_id}").status_code == 404


@pytest.fixture
def crowd(house: House) -> list[str]:
    """Seventy more in the workshop, and a guest; nobody has anything to hear of."""
    usernames = [f"crowd{number}" for number in range(70)]
    with house.site.database.write() as db:
        workshop = db.merge(house.room("workshop"))
        for username in usernames:
            person = people.add(db, username=username, name=username.title())
            room_changes.set_member(db, workshop, person, "member", actor=None)
        guest = people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
        room_changes.set_member(db, workshop, guest, "guest", actor=None)
    return usernames


def test_everyone_is_named_in_a_chat_only_by_those_who_may(house: House, crowd: list[str]) -> None:
    guests = send(house, "gusta", "workshop", "@everyone look at me")
    anybodys = send(house, "omar", "everyone", "@everyone look at me")
    assert told(house) == {}
    for entry_id in (guests, anybodys):
        assert "<strong>" not in house.program("omar").get(f"/entries/{entry_id}").json["html"]  # type: ignore[index]
    send(house, "omar", "workshop", "@everyone the kiln is hot")
    assert set(told(house)) == {"ines", "gusta", *crowd}
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("everyone")), house.person("ines"), "keeper", actor=None)
    send(house, "ines", "everyone", "@everyone welcome")
    assert told(house)["pavel"] == 1


def test_everyone_is_not_named_by_an_edit(house: House, crowd: list[str]) -> None:
    for username in ("gusta", "omar"):
        entry_id = send(house, username, "workshop", "look")
        edited = house.program(username).ask("PATCH", f"/entries/{entry_id}", json={"body": "@everyone look"})
        assert edited.status_code == 200
    assert told(house) == {}


def test_five_hundred_names_in_a_message_reach_no_more_than_fifty_and_each_once(house: House, crowd: list[str]) -> None:
    named = " ".join(f"@{crowd[number % 70]}" for number in range(500))
    entry_id = send(house, "omar", "workshop", named)
    heard = told(house)
    assert len(heard) == MAX_MENTIONS
    assert set(heard.values()) == {1}
    for body in ("never mind", named, "never mind", f"{named} again"):
        house.program("omar").ask("PATCH", f"/entries/{entry_id}", json={"body": body})
    assert told(house) == heard


def test_twenty_at_once_with_the_same_key_say_one_thing(house: House) -> None:
    """What a page and a program do that heard no answer."""
    room_id, program, visitor = house.room("workshop").id, house.program("ines"), house.visitor("ines")
    token, cookie = visitor.token(), visitor.client.get_cookie("intranet")
    assert cookie

    def by_program(_turn: int) -> tuple[int, int]:
        headers = {**program.headers, "Idempotency-Key": "k1"}
        answer = house.app.test_client().post(
            f"/api/v1/rooms/{room_id}/messages", json={"body": "by a program"}, headers=headers
        )
        return answer.status_code, answer.json["id"]  # type: ignore[index]

    def by_page(_turn: int) -> tuple[int, int]:
        client = house.app.test_client()
        client.set_cookie("intranet", cookie.value)
        values = {"csrf_token": token, "client_key": "k2", "body": "by a page"}
        answer = client.post("/chat/workshop/messages", data=values)
        return answer.status_code, int(answer.location.rpartition("/")[2])

    for send_once, status, body in ((by_program, 201, "by a program"), (by_page, 303, "by a page")):
        with ThreadPoolExecutor(20) as threads:
            answers = set(threads.map(send_once, range(20)))
        with house.site.database.read() as db:
            ids = db.scalars(select(Entry.id).where(Entry.body == body)).all()
            assert answers == {(status, each) for each in ids}
            assert len(ids) == 1


PIECES = ("@a", "*", "[", "http://a.", ":a:", "/", "> ", "![", "`", "_", "<", "- ", "@a ", "#a ", "|", "\\")


@pytest.mark.parametrize("piece", [*PIECES, *(f"```{name}\n" for name in ("python", "html", "php", "yaml"))])
def test_a_message_of_one_piece_again_and_again_is_bounded(house: House, piece: str) -> None:
    """What is kept is no more than a few times what was typed; one character more, or a megabyte, is refused unread."""
    program, path = house.program("ines"), f"/rooms/{house.room('workshop').id}/messages"
    longest = (piece * 20_000)[:20_000]
    answer = program.post(path, {"body": longest})
    assert answer.status_code == 201
    assert answer.json
    assert len(answer.json["html"]) < 30 * len(longest)
    for body in ((piece * 20_001)[:19_999].rstrip() + "xx" * 20, (piece * 1_000_000)[:1_000_000]):
        assert program.post(path, {"body": body}).status_code in (413, 422)
    with house.site.database.read() as db:
        assert db.scalar(select(func.count(Entry.id))) == 1
