"""What nearly every page asks costs no more in a room where much was said: SQLite's steps are counted, not its time."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from intranet.core.entries import queries as entry_queries
from intranet.core.models import Entry, Membership, Person
from intranet.features.chat import queries as chat_queries
from intranet.kernel import clock
from intranet.testing.house import House
from tests.web.test_chat import direct

FEW, MANY, EACH = 30, 3_000, 10


def fill(house: House, kind: str, room_id: int, count: int) -> None:
    """Entries straight into the table; all of them have been read."""
    row = {
        "kind": kind, "room_id": room_id, "author_id": house.person("omar").id, "body": "line", "html": "<p>line</p>",
        "revision": 1, "version": 1, "comment_count": 0, "created_at": clock.now(), "in_log": kind == "message",
    }  # fmt: skip
    with house.site.database.write() as db:
        db.execute(insert(Entry), [row] * count)
        db.execute(update(Membership).values(chat_read_to=select(func.max(Entry.id)).scalar_subquery()))


def steps(house: House, ask: Callable[[Session, Person], object]) -> int:
    """How much SQLite does for it, in tens of its steps."""
    taken: list[int] = []
    with house.site.database.read() as db:
        viewer = db.get_one(Person, house.person("ines").id)
        driver: Any = db.connection().connection.driver_connection
        driver.set_progress_handler(lambda: taken.append(1), EACH)
        ask(db, viewer)
        driver.set_progress_handler(None, 0)
    return len(taken)


def feed_since(db: Session, viewer: Person) -> object:
    newest = db.scalar(select(func.max(Entry.id)))
    assert newest
    return entry_queries.list_feed(db, viewer, after=newest - 3)


@pytest.mark.parametrize(
    ("kind", "ask"),
    [("post", feed_since), ("message", chat_queries.list_chats), ("message", chat_queries.count_addressed)],
)
def test_what_was_read_costs_nothing(house: House, kind: str, ask: Callable[[Session, Person], object]) -> None:
    rooms = [house.room("workshop").id, direct(house, "omar", "ines")]
    for room_id in rooms:
        fill(house, kind, room_id, FEW)
    before = steps(house, ask)
    for room_id in rooms:
        fill(house, kind, room_id, MANY)
    assert before
    assert steps(house, ask) < 2 * before
