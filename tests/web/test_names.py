"""Names are found and sorted however their letters are written, in every list."""

import re
from typing import Any

import pytest

from intranet.core import people
from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House

ROOMS = ("Zoll", "Österreich", "école", "Nord", "orient")
SORTED = ["école", "Nord", "orient", "Österreich", "Zoll"]


@pytest.fixture
def named(house: House) -> House:
    with house.site.database.write() as db:
        omar = people.find_by_username(db, "omar")
        assert omar
        omar.name = "Özgür Ünal"
        for name in ROOMS:
            room_changes.add(db, creator=omar, name=name, kind="channel", access="open")
    return house


@pytest.mark.parametrize("typed", ["özgür", "OZGUR", "Ü ÖZG", "unal"])
def test_a_person_is_found(named: House, typed: str) -> None:
    rosa, workshop = named.visitor("rosa"), named.room("workshop").id
    assert "Özgür Ünal" in rosa.get("/admin/people", query_string={"q": typed}).text
    assert "Özgür Ünal" in rosa.get("/people", query_string={"q": typed}).text
    members = named.program("ines").get(f"/rooms/{workshop}/members", query_string={"q": typed}).json
    assert members
    assert [each["person"]["username"] for each in members["items"]] == ["omar"]


def test_a_person_who_is_somebody_else_is_not(named: House) -> None:
    assert "Özgür Ünal" not in named.visitor("rosa").get("/admin/people?q=ozgun").text
    assert "Özgür Ünal" not in named.visitor("rosa").get("/people?q=ozgun").text


def test_rooms_stand_in_the_order_of_their_names(named: House) -> None:
    omar = named.visitor("omar")
    names = "|".join(map(re.escape, SORTED))
    listed = re.findall(rf'class="strong">({names})<', omar.get("/chat/channels").text)
    assert listed == SORTED


def test_programs_read_channels_in_that_order_part_by_part(named: House) -> None:
    omar, read, cursor = named.program("omar"), list[str](), ""
    while True:
        part: Any = omar.get("/channels", query_string={"limit": 2, "cursor": cursor}).json
        read += [each["name"] for each in part["items"]]
        if not (cursor := part["next"] or ""):
            break
    assert [each for each in read if each in ROOMS] == SORTED
    found: Any = omar.get("/channels", query_string={"q": "OSTER"}).json
    assert [each["name"] for each in found["items"]] == ["Österreich"]
    chats: Any = omar.get("/chats", query_string={"limit": 100}).json
    assert [each["name"] for each in chats["items"] if each["name"] in ROOMS] == SORTED
