"""A stream that is cut a thousand times while others post: nothing is lost, nothing is told twice (A65)."""

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from intranet.testing.house import House
from intranet.testing.running import Running

CUTS = 1_000
READERS = 4
WAIT_S = 20
AHEAD = 40


@dataclass
class Reader:
    """A program that follows the stream by `Last-Event-ID` and hangs up again and again."""

    port: int
    headers: dict[str, str]
    last_id: int
    heard: list[tuple[int, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    beats: int = 0
    problem: str = ""
    is_done: bool = False

    def follow(self, cuts: int) -> None:
        """Connects `cuts` times."""
        try:
            for turn in range(cuts):
                self.take_turn(turn)
        except (OSError, http.client.HTTPException, AssertionError) as error:
            self.problem = repr(error)
        self.is_done = True

    def take_turn(self, turn: int) -> None:
        """Reads one to four events and hangs up in the middle of whatever comes."""
        self.read(1 + turn % 4, cut=turn % 3 * 7)

    def read(self, events: int, *, cut: int) -> None:
        """Hears `events` entries, then `cut` bytes of the next thing that is said, and hangs up."""
        connection, answer = self.connect()
        wanted = len(self.heard) + events
        while len(self.heard) < wanted:
            self.take(answer)
        if cut:
            answer.read1(cut)
        connection.close()

    def connect(self) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        connection.request("GET", "/api/v1/events", headers={**self.headers, "Last-Event-ID": str(self.last_id)})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        return connection, answer

    def take(self, answer: http.client.HTTPResponse) -> None:
        """One message of the stream; its id is kept only when the whole message has come."""
        said = dict(line.split(": ", 1) for line in message(answer))
        self.beats = self.beats + 1 if said.get("event") == "beat" else 0
        assert self.beats < 3, "nothing is said any more"
        if "id" not in said:
            return
        self.last_id = int(said["id"])
        self.names.append(said["event"])
        if said["event"] == "entry.added":
            self.heard.append((self.last_id, json.loads(said["data"])["entry_id"]))


def message(answer: http.client.HTTPResponse) -> list[str]:
    """The lines of the next message."""
    lines: list[str] = []
    while line := answer.readline().decode().rstrip("\n"):
        lines.append(line)
    assert lines, "the stream ended by itself"
    return lines


class Writer(threading.Thread):
    """Posts until it is told to stop, but never so far ahead of a reader that the house may say `reset`."""

    def __init__(self, port: int, headers: dict[str, str], path: str, posted: list[int]) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        self.path, self.posted = path, posted
        self.readers: Sequence[Reader] = ()
        self.headers = {**headers, "Content-Type": "application/json"}
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.005):
            slowest = min((len(reader.heard) for reader in self.readers if not reader.is_done), default=0)
            if len(self.posted) < slowest + AHEAD:
                self.post(f"line {len(self.posted)}")

    def post(self, body: str) -> None:
        self.connection.request("POST", self.path, json.dumps({"body": body}), self.headers)
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        if answer.status == 201:
            self.posted.append(said["id"])


@pytest.fixture
def running(house: House) -> Iterator[Running]:
    started = Running(house.site.settings.data)
    yield started
    started.stop()


def newest_event(house: House) -> int:
    from intranet.kernel import events

    with house.site.database.read() as db:
        return events.newest_id(db)


def run_together(readers: list[Reader], writers: list[Writer], cuts: int) -> None:
    """The writers post while each reader connects `cuts` times."""
    followers = [threading.Thread(target=reader.follow, args=(cuts,)) for reader in readers]
    for writer in writers:
        writer.readers = readers
    for thread in [*writers, *followers]:
        thread.start()
    for thread in followers:
        thread.join()
    for writer in writers:
        writer.done.set()
        writer.join()


def test_a_thousand_cuts_lose_nothing_and_repeat_nothing(house: House, running: Running) -> None:
    since, posted = newest_event(house), list[int]()
    readers = [Reader(running.port, house.program("omar").headers, since) for _ in range(READERS)]
    path = f"/api/v1/rooms/{house.room('workshop').id}/posts"
    writers = [Writer(running.port, house.program(name).headers, path, posted) for name in ("ines", "omar")]
    run_together(readers, writers, CUTS // READERS)
    for reader in readers:
        assert not reader.problem
        assert "reset" not in reader.names
        reader.read(len(posted) - len(reader.heard), cut=0)
        assert [entry_id for _, entry_id in reader.heard] == sorted(posted)
        assert all(earlier < later for (earlier, _), (later, _) in pairwise(reader.heard))
    outsider = Reader(running.port, house.program("pavel").headers, newest_event(house) - AHEAD)
    house.say("ines", "everyone", "for all")
    outsider.read(1, cut=0)
    assert outsider.names == ["entry.added"]


def test_a_cut_by_killing_every_process_loses_nothing(house: House, running: Running) -> None:
    reader = Reader(running.port, house.program("omar").headers, newest_event(house))
    path = f"/api/v1/rooms/{house.room('workshop').id}/posts"
    posted: list[int] = []
    for _ in range(2):
        writer = Writer(running.port, house.program("ines").headers, path, posted)
        for number in range(10):
            writer.post(f"line {number}")
        reader.read(4, cut=3)
        running.kill()
        running.start()
    reader.read(len(posted) - len(reader.heard), cut=0)
    assert [entry_id for _, entry_id in reader.heard] == posted
