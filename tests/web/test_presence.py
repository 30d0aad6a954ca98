"""Who is here: told to those who may know of them, to nobody else, and kept nowhere."""

import json
import os
import re
from collections.abc import Iterator

import pytest

from intranet.core import people
from intranet.core.models import Person
from intranet.core.rooms import changes as room_changes
from intranet.kernel import events, signals
from intranet.testing.house import House, Visitor
from intranet.web.presence import Presence
from intranet.web.stream import Stream

SAID = re.compile(r'<script type="application/json" id="present">(.*?)</script>')
LATER = 100.0  # seconds: whatever was said of somebody, it may be said anew


@pytest.fixture
def listening(house: House) -> Iterator[House]:
    house.site.hub.app = house.app
    reader = events.Reader(house.site.database, house.site.settings.run, house.site.hub.handle)
    house.catch_up = reader.catch_up  # type: ignore[attr-defined]
    house.inbox = reader.inbox  # type: ignore[attr-defined]
    yield house
    reader.inbox.close()


def opened(house: House, username: str, session_id: int | None = 1) -> Stream:
    return house.site.hub.open(Stream(house.person(username).id, "en", session_id=session_id))


def heard(stream: Stream) -> list[tuple[str, str]]:
    """Whose state was said in this stream."""
    said = []
    while not stream.waiting.empty():
        for message in stream.waiting.get().decode().strip().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in message.split("\n"))
            assert lines.keys() == {"event", "data"}  # no id: a client's place stays
            assert lines["event"] == "presence"
            said.append((json.loads(lines["data"])["person_id"], json.loads(lines["data"])["state"]))
    return said


def add_guest(house: House, *, room: str | None) -> Person:
    with house.site.database.write() as db:
        guest = people.add(db, username="greta", name="Greta Guest", is_guest=True)
        if room:
            room_changes.set_member(db, db.merge(house.room(room)), guest, "guest", actor=None)
        return guest


def on_page(visitor: Visitor) -> dict[str, list[int]]:
    found = SAID.search(visitor.get("/me/look").text)
    assert found
    return dict(json.loads(found[1]))


def test_who_opens_a_page_is_here_and_everybody_hears_it_once(listening: House) -> None:
    ines, omar = opened(listening, "ines"), opened(listening, "omar", 2)
    both = [(ines.person_id, "here"), (omar.person_id, "here")]
    listening.site.hub.tell_presence(LATER)
    assert sorted(heard(ines)) == sorted(heard(omar)) == both
    listening.site.hub.tell_presence(2 * LATER)
    assert heard(ines) == []
    assert listening.site.hub.presence.of([ines.person_id, 99_999]) == {ines.person_id: "here"}
    assert on_page(listening.visitor("pavel")) == {"here": [ines.person_id, omar.person_id], "away": []}


def test_a_page_that_is_loaded_again_is_no_leaving_and_a_page_that_is_closed_is_one(listening: House) -> None:
    hub = listening.site.hub
    ines, omar = opened(listening, "ines"), opened(listening, "omar", 2)
    hub.tell_presence(LATER)
    hub.leave(ines)
    hub.tell_presence(LATER + 6)
    again = opened(listening, "ines")
    hub.tell_presence(LATER + 12)
    assert heard(omar) == [(ines.person_id, "here"), (omar.person_id, "here")]
    hub.leave(again)
    hub.tell_presence(LATER + 30)
    assert heard(omar) == [(ines.person_id, "off")]


def test_one_person_is_said_at_most_once_in_five_seconds(listening: House) -> None:
    hub, ines, omar = listening.site.hub, opened(listening, "ines"), opened(listening, "omar", 2)
    hub.tell_presence(LATER)
    assert len(heard(omar)) == 2
    for second in range(1, 5):
        ines.is_away = not ines.is_away
        hub.tell_presence(LATER + second)
    ines.is_away = True
    assert heard(omar) == []
    hub.tell_presence(LATER + 5)
    assert heard(omar) == [(ines.person_id, "away")]


