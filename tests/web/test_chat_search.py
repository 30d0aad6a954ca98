"""Messages are found by whoever may read them, and by nobody else."""

from typing import Any

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry
from intranet.testing.house import House
from tests.web.test_chat import direct, send


def found(house: House, username: str, query: str) -> list[dict[str, Any]]:
    said = house.program(username).get(f"/search?q={query}").json
    assert said
    return list(said["items"])


def test_a_message_is_found_with_the_way_to_it(house: House) -> None:
    entry_id = send(house, "ines", "workshop", "the quicksilver is in the cellar")
    (hit,) = found(house, "omar", "quicksilver")
    assert (hit["kind"], hit["id"], hit["url"]) == ("message", entry_id, f"/chat/m/{entry_id}")
    assert "<mark>quicksilver</mark>" in hit["excerpt"]
    assert found(house, "omar", "quicksilver+in:workshop+from:ines")
    page = house.visitor("omar").get("/search?q=quicksilver").text
    assert "Messages" in page
    assert f'href="/chat/m/{entry_id}"' in page


def test_an_outsider_finds_nothing_of_a_secret_or_direct_chat(house: House) -> None:
    send(house, "ines", "workshop", "quicksilver here")
    room_id = direct(house, "ines", "omar")
    house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "quicksilver there"})
    assert len(found(house, "omar", "quicksilver")) == 2
    for username in ("pavel", "rosa"):
        assert found(house, username, "quicksilver") == []
        assert "quicksilver</mark>" not in house.visitor(username).get("/search?q=quicksilver").text


def test_a_direct_room_is_called_by_those_who_are_in_it(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "quicksilver"})
    assert "Ines Alba" in house.visitor("omar").get("/search?q=quicksilver").text
    page = house.visitor("ines").get("/search?q=quicksilver").text
    assert "Omar Said" in page


def test_what_was_removed_is_not_found(house: House) -> None:
    entry_id = send(house, "ines", "workshop", "quicksilver")
    with house.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, entry_id), house.person("ines"))
    assert found(house, "omar", "quicksilver") == []


def test_only_messages_are_found_when_only_they_are_asked_for(house: House) -> None:
    house.say("ines", "workshop", "quicksilver in a post")
    entry_id = send(house, "ines", "workshop", "quicksilver in a message")
    assert [each["id"] for each in found(house, "omar", "quicksilver&kind=message")] == [entry_id]
    assert entry_id not in [each["id"] for each in found(house, "omar", "quicksilver&kind=post")]
