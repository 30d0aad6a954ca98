"""Chat under load: messages a second that are on the disk, delivered and read again, beside the bare rate of inserts."""

import http.client
import json
import sqlite3
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import generate
from sqlalchemy import insert, select, text

from intranet.app import open_house
from intranet.core import sessions
from intranet.core.models import Entry, Person, Room, Token
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.kernel.events import EventPlace, newest_id
from intranet.kernel.settings import load
from intranet.testing.running import Running

SENDERS, ROOMS, SECONDS, READ_EACH = 64, 50, 10, 20
PATIENCE_S = 30
LONG, SHORT, PAIRS = 1_000_000, 1_000, 60


def token(number: int) -> str:
    return f"bench-sender-{number}"


def furnish(data: Path) -> list[int]:
    """Fifty channels; each sender is in one of them, with a token of their own. Returns the channels' ids."""
    site = open_house(load(data))
    with site.database.write() as db:
        cast = list(db.scalars(select(Person).order_by(Person.id).limit(SENDERS)))
        rooms = [
            room_changes.add(db, creator=cast[n], name=f"Channel {n}", kind="channel", access="closed")
            for n in range(ROOMS)
        ]
        for n, person in enumerate(cast[ROOMS:]):
            room_changes.set_member(db, rooms[n], person, "member", actor=None)
        moment = clock.now()
        db.execute(
            insert(Token),
            [
                {
                    "token_hash": sessions.hash_token(token(n)), "person_id": person.id, "name": "bench", "scopes": "read write",
                    "created_at": moment, "used_at": moment,
                }
                for n, person in enumerate(cast)
            ],
        )  # fmt: skip
        ids = [room.id for room in rooms]
        db.merge(EventPlace(reader="worker", event_id=newest_id(db)))  # of how the company was made everyone has heard
    site.database.close()
    return ids