def test_a_page_begins_with_what_was_told_and_so_hears_whatever_changes(listening: House) -> None:
    hub, ines, omar = listening.site.hub, opened(listening, "ines"), opened(listening, "omar", 2)
    hub.tell_presence(LATER)
    ines.is_away = True
    hub.tell_presence(LATER + 1)
    assert on_page(listening.visitor("pavel")) == {"here": [ines.person_id, omar.person_id], "away": []}
    ines.is_away = False
    hub.tell_presence(LATER + 6)
    assert heard(omar) == [(ines.person_id, "here"), (omar.person_id, "here")]
    assert on_page(listening.visitor("pavel")) == {"here": [ines.person_id, omar.person_id], "away": []}


def test_who_hides_is_gone_although_something_was_said_of_them_a_moment_ago(listening: House) -> None:
    hidden: set[int] = set()
    presence = Presence(listening.site.settings.run, lambda: [Stream(7, "en", session_id=1)], lambda: hidden)
    assert presence.tick(LATER) == {7: "here"}
    hidden.add(7)
    assert presence.tick(LATER + 1) == {7: "off"}
    assert presence.of([7]) == {}


def test_who_looks_at_no_tab_of_one_browser_is_away_unless_another_browser_is_looked_at(listening: House) -> None:
    hub, visitor = listening.site.hub, listening.visitor("ines")
    visitor.token()
    with listening.site.database.read() as db:
        session_id = db.connection().exec_driver_sql("SELECT max(id) FROM sessions").scalar()
    omar = opened(listening, "omar", session_id + 1)
    opened(listening, "ines", session_id)
    listening.inbox.wait()  # type: ignore[attr-defined]
    assert visitor.post("/live/away", {"away": "true"}).status_code == 204
    for signal in listening.inbox.wait():  # type: ignore[attr-defined]
        hub.hear(signal)
    ines_id = listening.person("ines").id
    hub.tell_presence(LATER)
    assert hub.presence.of([ines_id, omar.person_id]) == {ines_id: "away", omar.person_id: "here"}
    opened(listening, "ines", session_id + 2)
    hub.tell_presence(2 * LATER)
    assert hub.presence.of([ines_id]) == {ines_id: "here"}


def test_a_program_makes_nobody_present(listening: House) -> None:
    opened(listening, "ines", None)
    omar = opened(listening, "omar")
    listening.site.hub.tell_presence(LATER)
    assert heard(omar) == [(omar.person_id, "here")]


def test_who_hides_is_seen_by_nobody_and_is_not_heard_to_type(listening: House) -> None:
    hub = listening.site.hub
    ines, omar = opened(listening, "ines"), opened(listening, "omar", 2)
    hub.tell_presence(LATER)
    assert (ines.person_id, "here") in heard(omar)
    visitor = listening.visitor("ines")
    assert visitor.post("/me/look", {"presence": "hidden"}).status_code == 303
    listening.catch_up()
    hub.tell_presence(2 * LATER)
    assert heard(omar) == [(ines.person_id, "off")]
    assert hub.presence.of([ines.person_id]) == {}
    assert on_page(listening.visitor("omar")) == {"here": [omar.person_id], "away": []}
    listening.inbox.wait()  # type: ignore[attr-defined]
    assert visitor.post("/live/typing", {"room_id": listening.room("workshop").id}).status_code == 204
    signals.send(listening.site.settings.run, "last")
    assert [signal.name for signal in listening.inbox.wait()] == ["last"]  # type: ignore[attr-defined]
    assert visitor.post("/me/look", {"presence": "shown"}).status_code == 303
    listening.catch_up()
    hub.tell_presence(3 * LATER)
    assert heard(omar) == [(ines.person_id, "here")]


def test_a_guest_hears_nothing_of_strangers(listening: House) -> None:
    guest = add_guest(listening, room=None)
    ines, greta = opened(listening, "ines"), opened(listening, "greta", 2)
    listening.site.hub.tell_presence(LATER)
    assert heard(greta) == [(guest.id, "here")]
    assert (guest.id, "here") in heard(ines)
    assert on_page(listening.visitor("greta")) == {"here": [guest.id], "away": []}


