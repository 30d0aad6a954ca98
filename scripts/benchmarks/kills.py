"""A hundred power cuts at random moments of a chat: what was acknowledged is there, and nothing is there twice."""

import contextlib
import http.client
import json
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import chat

from intranet.testing.running import Running

CUTS = int(os.environ.get("BENCH_CUTS", "100"))
WRITERS, SHORTEST_S, LONGEST_S = 8, 0.2, 1.2
TRIES = 20


@dataclass
class Writer:
    """Somebody who sends one message after the other, and each again under its key until it is acknowledged."""

    number: int
    room_id: int
    place: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)

    @property
    def body(self) -> str:
        return f"cut {self.number} {self.place}"

    def write(self, port: int, stopped: threading.Event) -> None:
        """Until the house is gone. What had no answer is sent again by the next call."""
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while not stopped.is_set():
                self.send(asked)
        asked.close()

    def send(self, asked: http.client.HTTPConnection) -> None:
        headers = {
            "Authorization": f"Bearer {chat.token(self.number)}", "Content-Type": "application/json",
            "Idempotency-Key": self.body,
        }  # fmt: skip
        asked.request("POST", f"/api/v1/rooms/{self.room_id}/messages", json.dumps({"body": self.body}), headers)
        answer = asked.getresponse()
        said = json.loads(answer.read())
        if answer.status == 201:
            self.acknowledged[self.body] = said["id"]
            self.place += 1


def w_kills(data: Path) -> dict[str, object]:
    rooms = chat.furnish(data)
    writers, chance, house = [Writer(n, rooms[n]) for n in range(WRITERS)], random.Random(7), Running(data)
    for _ in range(CUTS):
        stopped = threading.Event()
        threads = [threading.Thread(target=each.write, args=(house.port, stopped)) for each in writers]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
        house.kill()
        stopped.set()
        for thread in threads:
            thread.join()
        house.start()
    for each in writers:
        finish(house, each)
    house.stop()
    return {"cuts": CUTS, **compare(data, writers)}


def finish(house: Running, writer: Writer) -> None:
    """The last message of each may stand without an answer: it is asked for once more."""
    before = writer.place
    for _ in range(TRIES):
        asked = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
        writer.send(asked)
        asked.close()
        if writer.place > before:
            return
    raise RuntimeError("a message was not taken")


def compare(data: Path, writers: list[Writer]) -> dict[str, int]:
    with sqlite3.connect(data / "intranet.sqlite") as db:
        rows = db.execute("SELECT id, body FROM entries WHERE kind = 'message' AND body LIKE 'cut %'").fetchall()
    there, times = {body: entry_id for entry_id, body in rows}, Counter(body for _, body in rows)
    acknowledged = {body: entry_id for each in writers for body, entry_id in each.acknowledged.items()}
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(there.get(body) != entry_id for body, entry_id in acknowledged.items()),
        "doubled": sum(count > 1 for count in times.values()),
        "unasked": len(there.keys() - acknowledged.keys()),
    }
