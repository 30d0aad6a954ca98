"""Who hears of what, and that nothing is lost or told to the wrong people."""

import json
from collections.abc import Iterator

import pytest

from intranet.core import people, sessions
from intranet.core.rooms import changes as room_changes
from intranet.kernel import events
from intranet.testing.house import House
from intranet.web import live


@pytest.fixture
def listening(house: House) -> Iterator[House]:
    house.site.hub._app = house.app
    reader = events.Reader(house.site.database, house.site.settings.run, house.site.hub.handle)
    house.site.hub.delivered_id = reader.last_id
    house.catch_up = reader.catch_up  # type: ignore[attr-defined]
    yield house
    reader.socket.close()


def opened(house: House, username: str, **more: int) -> live.Stream:
    return house.site.hub.open(live.Stream(house.person(username).id, "en", **more))


def heard(stream: live.Stream) -> list[tuple[str, dict]]:
    said = []
    while not stream.waiting.empty():
        message = stream.waiting.get().decode()
        lines = dict(line.split(": ", 1) for line in message.strip().split("\n")) if message else {}
        said.append((lines.get("event", ""), json.loads(lines.get("data", "{}"))))
    return said


def test_members_hear_of_a_post_with_the_same_bytes_and_outsiders_hear_nothing(listening: House) -> None:
    ines, omar, pavel = (opened(listening, name) for name in ("ines", "omar", "pavel"))
    post = listening.say("ines", "workshop", "news")
    listening.catch_up()
    first = next(message for message in iter(ines.waiting.get, None) if b"entry.added" in message)
    assert first == omar.waiting.get()
    assert f'"entry_id":{post.id}'.encode() in first
    assert pavel.waiting.empty()


def test_a_busy_secret_room_leaves_no_trace_in_an_outsiders_stream(listening: House) -> None:
    pavel = opened(listening, "pavel")
    post = listening.say("ines", "workshop", "a")
    listening.say("omar", "workshop", "b", parent=post)
    visitor = listening.visitor("omar")
    visitor.post(f"/entries/{post.id}/reactions", {"emoji": "👍"})
    listening.visitor("ines").post(f"/entries/{post.id}/edit", {"body": "c"})
    listening.visitor("ines").post(f"/entries/{post.id}/remove")
    listening.catch_up()
    assert heard(pavel) == []
    listening.say("ines", "everyone", "for all")
    listening.catch_up()
    assert [name for name, _ in heard(pavel)] == ["entry.added"]


def test_who_is_taken_out_of_a_room_hears_no_more(listening: House) -> None:
    omar = opened(listening, "omar")
    with listening.site.database.write() as db:
        room = db.merge(listening.room("workshop"))
        room_changes.remove_member(db, room, db.merge(listening.person("omar")), actor=listening.person("ines"))
    listening.say("ines", "workshop", "without omar")
    listening.catch_up()
    assert [name for name, _ in heard(omar)] == ["member.removed"]


def test_an_ended_session_closes_its_stream_before_the_next_event(listening: House) -> None:
    with listening.site.database.write() as db:
        sessions.start(db, listening.person("ines"), agent="", address="", keep=False)
        session_id = sessions.list_for(db, listening.person("ines").id)[0].id
    ines = opened(listening, "ines", session_id=session_id)
    with listening.site.database.write() as db:
        sessions.end(db, listening.person("ines").id, session_id)
    listening.say("omar", "workshop", "too late")
    listening.catch_up()
    assert ines.waiting.get() == live.CLOSE
    assert ines.waiting.empty()
    assert ines not in listening.site.hub.streams


def test_a_disabled_person_loses_every_stream(listening: House) -> None:
    ines = opened(listening, "ines", token_id=1)
    with listening.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))
    listening.catch_up()
    assert ines.waiting.get() == live.CLOSE


def test_a_stream_whose_session_ran_out_is_closed_by_the_check(listening: House) -> None:
    ines = opened(listening, "ines", session_id=12345)
    listening.site.hub.check()
    assert ines.waiting.get() == live.CLOSE


def test_a_reconnecting_client_gets_exactly_what_it_missed(listening: House) -> None:
    posts = [listening.say("ines", "workshop", f"post {number}") for number in range(6)]
    listening.catch_up()
    with listening.site.database.read() as db:
        ids = [event.id for event in events.list_after(db, 0, 1000) if event.name == "entry.added"]
    for place in range(6):
        stream = opened(listening, "omar")
        missed = list(live.replay(listening.site.hub, stream, ids[place]))
        told = [json.loads(m.decode().split("data: ", 1)[1])["entry_id"] for m in missed if b"entry.added" in m]
        assert told == [post.id for post in posts[place + 1 :]]
    assert not [m for m in live.replay(listening.site.hub, opened(listening, "pavel"), ids[0]) if b"entry" in m]


def test_a_gap_that_is_too_long_is_said(listening: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intranet.web.caps.REPLAY", 3)
    for number in range(6):
        listening.say("ines", "workshop", f"post {number}")
    listening.catch_up()
    missed = list(live.replay(listening.site.hub, opened(listening, "omar"), 1))
    assert [m.split(b"\n")[1] for m in missed] == [b"event: reset"]


def test_a_slow_stream_is_closed_instead_of_growing(listening: House) -> None:
    omar = opened(listening, "omar")
    for _ in range(600):
        omar.send(b"x")
    assert omar.waiting.get() == live.END
    assert omar.waiting.empty()


def test_one_person_holds_a_limited_number_of_streams(listening: House) -> None:
    for _ in range(40):
        opened(listening, "omar")
    open_now = [stream for stream in listening.site.hub.streams if stream.waiting.empty()]
    assert len(open_now) <= 20
