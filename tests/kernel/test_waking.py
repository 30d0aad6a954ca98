"""Processes wake each other, however long the path of the data folder is."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from intranet.kernel import events, signals
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


def test_what_comes_alone_is_told_at_once_and_what_comes_while_others_are_told_is_gathered(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, now = Database(template / "intranet.sqlite"), [0.0]
    quiet, busy = 10 * events.GATHER_S, events.GATHER_S / 2
    comes_after, rested = [quiet, busy, quiet], list[float]()
    reader = events.Reader(database, tmp_path / "run", lambda _batch: None)

    def come() -> list[signals.Signal]:
        now[0] += comes_after.pop(0)
        if not comes_after:
            reader.stop()
        return []

    monkeypatch.setattr(events, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(reader.inbox, "wait", come)
    monkeypatch.setattr(reader._stopped, "wait", rested.append)
    reader.run()
    assert rested == [events.GATHER_S]  # once, and not where nothing had happened for a while
    database.close()


def test_a_busy_reader_keeps_its_place_now_and_then_and_at_once_when_something_was_written(
    tmp_path: Path, template: Path
) -> None:
    shutil.copy(template / "intranet.sqlite", tmp_path / "intranet.sqlite")
    database = Database(tmp_path / "intranet.sqlite")
    told: list[str] = []

    def reader(*, writes: bool) -> events.Reader:
        def handle(batch: Sequence[events.Event]) -> bool:
            told.extend(event.name for event in batch)
            return writes

        return events.Reader(database, tmp_path / "run", handle, place="test")

    def happen(*names: str) -> None:
        with database.write() as db:
            for name in names:
                events.record(db, name)

    first = reader(writes=False)
    while first.catch_up():
        pass
    happen("a", "b", "c", "d")
    told.clear()
    assert first.catch_up() == 4
    first.inbox.close()
    again = reader(writes=False)  # as after a crash
    assert (again.catch_up(), told) == (4, ["a", "b", "c", "d"] * 2)
    assert again.catch_up() == 0  # nothing happens: the place is kept
    again.inbox.close()
    writing = reader(writes=True)
    assert writing.catch_up() == 0
    happen("e", "f", "g", "h")
    assert writing.catch_up() == 4
    writing.inbox.close()
    last = reader(writes=False)
    assert last.catch_up() == 0
    happen("alone")
    assert last.catch_up() == 1
    last.inbox.close()
    assert reader(writes=False).catch_up() == 0
    database.close()
