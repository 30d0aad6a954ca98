"""What is urgent: whom it asks, who knows who has seen it, and that it stays rare."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Notification
from intranet.core.rooms import changes as room_changes
from intranet.features.chat.models import Asked, Urgent
from intranet.kernel import clock
from intranet.testing.house import House
from intranet.web import caps
from tests.web.test_chat import direct
from tests.worker import catch_up

HTMX = {"HX-Request": "true"}


@pytest.fixture
def quiet(house: House) -> House:
    """A house in which Pavel is in the workshop too, and nobody has anything to hear of."""
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("workshop")), house.person("pavel"), "member", actor=None)
    catch_up(house)
    with house.site.database.write() as db:
        db.query(Notification).delete()
    return house


def urge(house: House, username: str, body: str, slug: str = "workshop") -> Any:
    answer = house.program(username).post(f"/rooms/{house.room(slug).id}/messages", {"body": body, "urgent": True})
    catch_up(house)
    return answer


def lines(house: House, username: str) -> list[str]:
    catch_up(house)
    found = house.program(username).get("/notifications").json
    assert found
    return [each["kind"] for each in found["items"] if each["read_at"] is None]


def rings(house: House, username: str) -> int:
    found = re.search(r'data-unread="(\d+)"', house.visitor(username).get("/").text)
    assert found
    return int(found[1])


def test_an_urgent_message_asks_those_whom_it_names_until_they_have_seen_it(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar the kiln burns").json["id"]
    assert lines(quiet, "omar") == ["chat.urgent"]
    assert lines(quiet, "pavel") == lines(quiet, "ines") == []
    page = quiet.visitor("pavel").get("/chat/workshop").text
    assert "Urgent" in page
    assert "0 of 1 have seen it" in page
    assert quiet.visitor("omar").post(f"/chat/m/{entry_id}/seen").status_code == 303
    assert lines(quiet, "omar") == []
    assert "Everyone has seen it" in quiet.visitor("pavel").get("/chat/workshop").text


def test_nothing_but_seen_it_takes_the_line_away(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar the kiln burns").json["id"]
    omar = quiet.visitor("omar")
    omar.post("/notifications/read")
    quiet.program("omar").ask("PUT", "/notifications/read", json={})
    omar.post("/chat/workshop/read", {"entry_id": str(entry_id)})
    omar.post(f"/chat/m/{entry_id}/thread/read")
    with quiet.site.database.read() as db:
        line_id = db.scalars(select(Notification.id).where(Notification.kind == "chat.urgent")).one()
    assert omar.post(f"/notifications/{line_id}/open").location == f"/chat/m/{entry_id}"
    assert lines(quiet, "omar") == ["chat.urgent"]


def test_neither_a_quiet_bell_nor_a_muted_room_holds_it_back(quiet: House) -> None:
    room_id = quiet.room("workshop").id
    with quiet.site.database.write() as db:
        room_changes.set_loudness(db, room_id, quiet.person("omar").id, "muted")
    quiet.program("omar").post(f"/rooms/{room_id}/messages", {"body": "/away"})
    quiet.visitor("omar").post("/me/alerts/pause")
    quiet.program("ines").post(f"/rooms/{room_id}/messages", {"body": "@omar lunch?"})
    catch_up(quiet)
    assert rings(quiet, "omar") == 0
    urge(quiet, "ines", "@omar the kiln burns")
    assert rings(quiet, "omar") == 1


def test_only_its_author_and_those_whom_it_names_know_who_has_seen_it(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar the kiln burns").json["id"]
    for username in ("ines", "omar"):
        page = quiet.visitor(username).get(f"/chat/m/{entry_id}/seen")
        assert (page.status_code, "Omar Said" in page.text, "Not yet" in page.text) == (200, True, True)
        assert quiet.program(username).get(f"/entries/{entry_id}/seen").json["people"][0]["seen_at"] is None  # type: ignore[index]
    for username in ("pavel", "rosa"):
        assert quiet.visitor(username).get(f"/chat/m/{entry_id}/seen").status_code == 404
        assert quiet.visitor(username).post(f"/chat/m/{entry_id}/seen").status_code == 404
        assert quiet.program(username).get(f"/entries/{entry_id}/seen").status_code == 404
        assert quiet.program(username).ask("PUT", f"/entries/{entry_id}/seen").status_code == 404
    assert quiet.visitor("ines").post(f"/chat/m/{entry_id}/seen").status_code == 404


def test_the_fragment_is_the_same_for_everyone_and_changes_when_somebody_has_seen_it(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar and @pavel, the kiln burns").json["id"]

    def fragment(username: str) -> str:
        page = quiet.visitor(username).get("/chat/workshop").text
        found = re.search(rf'<article class="msg" id="message-{entry_id}".*?</article>', page, re.DOTALL)
        assert found
        return re.sub(r'csrf_token" value="[^"]+"', "", found[0])

    before = fragment("ines")
    assert before == fragment("omar") == fragment("pavel")
    assert f'data-asked="{" ".join(sorted(str(quiet.person(each).id) for each in ("omar", "pavel")))}"' in before
    piece = quiet.visitor("omar").post(f"/chat/m/{entry_id}/seen", headers=HTMX)
    assert "1 of 2 have seen it" in piece.text
    assert fragment("pavel") == fragment("ines") != before


def test_a_message_that_names_nobody_or_too_many_is_not_urgent_and_not_said(quiet: House) -> None:
    with quiet.site.database.write() as db:
        crowd = [people.add(db, username=f"crowd{number}", name=f"Crowd {number}") for number in range(11)]
        for each in crowd:
            room_changes.set_member(db, db.merge(quiet.room("workshop")), each, "member", actor=None)
    everyone = " ".join(f"@{each.username}" for each in crowd)
    for body in (
        "the kiln burns",
        "@ines it is me",
        f"{everyone} the kiln burns",
        "@everyone the kiln burns",
        "@rosa is not here",
    ):
        refused = urge(quiet, "ines", body)
        assert (refused.status_code, list(refused.json["error"]["fields"])) == (422, ["urgent"])
    with quiet.site.database.read() as db:
        assert db.query(Entry).count() == 0
    assert urge(quiet, "ines", everyone.replace("@crowd10", "")).status_code == 201


def test_guests_mark_nothing_as_urgent_and_may_be_asked(quiet: House) -> None:
    with quiet.site.database.write() as db:
        guest = people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
        room_changes.set_member(db, db.merge(quiet.room("workshop")), guest, "guest", actor=None)
    assert urge(quiet, "gusta", "@omar the kiln burns").status_code == 403
    assert urge(quiet, "ines", "@gusta the kiln burns").status_code == 201
    assert "chat.urgent" in lines(quiet, "gusta")


def test_outsiders_and_readers_mark_nothing(quiet: House) -> None:
    assert urge(quiet, "rosa", "@omar hey").status_code == 404
    assert urge(quiet, "rosa", "@omar hey", "library").status_code == 403


def test_what_is_urgent_stays_rare(quiet: House) -> None:
    for number in range(caps.URGENT_DAILY):
        assert urge_quickly(quiet, f"@omar {number}").status_code == 201
    assert urge_quickly(quiet, "@omar once more").status_code == 422
    with quiet.site.database.write() as db:
        for each in db.query(Urgent):
            each.at = clock.now() - timedelta(days=2)
    assert urge_quickly(quiet, "@omar once more").status_code == 201


def urge_quickly(house: House, body: str) -> Any:
    return house.program("ines").post(f"/rooms/{house.room('workshop').id}/messages", {"body": body, "urgent": True})


def test_the_same_key_marks_once(quiet: House) -> None:
    address, key = f"/rooms/{quiet.room('workshop').id}/messages", {"Idempotency-Key": "k1"}
    body = {"body": "@omar the kiln burns", "urgent": True}
    answers = [quiet.program("ines").post(address, body, headers=key) for _ in range(3)]
    assert {each.status_code for each in answers} == {201}
    with quiet.site.database.read() as db:
        assert (db.query(Urgent).count(), db.query(Asked).count()) == (1, 1)


def test_it_works_between_two_people(quiet: House) -> None:
    room_id = direct(quiet, "ines", "omar")
    quiet.program("ines").post(f"/rooms/{room_id}/messages", {"body": "@omar call me", "urgent": True})
    assert lines(quiet, "omar") == ["chat.urgent"]


def test_nobody_is_asked_by_a_message_that_is_gone(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar the kiln burns").json["id"]
    with quiet.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, entry_id), quiet.person("ines"))
    assert lines(quiet, "omar") == []
    assert quiet.visitor("omar").post(f"/chat/m/{entry_id}/seen").status_code == 404


def test_nothing_of_who_was_erased_is_left(quiet: House) -> None:
    entry_id = urge(quiet, "ines", "@omar the kiln burns").json["id"]
    with quiet.site.database.write() as db:
        person = quiet.person("omar")
        files = {each.path: each for each in quiet.site.plugins.ask("person_exports", db=db, person=person)}
        assert str(entry_id).encode() in files["chat.json"].content
        list(quiet.site.plugins.ask("person_erased", db=db, person=person))
        assert db.query(Asked).count() == 0
