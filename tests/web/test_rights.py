"""Faults that others had: secrets in events, borrowed names, fields without an end."""

import json

import pytest
from sqlalchemy import select

from intranet.core.models import AuditRow, Entry
from intranet.core.rooms import changes as room_changes
from intranet.kernel.events import list_after
from intranet.testing.house import House

CAPS = {
    ("POST", "/rooms", "name"): 80,
    ("POST", "/rooms", "description"): 500,
    ("POST", "/rooms/{room}/posts", "body"): 20_000,
    ("POST", "/entries/{entry}/comments", "body"): 20_000,
    ("PATCH", "/entries/{entry}", "body"): 20_000,
    ("POST", "/entries/{entry}/report", "words"): 500,
    ("PATCH", "/rooms/{room}", "name"): 80,
}


def test_no_event_and_no_line_of_the_log_holds_a_code(house: House) -> None:
    ines, room_id = house.program("ines"), house.room("workshop").id
    made = ines.post(f"/rooms/{room_id}/invites").json
    assert ines.ask("DELETE", f"/rooms/{room_id}/invites/{made['id']}").status_code == 204
    with house.site.database.read() as db:
        told = [event.data for event in list_after(db, 0, 10_000)]
        noted = [(row.subject, row.detail) for row in db.scalars(select(AuditRow))]
    said = json.dumps([told, noted])
    assert str(made["id"]) in said
    assert not [each for each in (made["code"], made["code"].replace("-", "")) if each in said]


@pytest.mark.parametrize("name", ["New", "join", "Bin", "Library", "Everyone", "Former"])
def test_a_room_cannot_take_the_address_of_another_or_of_a_page(house: House, name: str) -> None:
    with house.site.database.write() as db:
        other = room_changes.add(db, creator=house.person("omar"), name="Former")
        room_changes.change(db, other, house.person("omar"), name="Later")
    room_id, program = house.room("workshop").id, house.program("ines")
    assert program.ask("PATCH", f"/rooms/{room_id}", json={"name": name}).status_code == 200
    assert program.get(f"/rooms/{room_id}").json["slug"] == f"{name.lower()}-2"
    assert house.visitor("omar").get("/rooms/new").status_code == 200


def test_whoever_writes_with_a_token_is_its_owner_whatever_they_say(house: House) -> None:
    room_id, ines = house.room("workshop").id, house.person("ines")
    said = {"body": "not me", "author": "ines", "author_id": ines.id, "username": "ines", "author_username": "ines"}
    made = house.program("omar").post(f"/rooms/{room_id}/posts", said).json
    assert made["author"]["username"] == "omar"
    for token in (f"ines:{house.program('omar').headers}", "ines", f"{ines.id}"):
        answer = house.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


def test_every_field_ends_somewhere_and_nothing_of_a_longer_one_is_kept(house: House) -> None:
    room, program = house.room("workshop"), house.program("ines")
    theirs = house.say("omar", "workshop", "theirs")
    own = house.say("ines", "workshop", "mine")
    with house.site.database.read() as db:
        before = db.query(Entry).count()
    for (method, path, field), cap in CAPS.items():
        entry = own if method == "PATCH" else theirs
        said = {"name": "A name", "body": "words", "reason": "rude", field: "x" * (cap * 10)}
        answer = program.ask(method, path.format(room=room.id, entry=entry.id), json=said)
        assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, [field]), (path, answer.json)
    with house.site.database.read() as db:
        assert db.query(Entry).count() == before
    assert (house.room("workshop").name, house.room("workshop").description) == ("Workshop", "")


def test_reactions_of_one_entry_end_at_twelve_kinds_whoever_gives_them(house: House) -> None:
    post, program = house.say("ines", "workshop", "react"), house.program("omar")
    for place in range(40):
        program.ask("PUT", f"/entries/{post.id}/reactions/{chr(0x1F600 + place)}")
    assert len(program.get(f"/entries/{post.id}").json["reactions"]) == 12


def test_the_feed_since_a_post_holds_what_came_after_it_and_no_more_than_one_may_read(house: House) -> None:
    first = house.say("ines", "workshop", "first")
    second = house.say("omar", "workshop", "second")
    house.say("omar", "library", "in a room that ines is not in")
    said = house.program("ines").get(f"/feed?since={first.id}").json
    assert [each["id"] for each in said["items"]] == [second.id]
    assert house.program("pavel").get("/feed?since=0").json["items"] == []
    assert house.program("ines").get("/feed?since=x").status_code == 400
