"""What people say of themselves, where their messages stand: asked for together, told as it changes, to who may see them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sql_event

from intranet.core import people, profiles
from intranet.core.models import Person
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock, signals
from intranet.kernel.signals import Inbox, Signal
from intranet.testing.house import House
from intranet.web.stream import Stream
from tests.web.test_chat import direct, send
from tests.worker import catch_up

SAID = re.compile(r'<script type="application/json" class="statuses-too">(.*?)</script>')
ROAD = {"words": "on the road", "until": None, "is_quiet": False}


def say(house: House, username: str, words: str = "on the road", **said: object) -> None:
    answer = house.program(username).ask("PUT", "/me/status", json={"words": words, **said})
    assert answer.status_code == 204


def on_page(house: House, username: str, path: str) -> list[dict[str, Any]]:
    """What each log of the page knows, and of whom."""
    page = house.visitor(username).get(path).text.split('id="main"')[-1]  # a part of a log is no page
    return [json.loads(each) for each in SAID.findall(page)]


def asked(house: House, username: str, *others: str) -> Any:
    ids = ",".join(str(house.person(each).id) for each in others)
    return house.program(username).get(f"/statuses?people={ids}").json["items"]


def add_guest(house: House, room: str | None) -> Person:
    with house.site.database.write() as db:
        guest = people.add(db, username="greta", name="Greta Guest", is_guest=True)
        if room:
            room_changes.set_member(db, db.merge(house.room(room)), guest, "guest", actor=None)
        return guest


@pytest.fixture
def inbox(house: House) -> Iterator[Inbox]:
    """What any process of the box is told."""
    opened = Inbox(house.site.settings.run, "test", timeout_s=0.2)
    yield opened
    opened.close()


def told(house: House, inbox: Inbox) -> list[Signal]:
    catch_up(house)
    signals.send(house.site.settings.run, "last")
    heard: list[Signal] = []
    while not heard or heard[-1].name != "last":
        heard += inbox.wait()
    return [each for each in heard if each.name == "status"]


def reached(house: House, told: list[Signal], *usernames: str) -> dict[str, set[str]]:
    """The words that reach the open pages of these people; `-` that there are none any more."""
    house.site.hub._app = house.app
    streams = {each: house.site.hub.open(Stream(house.person(each).id, "en", session_id=1)) for each in usernames}
    for signal in told:
        house.site.hub.hear(signal)
    return {name: _words(stream) for name, stream in streams.items()}


def _words(stream: Stream) -> set[str]:
    said = set()
    while not stream.waiting.empty():
        message = stream.waiting.get().decode()
        assert message.startswith("event: status\n")
        status = json.loads(message.split("data: ", 1)[1])["status"]
        said.add(status["words"] if status else "-")
    return said


def test_a_log_knows_what_its_authors_say_and_so_does_the_list(house: House) -> None:
    ines, omar = house.person("ines").id, house.person("omar").id
    send(house, "ines", "workshop", "Who has the kiln?")
    room = direct(house, "omar", "ines")
    house.program("ines").post(f"/rooms/{room}/messages", {"body": "Me."})
    say(house, "ines")
    [log] = on_page(house, "omar", "/chat/workshop")
    assert log == {"people": sorted({ines}), "items": [{"person_id": ines, **ROAD}]}
    [listed] = on_page(house, "omar", "/chat")
    assert listed == log
    [piece] = on_page(house, "omar", "/chat/workshop?part=log")
    assert piece["items"] == log["items"]
    [own] = on_page(house, "ines", "/chat/workshop")
    assert (own["people"], own["items"]) == (sorted({ines, omar}), log["items"])


def test_a_thread_brings_its_own(house: House) -> None:
    root = send(house, "ines", "workshop", "Who has the kiln?")
    send(house, "omar", "workshop", "Not I.", thread_id=root)
    say(house, "omar")
    omar = {"person_id": house.person("omar").id, **ROAD}
    log, thread = on_page(house, "ines", f"/chat/workshop/t/{root}")
    assert log["items"] == [] and thread["items"] == [omar]
    [piece] = on_page(house, "ines", f"/chat/workshop/t/{root}?part=thread")
    assert piece["items"] == [omar]


def test_what_has_ended_and_who_is_gone_says_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    send(house, "ines", "workshop", "Hello")
    now = clock.now()
    say(house, "ines", until=(now + timedelta(hours=1)).isoformat())
    assert [each["words"] for each in asked(house, "omar", "ines", "omar")] == ["on the road"]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert asked(house, "omar", "ines") == on_page(house, "omar", "/chat/workshop")[0]["items"] == []
    monkeypatch.setattr(clock, "now", lambda: now)
    with house.site.database.write() as db:
        db.merge(house.person("ines")).disabled_at = datetime.now(UTC)
    assert asked(house, "omar", "ines") == []


def test_a_guest_reads_the_statuses_of_those_whom_they_meet_and_of_nobody_else(house: House) -> None:
    send(house, "ines", "workshop", "Hello")
    send(house, "omar", "workshop", "Hello you")
    for each in ("ines", "omar", "pavel"):
        say(house, each)
    add_guest(house, "workshop")
    assert [each["person_id"] for each in asked(house, "greta", "ines", "pavel")] == [house.person("ines").id]
    assert len(asked(house, "rosa", "ines", "pavel")) == 2
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), db.merge(house.person("omar")), actor=None)
    [log] = on_page(house, "greta", "/chat/workshop")
    assert [each["person_id"] for each in log["items"]] == [house.person("ines").id]


def test_whatever_is_asked_is_an_answer(house: House) -> None:
    say(house, "ines")
    for typed in ("", "?people=", "?people=x,-1,1.5,٣", f"?people={'9' * 30}", f"?people={2**63 - 1}"):
        assert house.program("omar").get(f"/statuses{typed}").json == {"items": []}
    many = ",".join(str(each) for each in range(10_000, 10_500))
    late = house.program("omar").get(f"/statuses?people={many},{house.person('ines').id}").json
    assert late == {"items": []}
    assert house.visitor().get("/api/v1/statuses?people=1").status_code == 401


def test_a_change_is_told_to_those_who_may_see_its_person(house: House, inbox: Inbox) -> None:
    add_guest(house, None)
    say(house, "ines")
    everyone = ("ines", "omar", "pavel", "greta")
    assert reached(house, told(house, inbox), *everyone) == {
        "ines": {"on the road"}, "omar": {"on the road"}, "pavel": {"on the road"}, "greta": set(),
    }  # fmt: skip
    with house.site.database.write() as db:
        room_changes.set_member(
            db, db.merge(house.room("workshop")), db.merge(house.person("greta")), "guest", actor=None
        )
    house.program("ines").ask("DELETE", "/me/status")
    assert reached(house, told(house, inbox), *everyone) == {each: {"-"} for each in everyone}


def test_many_authors_cost_a_log_no_more_than_one(house: House) -> None:
    send(house, "ines", "workshop", "Hello")
    say(house, "ines")
    house.visitor("omar").get("/chat/workshop")
    one = statements(house, "omar", "/chat/workshop")
    with house.site.database.write() as db:
        for number in range(20):
            each = people.add(db, username=f"new{number}", name=f"New {number}")
            room_changes.set_member(db, db.merge(house.room("workshop")), each, "member", actor=None)
    for number in range(20):
        send(house, f"new{number}", "workshop", "Hello too")
        say(house, f"new{number}")
    [log] = on_page(house, "omar", "/chat/workshop")
    assert len(log["items"]) == 21
    assert statements(house, "omar", "/chat/workshop") == one


def statements(house: House, username: str, path: str) -> int:
    visitor, seen = house.visitor(username), list[str]()
    visitor.get(path)

    def note(*given: object) -> None:
        seen.append(str(given[2]))

    sql_event.listen(house.site.database.engine, "before_cursor_execute", note)
    assert visitor.get(path).status_code == 200
    sql_event.remove(house.site.database.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_conversation_of_two_says_when_the_other_can_be_reached(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)  # a Thursday
    monkeypatch.setattr(clock, "now", lambda: moment)
    room_id = direct(house, "ines", "omar")

    def head() -> str:
        page = house.visitor("ines").get(f"/chat/dm/{room_id}").text
        return re.sub("<[^>]+>", "", page.split("reachable", 1)[1].split("</p>")[0]) if "reachable" in page else ""

    tell(house, "omar", hours={"days": [1, 2, 3, 4], "from": "07:30", "to": "16:30"}, time_zone="Asia/Tokyo")
    assert "Mon to Thu, 07:30–16:30 · 18:30 now, 8 hours ahead of you" in head()
    tell(house, "omar", absent_from=moment.date(), absent_until=moment.date() + timedelta(days=3), time_zone="")
    assert "Away until 29 November" in head()
    three = house.program("ines").post("/direct", {"usernames": ["omar", "pavel"]}).json["id"]
    assert "Away until" not in house.visitor("ines").get(f"/chat/dm/{three}").text


def tell(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        profiles.save(db, db.merge(house.person(username)), fields)
