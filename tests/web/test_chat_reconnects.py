"""A chat that is followed through two hundred cuts is what the database holds, and so it is after a gap that was too long (A65)."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import select

from intranet.core.models import Entry
from intranet.testing.house import House
from intranet.testing.running import Running
from intranet.web import caps
from tests.web.test_reconnects import Reader, Writer, newest_event, run_together

CUTS, MESSAGES = 200, 1_000
LONGEST_CUT = 3_000  # bytes, about a message and a half


class Careless(Reader):
    """Hangs up at random, and the last time when everything was said."""

    chance = random.Random(65)

    def take_turn(self, turn: int) -> None:
        left = MESSAGES - len(self.heard)
        events = left if turn == CUTS - 1 else min(self.chance.randint(1, 9), left)
        self.read(events, cut=self.chance.randint(0, LONGEST_CUT) if events < left else 0)


@pytest.fixture
def running(house: House) -> Iterator[Running]:
    started = Running(house.site.settings.data)
    yield started
    started.stop()


def kept(house: House) -> list[int]:
    with house.site.database.read() as db:
        return list(
            db.scalars(
                select(Entry.id).where(Entry.in_log, Entry.room_id == house.room("workshop").id).order_by(Entry.id)
            )
        )


def by_page(house: House, after: int) -> list[int]:
    """As the page does it: part after part, until one is empty."""
    found, visitor = list[int](), house.visitor("omar")
    while True:
        part = visitor.get(f"/chat/workshop?after={found[-1] if found else after}&part=log").text
        ids = [int(each) for each in re.findall(r'id="message-(\d+)"', part)]
        if not ids:
            return found
        found += ids


def by_program(house: House, after: int) -> list[int]:
    """As a program does it: until nothing follows."""
    found, following, program = list[int](), str(after), house.program("omar")
    while following:
        said = program.get(f"/rooms/{house.room('workshop').id}/messages?limit=100&after={following}").json
        assert said
        found += [each["id"] for each in said["items"]]
        following = said["next"]
    return found


def test_two_hundred_cuts_lose_no_message_and_a_gap_that_is_too_long_is_filled(house: House, running: Running) -> None:
    since, posted = newest_event(house), list[int]()
    path = f"/api/v1/rooms/{house.room('workshop').id}/messages"
    reader = Careless(running.port, house.program("omar").headers, since)
    writers = [Writer(running.port, house.program(name).headers, path, posted) for name in ("ines", "omar")]
    run_together([reader], writers, CUTS)
    assert not reader.problem
    assert "reset" not in reader.names
    stands = kept(house)
    assert len(posted) >= MESSAGES
    assert [entry_id for _, entry_id in reader.heard] == stands[: len(reader.heard)]
    assert len(reader.heard) >= MESSAGES
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(reader.heard))
    assert newest_event(house) - since > caps.REPLAY
    away = Reader(running.port, house.program("omar").headers, since)
    connection, answer = away.connect()
    while not away.names:
        away.take(answer)
    connection.close()
    assert away.names == ["reset"]
    known = stands[7]
    assert by_page(house, known) == by_program(house, known) == stands[8:]
