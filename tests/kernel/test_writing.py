"""Writes that wait for one another share a transaction; each is its own all the same."""

import gc
import threading
import time
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intranet.kernel import writing
from intranet.kernel.db import Database, DatabaseBusy

THREADS, EACH = 16, 12
Work = Callable[[Session], None]
Way = Callable[[Database, Work], None]


def in_turn(database: Database, work: Work) -> None:
    with database.write() as db:
        work(db)


def handed_over(database: Database, work: Work) -> None:
    database.run(work)


ways = pytest.mark.parametrize("written", [in_turn, handed_over])


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path / "words.sqlite")
    with made.write() as db:
        db.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    return made


def add(db: Session, word: str) -> None:
    db.execute(text("INSERT INTO words (word) VALUES (:word)"), {"word": word})


def words(database: Database) -> set[str]:
    with database.read() as db:
        return set(db.scalars(text("SELECT word FROM words")))


def together(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)


@ways
def test_many_writers_need_fewer_commits_than_writes_and_lose_nothing(database: Database, written: Way) -> None:
    commits: list[object] = []
    event.listen(database._writing, "commit", commits.append)

    def write(number: int) -> None:
        for place in range(EACH):
            written(database, partial(add, word=f"{number}-{place}"))

    together(THREADS, write)
    assert words(database) == {f"{number}-{place}" for number in range(THREADS) for place in range(EACH)}
    assert 0 < len(commits) < THREADS * EACH


@ways
def test_what_was_written_is_there_for_everyone_when_the_write_is_left(
    database: Database, tmp_path: Path, written: Way
) -> None:
    other, missing = Database(tmp_path / "words.sqlite"), []

    def write(number: int) -> None:
        for place in range(EACH):
            written(database, partial(add, word=f"{number}-{place}"))
            with other.read() as db:
                if not db.scalar(text("SELECT 1 FROM words WHERE word = :word"), {"word": f"{number}-{place}"}):
                    missing.append((number, place))

    together(THREADS, write)
    assert not missing


@ways
def test_one_that_fails_takes_nobody_along_and_hears_of_it(database: Database, written: Way) -> None:
    refused: list[int] = []

    def work(db: Session, number: int) -> None:
        add(db, f"good {number}")
        if number % 3 == 0:
            raise ValueError(number)

    def write(number: int) -> None:
        try:
            written(database, lambda db: work(db, number))
        except ValueError as error:
            assert error.args == (number,)
            refused.append(number)

    together(THREADS, write)
    assert sorted(refused) == [number for number in range(THREADS) if number % 3 == 0]
    assert words(database) == {f"good {number}" for number in range(THREADS) if number % 3}


@ways
def test_when_the_disk_refuses_everyone_in_that_round_hears_it(database: Database, written: Way) -> None:
    is_full, told, held = threading.Event(), [], threading.Event()

    def refuse(_connection: object) -> None:
        if is_full.is_set():
            raise OSError("no space left")

    event.listen(database._writing, "commit", refuse)
    is_full.set()

    def work(db: Session, number: int) -> None:
        held.wait(5)
        add(db, f"lost {number}")

    def write(number: int) -> None:
        try:
            written(database, lambda db: work(db, number))
        except OSError:
            told.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    held.set()
    for each in threads:
        each.join(30)
    assert sorted(told) == [0, 1, 2, 3]
    is_full.clear()
    assert words(database) == set()
    with database.write() as db:
        add(db, "again")
    assert words(database) == {"again"}


@ways
def test_what_sqlite_took_back_with_anothers_fault_is_not_called_written(database: Database, written: Way) -> None:
    told: list[str] = []

    def wait(db: Session) -> None:
        add(db, "first")
        while not database._writer._waiting:
            pass

    def fail(db: Session) -> None:
        add(db, "second")
        db.connection().connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]
        raise OSError("no space left")

    def first() -> None:
        try:
            written(database, wait)
            told.append("written")
        except DatabaseBusy:
            told.append("not written")

    def second() -> None:
        try:
            written(database, fail)
        except (OSError, SQLAlchemyError):
            told.append("failed")

    threads = [threading.Thread(target=first)]
    threads[0].start()
    while not database._writer._is_taken:
        pass
    threads.append(threading.Thread(target=second))
    threads[1].start()
    for each in threads:
        each.join(30)
    assert sorted(told) == ["failed", "not written"]
    assert words(database) == set()
    with database.write() as db:
        add(db, "again")
    assert words(database) == {"again"}


