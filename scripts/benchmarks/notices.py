"""What `@everyone` in a room of 500 costs its author, and how long the worker writes on it."""

import http.client
import json
import statistics
import time
from pathlib import Path

import generate
from sqlalchemy import func, select

from intranet.core.models import Membership, Notification
from intranet.kernel.db import Database
from intranet.testing.running import Running

PAIRS, PATIENCE_S = 30, 60
ROOM, AUTHOR = 1, 1  # the company's room, and the first of its people, who has the token


def w_notices(data: Path) -> dict[str, object]:
    """A plain post and one to everyone in turns, each when the worker has nothing to do; and one post while it writes."""
    database = Database(data / "intranet.sqlite")
    with database.write() as db:
        db.get_one(Membership, (ROOM, AUTHOR)).role = "keeper"
    house = Running(data)
    try:
        loud(house, database, 0)
        pairs = [(timed(house, f"plain {n}"), loud(house, database, n)) for n in range(1, PAIRS + 1)]
        timed(house, "@everyone at last")
        busy_ms = timed(house, "plain, while the worker writes")
    finally:
        house.stop()
        database.close()
    return {
        "rows": generate.PEOPLE - 1,
        "plain_ms": statistics.median(plain for plain, _ in pairs),
        "everyone_more_ms": statistics.median(said - plain for plain, (said, _) in pairs),
        "until_written_ms": statistics.median(written for _, (_, written) in pairs),
        "plain_meanwhile_ms": busy_ms,
    }


def loud(house: Running, database: Database, number: int) -> tuple[float, float]:
    """Milliseconds until the author has the answer, and until everyone has their line."""
    began = time.perf_counter()
    said = timed(house, f"@everyone {number}")
    wait_for(database, number + 1)
    return said, (time.perf_counter() - began) * 1000


def timed(house: Running, body: str) -> float:
    """Milliseconds until the author has the answer."""
    asked = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    headers = {"Authorization": "Bearer bench-token", "Content-Type": "application/json"}
    began = time.perf_counter()
    asked.request("POST", f"/api/v1/rooms/{ROOM}/posts", json.dumps({"body": body}), headers)
    answer = asked.getresponse()
    answer.read()
    if answer.status != 201:
        raise RuntimeError(f"posting answered {answer.status}")
    return (time.perf_counter() - began) * 1000


def wait_for(database: Database, posts: int) -> None:
    """Until everyone but the author has a line for each of so many posts."""
    wanted, until = posts * (generate.PEOPLE - 1), time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with database.read() as db:
            query = select(func.count()).select_from(Notification).where(Notification.kind == "everyone")
            if (db.scalar(query) or 0) >= wanted:
                return
        time.sleep(0.005)
    raise RuntimeError("the worker does not keep up")
