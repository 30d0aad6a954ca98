"""`intranet live`: streams in a process of their own, beside the one that answers pages."""

import http.client
import json
from collections.abc import Iterator

import pytest

from intranet.core import people
from intranet.testing.house import House
from intranet.testing.running import Running

WAIT_S = 20


@pytest.fixture
def web(house: House) -> Iterator[Running]:
    started = Running(house.site.settings.data)
    yield started
    started.stop()


@pytest.fixture
def live(house: House, web: Running) -> Iterator[Running]:
    started = Running(web.data, process="live")
    yield started
    started.stop()


def listen(port: int, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    connection.request("GET", "/api/v1/events", headers=headers)
    answer = connection.getresponse()
    if answer.status == 200:
        hear(answer, "beat")
    return answer


def hear(answer: http.client.HTTPResponse, name: str) -> dict[str, object]:
    """Reads on to the next message of that name."""
    while (line := answer.readline().decode()) != f"event: {name}\n":
        assert line, "the stream ended"
    said = json.loads(answer.readline().decode().removeprefix("data: "))
    assert isinstance(said, dict)
    return said


def send(port: int, headers: dict[str, str], path: str, values: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    connection.request("POST", path, json.dumps(values), {**headers, "Content-Type": "application/json"})
    return connection.getresponse().status


def test_what_is_posted_to_one_process_is_heard_from_the_other(house: House, web: Running, live: Running) -> None:
    omar, ines, pavel = (house.program(name).headers for name in ("omar", "ines", "pavel"))
    told, outsider = listen(live.port, omar), listen(live.port, pavel)
    secret, everyone = (f"/api/v1/rooms/{house.room(slug).id}/posts" for slug in ("workshop", "everyone"))
    assert send(web.port, ines, secret, {"body": "for the workshop"}) == 201
    assert send(web.port, ines, everyone, {"body": "for all"}) == 201
    assert "for the workshop" in str(hear(told, "entry.added")["html"])
    assert "for all" in str(hear(told, "entry.added")["html"])
    assert "for all" in str(hear(outsider, "entry.added")["html"])


def test_it_is_as_closed_as_the_other_and_ends_with_the_right(house: House, web: Running, live: Running) -> None:
    assert listen(live.port, {}).status == 401
    program = house.program("omar")
    stream = listen(live.port, program.headers)
    with house.site.database.write() as db:
        people.disable(db, db.merge(house.person("omar")))
    assert hear(stream, "session.ended") == {}
    assert stream.readline() in (b"\n", b"")
    assert listen(live.port, program.headers).status == 401
