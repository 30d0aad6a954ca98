"""Whose direct messages somebody does not want."""

import pytest

from intranet.core.errors import Forbidden
from intranet.core.models import Room
from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House


@pytest.fixture
def direct(house: House) -> int:
    return make_direct(house, "ines", "omar")


def make_direct(house: House, *usernames: str) -> int:
    with house.site.database.write() as db:
        room = room_changes.add(db, creator=None, name="direct", kind="direct", access="secret")
        for username in usernames:
            room_changes.set_member(db, room, house.person(username), "member", actor=None)
    return room.id


def is_refused(house: House, username: str, room_id: int) -> bool:
    with house.site.database.read() as db:
        slug = db.get_one(Room, room_id).slug
    try:
        house.say(username, slug, "hello")
    except Forbidden:
        return True
    return False


def block(house: House, username: str, other: str, on: str = "1") -> int:
    return house.visitor(username).post(f"/people/{other}/block", {"on": on}).status_code


def test_who_is_blocked_cannot_write_to_that_person_until_unblocked(house: House, direct: int) -> None:
    assert block(house, "ines", "omar") == 303
    assert (is_refused(house, "omar", direct), is_refused(house, "ines", direct)) == (True, False)
    assert block(house, "ines", "omar", "0") == 303
    assert not is_refused(house, "omar", direct)


def test_in_a_group_and_in_rooms_nothing_changes(house: House) -> None:
    group = make_direct(house, "ines", "omar", "rosa")
    block(house, "ines", "omar")
    assert not is_refused(house, "omar", group)
    assert house.say("omar", "workshop", "still here").id


def test_the_list_is_ones_own_and_the_other_is_not_told(house: House) -> None:
    block(house, "ines", "omar")
    assert "Omar Said" in house.visitor("ines").get("/me/blocked").text
    assert "Ines Alba" not in house.visitor("omar").get("/me/blocked").text
    assert "Let direct messages through again" in house.visitor("ines").get("/people/omar").text
    assert "Let direct messages through again" not in house.visitor("omar").get("/people/ines").text


def test_the_api_blocks_lists_and_lets_go(house: House) -> None:
    ines = house.program("ines")
    assert [ines.ask("PUT", "/people/omar/block").status_code for _ in range(2)] == [204, 204]
    assert [each["username"] for each in ines.get("/me/blocked").json["items"]] == ["omar"]
    assert ines.ask("DELETE", "/people/omar/block").status_code == 204
    assert ines.get("/me/blocked").json["items"] == []
    assert ines.ask("PUT", "/people/ines/block").status_code == 409
    assert ines.ask("PUT", "/people/nobody.here/block").status_code == 404
