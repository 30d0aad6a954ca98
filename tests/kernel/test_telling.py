"""Telling plugins what happened: who has nothing to write holds up nobody, and who has loses nothing."""

import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from intranet.kernel.db import Database
from intranet.kernel.plugins import MAX_FAILURES, Loaded, Plugins, hookimpl, hookspec

Hook = Callable[[Session, int], None]


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[str] = mapped_column(String(40))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "lines.sqlite")
    with made.write() as db:
        Base.metadata.create_all(db.connection())
    yield made
    made.close()


def plugins(*hooks: Hook) -> Plugins:
    specs = types.ModuleType("specs")

    @hookspec
    def it_happened(db: Session, number: int) -> None: ...

    specs.it_happened = it_happened  # type: ignore[attr-defined]
    made = Plugins(specs)
    for place, hook in enumerate(hooks):
        module = types.ModuleType(f"plugin{place}")
        module.it_happened = hookimpl(hook, specname="it_happened")  # type: ignore[attr-defined]
        made.manager.register(module, module.__name__)
        made.loaded.append(Loaded(module.__name__, module, Path(), is_plugin=True))
    return made


def tell(database: Database, *hooks: Hook, count: int = 6) -> Plugins:
    made = plugins(*hooks)
    made.tell(database, "it_happened", "number", range(count))
    return made


def lines(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(Line.said).order_by(Line.id)))


def write(database: Database, said: str) -> None:
    with database.write() as db:
        db.add(Line(said=said))


def test_who_only_looks_is_asked_while_others_write(database: Database, tmp_path: Path) -> None:
    other, told = Database(tmp_path / "lines.sqlite"), []

    def look(db: Session, number: int) -> None:
        db.scalar(select(Line.id))
        write(other, f"meanwhile {number}")  # waits in vain where the lock is held
        told.append(number)

    tell(database, look)
    other.close()
    assert told == list(range(6))
    assert lines(database) == [f"meanwhile {number}" for number in range(6)]


def test_what_is_written_is_written_once_and_in_order(database: Database) -> None:
    def note_odd(db: Session, number: int) -> None:
        if number % 2:
            db.add(Line(said=f"odd {number}"))
            db.flush()

    assert not tell(database, note_odd).failures
    assert lines(database) == ["odd 1", "odd 3", "odd 5"]


def test_what_is_left_to_the_commit_is_not_lost(database: Database) -> None:
    write(database, "0")

    def change(db: Session, number: int) -> None:
        line = db.scalars(select(Line)).one()
        if number in (2, 3):
            line.said += f" {number}"

    tell(database, change)
    assert lines(database) == ["0 2 3"]


def test_a_statement_of_ones_own_is_written_too(database: Database) -> None:
    def count(db: Session, number: int) -> None:
        db.execute(text("INSERT INTO lines (said) VALUES (:said)"), {"said": str(number)})

    tell(database, count, count=3)
    assert lines(database) == ["0", "1", "2"]


def test_who_fails_is_counted_once_for_each_and_takes_nobody_along(database: Database) -> None:
    def fail(db: Session, number: int) -> None:
        if number == 2:
            raise ValueError("two")
        if number == 4:
            db.add(Line(said="four"))

    def note(db: Session, number: int) -> None:
        db.add(Line(said=f"note {number}"))

    made = tell(database, fail, note)
    assert dict(made.failures) == {"plugin0": 1} and made.failures["plugin0"] < MAX_FAILURES
    assert lines(database) == ["four", *(f"note {number}" for number in range(6))]


def test_it_is_said_whether_anybody_had_something_to_write(database: Database) -> None:
    def look(db: Session, number: int) -> None:
        db.scalar(select(Line.id))

    def write_about_the_last(db: Session, number: int) -> None:
        if number == 5:
            db.add(Line(said="five"))

    assert plugins(look, look).tell(database, "it_happened", "number", range(6)) is False
    assert plugins(look, write_about_the_last, look).tell(database, "it_happened", "number", range(6)) is True
    assert lines(database) == ["five"]