def test_a_guest_hears_of_those_they_share_a_room_with(listening: House) -> None:
    guest = add_guest(listening, room="workshop")
    ines, greta = opened(listening, "ines"), opened(listening, "greta", 2)
    opened(listening, "pavel", 3)
    listening.site.hub.tell_presence(LATER)
    assert sorted(heard(greta)) == [(ines.person_id, "here"), (guest.id, "here")]
    assert on_page(listening.visitor("greta")) == {"here": [ines.person_id, guest.id], "away": []}


def test_many_who_come_at_once_are_one_list_and_a_guests_list_is_shorter(
    listening: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intranet.web.live.MANY", 1)
    guest = add_guest(listening, room="workshop")
    ines, pavel, greta = (opened(listening, name, 1) for name in ("ines", "pavel", "greta"))
    listening.site.hub.tell_presence(LATER)
    everyone = sorted(each.person_id for each in (ines, pavel, greta))
    assert ines.waiting.get() == b'event: present\ndata: {"here":%b,"away":[]}\n\n' % _bytes(everyone)
    assert greta.waiting.get() == b'event: present\ndata: {"here":%b,"away":[]}\n\n' % _bytes(
        [ines.person_id, guest.id]
    )


def _bytes(ids: list[int]) -> bytes:
    return json.dumps(sorted(ids), separators=(",", ":")).encode()


def test_what_another_process_tells_is_believed_for_half_a_minute(listening: House) -> None:
    presence = Presence(listening.site.settings.run, list, set)
    presence.hear({"process": 0, "here": [1], "away": [1, 2]}, now=LATER)
    assert presence.tick(LATER) == {1: "here", 2: "away"}
    presence.hear({"process": 0, "here": [1], "away": []}, now=LATER + 10)
    assert presence.tick(LATER + 39) == {2: "off"}
    assert presence.tick(LATER + 41) == {1: "off"}
    assert presence.of([1, 2]) == {}


def test_a_process_tells_the_others_what_changed_and_says_it_again_every_ten_seconds(listening: House) -> None:
    streams: list[Stream] = [Stream(7, "en", session_id=1)]
    presence = Presence(listening.site.settings.run, lambda: streams, set)
    said = {"process": os.getpid(), "here": [7], "away": []}
    for now, expected in ((0, [said]), (1, []), (9, []), (10, [said]), (11, [])):
        presence.tick(LATER + now)
        signals.send(listening.site.settings.run, "last")
        came = listening.inbox.wait()  # type: ignore[attr-defined]
        assert [signal.data for signal in came if signal.name == "presence.all"] == expected
    streams[0].is_away = True
    presence.tick(LATER + 12)
    assert [signal.data for signal in listening.inbox.wait()] == [{**said, "here": [], "away": [7]}]  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", [{}, {"process": "1", "here": [1]}, {"process": True, "here": [1]}, {"process": 0, "here": "1"},
    {"process": 0, "here": {"1": 1}}, {"process": 0, "here": ["1", None, [1], 1.5, True]}])  # fmt: skip
def test_what_has_the_wrong_shape_is_nobody(listening: House, said: dict) -> None:
    presence = Presence(listening.site.settings.run, list, set)
    presence.hear(said, now=LATER)
    assert presence.tick(LATER) == {}


def test_a_profile_says_it_in_words_unless_somebody_is_absent(listening: House) -> None:
    opened(listening, "ines")
    hidden_line = f'data-spells="{listening.person("ines").id}" hidden'
    assert hidden_line in listening.visitor("omar").get("/people/ines").text
    listening.site.hub.tell_presence(LATER)
    page = listening.visitor("omar").get("/people/ines").text
    assert hidden_line not in page
    assert "Here now" in page.split("data-spells", 1)[1].split("</span></span>")[0]
    assert f'data-person="{listening.person("ines").id}"' in page