class Listener(threading.Thread):
    """The stream of one sender: when each message came."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.heard: dict[int, float] = {}
        self.asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.asked.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {token(number)}"})
        self.answer = self.asked.getresponse()
        self.start()

    def run(self) -> None:
        is_message = False
        try:
            while line := self.answer.readline():
                if line.startswith(b"event: "):
                    is_message = line.startswith(b"event: entry.added")
                elif is_message and line.startswith(b"data: "):
                    self.heard[json.loads(line[6:])["entry_id"]] = time.time()
        except (OSError, ValueError, http.client.HTTPException):
            return


class Sender(threading.Thread):
    """One person who sends as fast as the answers come, and reads now and then what they sent."""

    def __init__(self, port: int, number: int, room_id: int, until: float) -> None:
        super().__init__(daemon=True)
        self.number, self.room_id, self.until = number, room_id, until
        self.asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.headers = {"Authorization": f"Bearer {token(number)}", "Content-Type": "application/json"}
        self.sent: dict[int, float] = {}
        self.took: list[float] = []
        self.failed = 0

    def run(self) -> None:
        place = 0
        while time.monotonic() < self.until:
            place += 1
            at = time.time()
            status, said = self.ask(
                "POST", {"body": f"sent {self.number} {place} and some more words"}, f"{self.number}-{place}"
            )
            if status != 201:
                self.failed += 1
                continue
            self.sent[said["id"]] = at
            self.took.append((time.time() - at) * 1000)
            if place % READ_EACH == 0:
                _, shown = self.ask("GET")
                self.failed += said["id"] not in {each["id"] for each in shown["items"]}

    def ask(self, method: str, said: dict[str, Any] | None = None, key: str = "") -> tuple[int, dict[str, Any]]:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        body = json.dumps(said) if said is not None else None
        self.asked.request(method, f"/api/v1/rooms/{self.room_id}/messages", body, headers)
        answer = self.asked.getresponse()
        return answer.status, json.loads(answer.read())


def w5(data: Path) -> dict[str, object]:
    """64 senders in 50 rooms: accepted and delivered messages a second, and milliseconds until they are heard."""
    rooms = furnish(data)
    limit = inserts_a_second(data)
    house = Running(data, threads=256)
    try:
        listeners = [Listener(house.port, n) for n in range(SENDERS)]
        time.sleep(1)
        until = time.monotonic() + SECONDS
        senders = [Sender(house.port, n, rooms[n % ROOMS], until) for n in range(SENDERS)]
        for each in senders:
            each.start()
        for each in senders:
            each.join()
        sent = {entry_id: at for each in senders for entry_id, at in each.sent.items()}
        wait_until_heard(listeners, senders)
        heard = [
            (at - sent[entry_id]) * 1000
            for listener in listeners for entry_id, at in listener.heard.items() if entry_id in sent
        ]  # fmt: skip
        lost = sum(len(each.sent.keys() - listeners[n].heard.keys()) for n, each in enumerate(senders))
    finally:
        house.stop()
    took = sorted(each for sender in senders for each in sender.took)
    heard.sort()
    return {
        "a_second": len(sent) / SECONDS, "failed": sum(each.failed for each in senders), "lost": lost,
        "in_database": count(data), "sent": len(sent), "answer_p50_ms": statistics.median(took),
        "answer_p99_ms": took[int(len(took) * 0.99)], "heard_p50_ms": statistics.median(heard),
        "heard_p99_ms": heard[int(len(heard) * 0.99)], "inserts_a_second": limit,
        "ratio_to_inserts": len(sent) / SECONDS / limit,
    }  # fmt: skip


def wait_until_heard(listeners: list[Listener], senders: list[Sender]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if all(each.sent.keys() <= listeners[n].heard.keys() for n, each in enumerate(senders)):
            return
        time.sleep(0.1)


def count(data: Path) -> int:
    with sqlite3.connect(data / "intranet.sqlite") as db:
        return int(
            db.execute("SELECT count(*) FROM entries WHERE kind = 'message' AND body LIKE 'sent %'").fetchone()[0]
        )


def inserts_a_second(data: Path, seconds: float = 3) -> float:
    """The limit: one row in each transaction, each waited for on the same disk."""
    path = data / "limit.sqlite"
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, body TEXT)")
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            db.execute("INSERT INTO said (body) VALUES (?)", ("x" * 300,))
            done += 1
    for each in data.glob("limit.sqlite*"):
        each.unlink()
    return done / seconds


def long_channel(data: Path, cookies: list[str], get: Any) -> dict[str, object]:
    """A channel of a million messages opened in turns with one of a thousand."""
    site = open_house(load(data))
    with site.database.write() as db:
        person = db.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        made = {
            size: room_changes.add(db, creator=person, name=f"Log {size}", kind="channel").id for size in (SHORT, LONG)
        }
        slugs = {size: db.get_one(Room, room_id).slug for size, room_id in made.items()}
    for size, room_id in made.items():
        fill(site.database, room_id, person.id, size)
    with site.database.write() as db:
        newest = db.scalar(text("SELECT max(id) FROM entries"))
        db.execute(text("UPDATE memberships SET chat_read_to = :newest"), {"newest": newest})
        db.execute(text("ANALYZE"))
    site.database.close()
    house = Running(data)
    try:
        pairs = [
            [timed(get, house.port, f"/chat/{slugs[size]}", cookies[0]) for size in (SHORT, LONG)] for _ in range(PAIRS)
        ]
    finally:
        house.stop()
    return {
        "short_ms": statistics.median(pair[0] for pair in pairs), "long_ms": statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(pair[1] / pair[0] for pair in pairs),
    }  # fmt: skip


def fill(database: Any, room_id: int, author_id: int, size: int) -> None:
    """Messages straight into the table: opening a log asks nothing of the full text."""
    moment = clock.now()
    for start in range(0, size, generate.BATCH):
        rows = [
            {
                "kind": "message", "room_id": room_id, "author_id": author_id, "body": f"line {n}", "html": f"<p>line {n}</p>\n",
                "created_at": moment, "revision": 1, "version": 1, "comment_count": 0, "in_log": True,
            }
            for n in range(start, min(start + generate.BATCH, size))
        ]  # fmt: skip
        with database.write() as db:
            db.execute(insert(Entry), rows)


def timed(work: Any, *arguments: Any) -> float:
    began = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - began) * 1000