@ways
def test_who_waits_too_long_is_told_and_the_others_go_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, written: Way
) -> None:
    monkeypatch.setattr(writing, "PATIENCE_S", 0.2)
    inside, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write() as db:
            add(db, "first")
            inside.set()
            may_go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    with pytest.raises(DatabaseBusy):
        written(database, lambda db: add(db, "too late"))
    may_go.set()
    holder.join(10)
    with database.write() as db:
        add(db, "next")
    assert words(database) == {"first", "next"}


def test_work_that_was_begun_is_waited_for_however_long_it_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PATIENCE_S", 0.2)

    def wait(db: Session) -> None:
        add(db, "first")
        while not database._writer._waiting:
            pass

    def take_long(db: Session) -> str:
        time.sleep(0.5)
        add(db, "second")
        return "done"

    holder = threading.Thread(target=lambda: handed_over(database, wait))
    holder.start()
    while not database._writer._is_taken:
        pass
    assert database.run(take_long) == "done"
    holder.join(10)
    assert words(database) == {"first", "second"}


def test_what_is_handed_over_is_done_by_whoever_has_the_lock_as_its_own_thread_would_have_done_it(
    database: Database,
) -> None:
    asks: ContextVar[int] = ContextVar("asks")
    answers: list[tuple[int, int]] = []
    workers: set[int] = set()

    def work(db: Session) -> int:
        workers.add(threading.get_ident())
        add(db, f"of {asks.get()}")
        time.sleep(0.002)
        return asks.get()

    def write(number: int) -> None:
        asks.set(number)
        answers.append((number, database.run(work)))

    with database.write() as db:  # all of them wait
        add(db, "first")
        threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
        for each in threads:
            each.start()
        while len(database._writer._waiting) < THREADS:
            pass
    for each in threads:
        each.join(30)
    assert sorted(answers) == [(number, number) for number in range(THREADS)]
    assert words(database) == {"first", *(f"of {number}" for number in range(THREADS))}
    assert len(workers) < THREADS


def test_what_was_handed_over_is_let_go_without_looking_for_garbage(database: Database) -> None:
    class Request:
        pass

    kept: ContextVar[Request] = ContextVar("kept")
    seen: list[weakref.ref[Request]] = []

    def write(number: int) -> None:
        request = Request()
        seen.append(weakref.ref(request))
        kept.set(request)
        database.run(partial(add, word=f"of {number}"))

    gc.disable()
    try:
        together(THREADS, write)
        assert len(seen) == THREADS
        assert [each() for each in seen] == [None] * THREADS
    finally:
        gc.enable()


def test_both_ways_stand_in_one_line(database: Database) -> None:
    def write(number: int) -> None:
        for place in range(EACH):
            (in_turn if (number + place) % 2 else handed_over)(database, partial(add, word=f"{number}-{place}"))

    together(THREADS, write)
    assert words(database) == {f"{number}-{place}" for number in range(THREADS) for place in range(EACH)}


def test_a_trial_shares_nothing_and_leaves_nothing(database: Database) -> None:
    with database.write() as db:
        add(db, "kept")
    with database.trial() as db:
        add(db, "tried")
        assert db.scalar(text("SELECT count(*) FROM words")) == 2
    assert words(database) == {"kept"}


def test_others_hear_of_events_once_they_are_on_the_disk(tmp_path: Path) -> None:
    seen: list[set[str]] = []
    database = Database(tmp_path / "words.sqlite", on_events=lambda: seen.append(words(database)))
    with database.write() as db:
        db.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    with database.write() as db:
        add(db, "told")
        db.info["events"] = True
    assert seen == [{"told"}]
