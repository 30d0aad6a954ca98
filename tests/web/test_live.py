"""Who hears of what, and that nothing is lost or told to the wrong people."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from intranet.core import people, sessions
from intranet.core.models import Membership
from intranet.core.rooms import changes as room_changes
from intranet.kernel import events, signals, wires
from intranet.testing.house import House
from intranet.web import live
from intranet.web.rhythm import Rhythm


@pytest.fixture
def listening(house: House) -> Iterator[House]:
    house.site.hub.app = house.app
    reader = events.Reader(house.site.database, house.site.settings.run, house.site.hub.handle)
    house.site.hub.delivered_id = reader.last_id
    house.catch_up = reader.catch_up  # type: ignore[attr-defined]
    house.inbox = reader.inbox  # type: ignore[attr-defined]
    yield house
    reader.inbox.close()


def opened(house: House, username: str, **more: int) -> live.Stream:
    return house.site.hub.open(live.Stream(house.person(username).id, "en", **more))


def told(house: House) -> None:
    """Everything that came to this process by datagram is handed on, until the last of it."""
    signals.send(house.site.settings.run, "last")
    names: list[str] = []
    while "last" not in names:
        came = house.inbox.wait()  # type: ignore[attr-defined]
        names += [signal.name for signal in came]
        for signal in came:
            house.site.hub.hear(signal)


def writes(house: House, username: str, **values: object) -> int:
    """The answer to somebody who types."""
    visitor = house.visitor(username)
    visitor.token()
    for signal in house.inbox.wait():  # type: ignore[attr-defined]
        house.site.hub.hear(signal)
    return visitor.post("/live/typing", values).status_code


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


def test_what_happens_while_a_page_is_put_together_is_told_to_it_afterwards(
    listening: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening.say("ines", "workshop", "before it")

    def something_happens() -> dict[str, object]:
        """All that the page shows has been read, and nothing of it is drawn yet."""
        listening.say("ines", "workshop", "in between")
        listening.catch_up()
        return {}

    listening.catch_up()
    visitor, around = listening.visitor("omar"), listening.app.template_context_processors
    monkeypatch.setitem(around, None, [something_happens, *around[None]])
    page = visitor.get("/rooms/workshop").text
    since = int(page.split('data-since="')[1].split('"')[0])
    missed = b"".join(live.replay(listening.site.hub, opened(listening, "omar", after=since), since)).decode()
    assert "before it" in page
    assert "in between" not in page
    assert "in between" in missed
    assert "before it" not in missed


def test_a_stream_begins_with_who_is_here_and_says_that_it_begins(listening: House) -> None:
    name, data = live.greeting(listening.site.hub, opened(listening, "omar")).decode().strip().split("\n")
    assert name == "event: present"
    assert json.loads(data.removeprefix("data: ")) == {"here": [], "away": [], "begins": True}


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
    assert omar.waiting.get() == wires.END
    assert omar.waiting.empty()


def test_one_person_holds_a_limited_number_of_streams(listening: House) -> None:
    for _ in range(40):
        opened(listening, "omar")
    open_now = [stream for stream in listening.site.hub.streams if stream.waiting.empty()]
    assert len(open_now) <= 20


def test_who_types_is_heard_in_the_room_without_an_id_and_nowhere_else(listening: House) -> None:
    ines, omar, pavel = (opened(listening, name) for name in ("ines", "omar", "pavel"))
    room_id, ines_id = listening.room("workshop").id, listening.person("ines").id
    assert writes(listening, "ines", room_id=room_id) == 204
    told(listening)
    message = omar.waiting.get_nowait()
    assert b"id: " not in message
    lines = dict(line.split(": ", 1) for line in message.decode().strip().split("\n"))
    said = json.loads(lines["data"])
    assert lines["event"] == "typing"
    assert said == {"room_id": room_id, "thread_id": None, "person_id": ines_id, "name": "Ines Alba"}
    assert heard(ines) == heard(pavel) == []


def test_who_types_in_what_was_said_before_somebody_came_is_not_heard_by_them(listening: House) -> None:
    old = listening.say("ines", "workshop", "before")
    with listening.site.database.write() as db:
        pavel = db.merge(listening.person("pavel"))
        room_changes.set_member(db, db.merge(listening.room("workshop")), pavel, "member", actor=None)
        db.execute(update(Membership).where(Membership.person_id == pavel.id).values(history_from=old.id))
    new = listening.say("ines", "workshop", "after")
    stream, room_id = opened(listening, "pavel"), listening.room("workshop").id
    assert writes(listening, "ines", room_id=room_id, thread_id=old.id) == 204
    told(listening)
    assert heard(stream) == []
    assert writes(listening, "omar", room_id=room_id, thread_id=new.id) == 204
    told(listening)
    assert [said["thread_id"] for _, said in heard(stream)] == [new.id]
    assert writes(listening, "pavel", room_id=room_id, thread_id=old.id) == 404


def test_who_may_not_write_there_is_answered_as_if_the_room_never_was(listening: House) -> None:
    post, omar = listening.say("ines", "workshop", "a thread"), opened(listening, "omar")
    workshop, library = listening.room("workshop").id, listening.room("library").id
    elsewhere = listening.say("omar", "library", "another")
    for username, values in (
        ("pavel", {"room_id": workshop}),
        ("pavel", {"room_id": workshop, "thread_id": post.id}),
        ("pavel", {"room_id": library}),  # may read there
        ("pavel", {"room_id": 99_999}),
        ("ines", {"room_id": workshop, "thread_id": elsewhere.id}),
        ("ines", {"room_id": workshop, "thread_id": 99_999}),
    ):
        assert writes(listening, username, **values) == 404, values
    told(listening)
    assert heard(omar) == []
    assert listening.visitor("ines").client.post("/live/typing", data={"room_id": workshop}).status_code == 403
    assert writes(listening, "ines", room_id=workshop, thread_id=post.id) == 204


def test_typing_is_told_once_in_a_while_for_each_person_and_room(listening: House) -> None:
    omar, room_id = opened(listening, "omar"), listening.room("workshop").id
    listening.site.hub.typing = Rhythm(3600)
    for _ in range(5):
        assert writes(listening, "ines", room_id=room_id) == 204
    assert writes(listening, "ines", room_id=listening.room("everyone").id) == 204
    told(listening)
    assert [said["room_id"] for _, said in heard(omar)] == [room_id, listening.room("everyone").id]


def test_a_program_that_writes_is_heard_like_a_page_and_refused_like_one(listening: House) -> None:
    omar, room_id = opened(listening, "omar"), listening.room("workshop").id
    post, elsewhere = listening.say("ines", "workshop", "a thread"), listening.say("omar", "library", "another")
    ines, path = listening.program("ines"), f"/rooms/{room_id}/typing"
    listening.inbox.wait()  # type: ignore[attr-defined]
    assert ines.ask("PUT", path, json={"thread_id": post.id}).status_code == 204
    for username, room, said, status in (
        ("pavel", room_id, {}, 404),
        ("pavel", listening.room("library").id, {}, 404),  # may read there
        ("pavel", 99_999, {"thread_id": "x"}, 404),
        ("ines", room_id, {"thread_id": elsewhere.id}, 404),
        ("ines", room_id, {"thread_id": 1 << 80}, 422),
        ("ines", room_id, {"thread_id": "x"}, 422),
    ):
        answer = listening.program(username).ask("PUT", f"/rooms/{room}/typing", json=said)
        assert answer.status_code == status, (username, said)
    told(listening)
    assert [(name, said["thread_id"]) for name, said in heard(omar) if name == "typing"] == [("typing", post.id)]


@pytest.mark.parametrize("path", ["/live/typing", "/live/away"])
@pytest.mark.parametrize("body", [b"", b"room_id", b"room_id=x&away=x", b"room_id=%ff%fe&away=%00", b"room_id=-1", b"\xff\xfe",
    b"room_id=99999999999999999999999999&away=9", b"room_id=1&thread_id=[]", b"{}", b'{"room_id": {"a": []}}', b"&" * 2_000])  # fmt: skip
def test_garbage_at_a_door_of_the_stream_is_refused_and_breaks_nobodys_stream(
    listening: House, path: str, body: bytes
) -> None:
    omar, visitor = opened(listening, "omar"), listening.visitor("ines")
    for kind in ("application/x-www-form-urlencoded", "application/json", "text/event-stream"):
        headers = {"X-CSRFToken": visitor.token()}
        answer = visitor.client.post(path, data=body, content_type=kind, headers=headers)
        assert 400 <= answer.status_code < 500
    listening.say("ines", "workshop", "still here")
    listening.catch_up()
    assert [name for name, _ in heard(omar)] == ["entry.added"]


@pytest.mark.parametrize("data", [{}, {"room_id": None}, {"room_id": "1"}, {"room_id": True}, {"room_id": -1}, {"room_id": 2**70},
    {"room_id": [1]}, {"room_id": 1, "thread_id": "x"}, {"room_id": 1, "thread_id": {}}, {"room_id": 1.0}])  # fmt: skip
def test_a_signal_of_the_wrong_shape_reaches_nobody(listening: House, data: dict) -> None:
    streams = [opened(listening, name) for name in ("ines", "omar", "rosa")]
    for name in ("typing", "away", "presence.all"):
        listening.site.hub.hear(signals.Signal(name, data))
    assert [heard(stream) for stream in streams] == [[], [], []]


def test_a_process_that_holds_all_it_may_refuses_the_next(listening: House) -> None:
    listening.site.hub.limit = 1
    opened(listening, "omar")
    assert listening.program("ines").get("/events").status_code == 503
    listening.site.hub.limit = 2
    assert opened(listening, "ines") in listening.site.hub.streams


def test_a_rhythm_lets_each_key_through_once_in_its_time_and_forgets_the_oldest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intranet.web.rhythm.REMEMBERED", 2)
    slow, quick = Rhythm(3600), Rhythm(0)
    assert [slow.may(key) for key in "aabbcca"] == [True, False, True, False, True, False, True]
    assert [quick.may(key) for key in "aa"] == [True, True]
