"""Chat under load: messages a second that are on the disk, delivered and read again, beside the bare rate of inserts."""

import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

import generate
from sqlalchemy import insert, select, text
from talking import Talk

from intranet.app import open_house
from intranet.core import sessions
from intranet.core.models import Entry, Person, Room, Token
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.kernel.events import EventPlace, newest_id
from intranet.kernel.settings import load
from intranet.testing.running import Running

SENDERS, ROOMS, SECONDS, PACE = 64, 50, 10, 400
WARMING_S = 2
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


def w5(data: Path) -> dict[str, object]:
    """64 senders in 50 rooms: messages a second that are accepted and delivered, and how long they take at a given pace."""
    rooms = furnish(data)
    limit = inserts_a_second(data)
    house = Running(data, threads=128)
    try:
        talk = Talk(house.port, [(token(n), rooms[n % ROOMS]) for n in range(SENDERS)])
        talk.wait(1)  # until all streams are there
        talk.run(WARMING_S)
        talk.forget_times()
        a_second = talk.run(SECONDS) / SECONDS
        talk.listen_on(PATIENCE_S)
        fast = waits(talk, "fast")
        talk.forget_times()
        talk.keep_pace(SECONDS, PACE)
        talk.listen_on(PATIENCE_S)
    finally:
        house.stop()
    return {
        "a_second": a_second, "failed": talk.failed, "lost": talk.lost(), "in_database": count(data), "sent": len(talk.sent),
        **fast, **waits(talk, f"pace_{PACE}"), "inserts_a_second": limit, "ratio_to_inserts": a_second / limit,
    }  # fmt: skip


def waits(talk: Talk, name: str) -> dict[str, float]:
    """Milliseconds from the moment for which a message was meant to the answer, and until somebody heard it."""
    took, heard = sorted(talk.took_ms), sorted(talk.heard_ms())
    return {
        f"{name}_answer_p50_ms": statistics.median(took), f"{name}_answer_p99_ms": took[int(len(took) * 0.99)],
        f"{name}_heard_p50_ms": statistics.median(heard), f"{name}_heard_p99_ms": heard[int(len(heard) * 0.99)],
    }  # fmt: skip


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
