"""The scale law: what is large opens as quickly as what is small, and a delta of the feed beside a bare answer."""

import http.client
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import generate
from sqlalchemy import insert, text

from intranet.app import open_house
from intranet.core.models import Membership, Person
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.kernel.settings import load
from intranet.testing.running import Running, free_port

ROUNDS, ASKED, CROWD, FEW = 9, 40, 100_000, 20
HELLO = "def app(environ, start):\n    start('200 OK', [('Content-Type', 'text/plain')])\n    return [b'hello']\n"


def add_rooms(data: Path) -> dict[str, int]:
    """Two rooms with all 500 people: one of 100,000 posts, one of 20; the newest 20 have the same words in both."""
    site, chance = open_house(load(data)), random.Random(2)
    found = {}
    for name, count in (("Crowd", CROWD), ("Few", FEW)):
        with site.database.write() as db:
            cast = db.query(Person).order_by(Person.id).limit(generate.PEOPLE).all()
            room = room_changes.add(db, creator=cast[0], name=name, access="closed")
            seats = [_seat(room.id, person.id) for person in cast[1:]]
            db.execute(insert(Membership), seats)
            first = (db.scalar(text("SELECT max(id) FROM entries")) or 0) + 1
            authors = [person.id for person in cast]
        generate.write_posts(site, count, [room.id], authors, chance, first=first)
        _same_newest(site, room.id)
        found[room.slug] = room.id
    site.database.close()
    return found


def _seat(room_id: int, person_id: int) -> dict[str, object]:
    return {
        "room_id": room_id, "person_id": person_id, "role": "member", "joined_at": clock.now(), "read_to": 0,
        "loudness": "normal",
    }  # fmt: skip


def _same_newest(site, room_id: int) -> None:  # type: ignore[no-untyped-def]
    with site.database.write() as db:
        ids = db.scalars(text("SELECT id FROM entries WHERE room_id = :id ORDER BY id DESC LIMIT 20"), {"id": room_id})
        for place, entry_id in enumerate(ids.all()):
            words = " ".join(f"word{place}" for _ in range(24))
            values = {"body": words, "html": f"<p>{words}</p>", "id": entry_id, "author": place + 1}
            db.execute(
                text("UPDATE entries SET body = :body, html = :html, author_id = :author WHERE id = :id"), values
            )


def page_time(port: int, path: str, headers: Mapping[str, str]) -> float:
    """Milliseconds of one page, at the median of many over one connection."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        asked.request("GET", path, headers=dict(headers))
        answer = asked.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    asked.close()
    return statistics.median(took)


def beside(large: Callable[[], float], small: Callable[[], float]) -> dict[str, float]:
    """Both in turns; the ratio is the median over the rounds."""
    large(), small()
    rounds = [(large(), small()) for _ in range(ROUNDS)]
    return {
        "large_ms": statistics.median(each[0] for each in rounds), "small_ms": statistics.median(each[1] for each in rounds),
        "ratio": statistics.median(each[0] / each[1] for each in rounds),
    }  # fmt: skip


def w16(data: Path, cookies: Callable[[Path], list[str]]) -> dict[str, object]:
    """A room of 100,000 posts beside one of 20, and the home page of this company beside that of 10,000 posts."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        generate.fill(small, "S")
        add_rooms(data)
        here, there = Running(data), Running(small)
        mine, theirs = {"Cookie": cookies(data)[7]}, {"Cookie": cookies(small)[7]}
        try:
            rooms = beside(
                lambda: page_time(here.port, "/rooms/crowd", mine), lambda: page_time(here.port, "/rooms/few", mine)
            )
            home = beside(lambda: page_time(here.port, "/", mine), lambda: page_time(there.port, "/", theirs))
        finally:
            here.stop()
            there.stop()
    return {"room_of_100000_to_20": rooms, "home_to_home_of_10000": home}


def w2(data: Path) -> dict[str, object]:
    """What is new in the feed since an id (ten posts), as JSON, beside a gunicorn that says hello."""
    headers = {"Authorization": "Bearer bench-token"}
    house, port = Running(data), free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(HELLO)
        command = ["-m", "gunicorn", "--no-control-socket", "-k", "gthread", "-w", "2", "--threads", "64"]
        hello = subprocess.Popen(
            [sys.executable, *command, "-b", f"127.0.0.1:{port}", "hello:app"], cwd=folder, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(2)
            said = beside(
                lambda: page_time(house.port, f"/api/v1/feed?since={tenth_newest(data)}", headers),
                lambda: page_time(port, "/", {}),
            )
        finally:
            hello.terminate()
            house.stop()
    return {"ours_ms": said["large_ms"], "hello_ms": said["small_ms"], "share_of_hello": 1 / said["ratio"]}


def tenth_newest(data: Path) -> int:
    """The id since which the token's owner has ten new posts."""
    site = open_house(load(data))
    with site.database.read() as db:
        query = (
            "SELECT e.id FROM entries e JOIN memberships m ON m.room_id = e.room_id JOIN tokens t ON t.person_id = m.person_id"
            " ORDER BY e.id DESC LIMIT 1 OFFSET 10"
        )
        found = db.scalar(text(query)) or 0
    site.database.close()
    return int(found)
