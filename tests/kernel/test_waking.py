"""Processes wake each other, however long the path of the data folder is."""

from pathlib import Path

import pytest

from intranet.kernel import events
from intranet.kernel.db import Database


@pytest.mark.parametrize("depth", [0, 30])
def test_a_datagram_arrives_in_a_deep_folder_too(tmp_path: Path, template: Path, depth: int) -> None:
    run = tmp_path.joinpath(*["a folder"] * depth)
    database = Database(template / "intranet.sqlite")
    reader = events.Reader(database, run, lambda _batch: None)
    events.wake(run)
    assert reader.inbox.socket.recv(16) == b"."
    reader.inbox.close()
    database.close()


def test_what_comes_one_by_one_is_told_at_once_and_many_are_gathered() -> None:
    assert events.gathering_s(0.001, 1) == events.GATHER_S
    assert events.GATHER_S < events.gathering_s(0.001, events.MANY) == events.GATHER_MOST_S
    assert events.gathering_s(10, 1) == events.GATHER_MOST_S
