"""The short way to single rows gives what the library's own way gives, and refuses what it refuses."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, ForeignKey, String, bindparam, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from intranet.kernel import writing
from intranet.kernel.db import Database, UtcTime
from intranet.kernel.objects import Adding
from intranet.kernel.prepared import Prepared

NOON = datetime(2026, 11, 26, 12, 30, 15, 250_000, tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UtcTime}


class Shelf(Base):
    __tablename__ = "shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("title", String(80))
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    bought_at: Mapped[datetime | None]
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_lent: Mapped[bool] = mapped_column(default=False)
    copies: Mapped[int] = mapped_column(default=1)


class Lending(Base):
    __tablename__ = "lendings"

    book_id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str] = mapped_column(String(40), primary_key=True)


COLUMNS = ("id", "name", "shelf_id", "bought_at", "notes", "is_lent", "copies")
WITH_SHELF = (
    select(Book, Shelf, Shelf.name)
    .outerjoin(Shelf, Shelf.id == Book.shelf_id)
    .where(Book.id == bindparam("book"), Book.name != "nothing")
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "books.sqlite")
    with made.write() as db:
        Base.metadata.create_all(db.connection())
        db.add(Shelf(id=1, name="History"))
        db.flush()
        db.add(Book(id=1, name="Rome", shelf_id=1, bought_at=NOON, notes={"pages": 40}, is_lent=True, copies=2))
        db.add(Book(id=2, name="Loose"))
        db.add(Lending(book_id=1, reader="sara"))
    yield made
    made.close()


def values(book: Book) -> dict[str, Any]:
    return {name: getattr(book, name) for name in COLUMNS}


def test_a_row_comes_out_as_the_library_would_give_it(database: Database) -> None:
    prepared = Prepared(WITH_SHELF)
    for book_id in (1, 2):
        with database.read() as db:
            ours = prepared.first(db, book=book_id)
        with database.read() as db:
            theirs = db.execute(WITH_SHELF, {"book": book_id}).one()
        assert ours is not None
        assert values(ours[0]) == values(theirs[0])
        assert (ours[1] and ours[1].name, ours[2]) == (theirs[1] and theirs[1].name, theirs[2])
    with database.read() as db:
        assert prepared.first(db, book=3) is None


def test_what_the_session_has_already_is_that_object_with_what_was_done_to_it(database: Database) -> None:
    prepared = Prepared(WITH_SHELF)
    with database.write() as db:
        book = db.get_one(Book, 1)
        book.name = "Athens"
        found = prepared.first(db, book=1)
        assert found is not None and found[0] is book and found[0].name == "Athens"
    with database.read() as db:
        assert db.get_one(Book, 1).name == "Athens"


def test_what_was_changed_on_an_object_found_is_written(database: Database) -> None:
    with database.write() as db:
        found = Prepared(WITH_SHELF).first(db, book=1)
        assert found is not None
        found[0].notes, found[0].copies = {"pages": 41}, 3
    with database.read() as db:
        assert (db.get_one(Book, 1).notes, db.get_one(Book, 1).copies) == ({"pages": 41}, 3)


def test_all_rows_come_in_their_order(database: Database) -> None:
    every = Prepared(select(Book.id, Book.bought_at).where(Book.copies >= bindparam("least")).order_by(Book.id.desc()))
    with database.read() as db:
        assert every.all(db, least=1) == [(2, None), (1, NOON)]
        assert every.all(db, least=2) == [(1, NOON)]


def test_a_value_that_is_missing_is_not_taken_for_none(database: Database) -> None:
    with database.write() as db, pytest.raises(TypeError, match="book"):
        Prepared(WITH_SHELF).first(db)
    known = Prepared(WITH_SHELF)
    with database.write() as db:
        assert known.first(db, book=1)
        with pytest.raises(TypeError, match="wanted book"):
            known.first(db)
        with pytest.raises(TypeError, match="wanted book"):
            known.first(db, book=1, reader="sara")
    with database.write() as db, pytest.raises(TypeError, match="copies"):
        Prepared(insert(Book)).run(db, title="Half")
    with database.write() as db, pytest.raises(TypeError, match="no place for name"):
        Prepared(insert(Book)).run(db, name="Half")  # the attribute's name, not the column's


def test_what_the_database_refuses_is_the_librarys_error_and_takes_nobody_along(database: Database) -> None:
    add = Prepared(insert(Shelf))
    with database.write() as db:
        add.run(db, name="Travel")
    with pytest.raises(IntegrityError), database.write() as db:
        add.run(db, name="Poems")
        add.run(db, name="Travel")
    with database.read() as db:
        assert set(db.scalars(select(Shelf.name))) == {"History", "Travel"}


def test_what_is_added_is_an_object_with_its_id_and_the_defaults(database: Database) -> None:
    add = Adding(Book)
    with database.write() as db:
        book = add(db, name="Maps", bought_at=NOON)
        assert db.get(Book, book.id) is book
        book.copies += 1
    with database.read() as db:
        assert values(db.get_one(Book, book.id)) == {
            "id": book.id, "name": "Maps", "shelf_id": None, "bought_at": NOON, "notes": {}, "is_lent": False, "copies": 2,
        }  # fmt: skip


def test_what_may_not_be_added_is_refused(database: Database) -> None:
    with database.write() as db, pytest.raises(TypeError, match="colour"):
        Adding(Book)(db, name="Maps", colour="red")
    with pytest.raises(IntegrityError), database.write() as db:
        Adding(Book)(db, name="Nowhere", shelf_id=99)
    with pytest.raises(IntegrityError), database.write() as db:
        Adding(Book)(db, bought_at=NOON)
    with database.read() as db:
        assert set(db.scalars(select(Book.name))) == {"Rome", "Loose"}


def test_a_row_is_found_by_its_id_as_ever(database: Database) -> None:
    with database.write() as db:
        assert db.get(Book, 3) is None and db.get(Lending, (1, "otto")) is None
        assert db.get_one(Lending, (1, "sara")).reader == "sara"
        rome = db.get_one(Book, 1)
        assert db.get(Book, 1) is rome
        db.add(pending := Book(id=3, name="Pending"))
        assert db.get(Book, 3) is pending
        db.delete(rome)
        db.flush()
        assert db.get(Book, 1) is None


def test_who_only_reads_cannot_write(database: Database) -> None:
    for attempt in (lambda db: db.add(Shelf(name="Mine")), lambda db: Prepared(insert(Shelf)).run(db, name="Mine")):
        with database.read() as db, pytest.raises(OperationalError, match="readonly"):
            _try(db, attempt)
    with database.read() as db:
        assert set(db.scalars(select(Shelf.name))) == {"History"}


def _try(db: Session, attempt: Any) -> None:
    attempt(db)
    db.flush()


def test_who_reads_lets_those_pass_who_write_but_not_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, may_end, read = threading.Event(), threading.Event(), threading.Event()

    def write(name: str) -> None:
        with database.write() as db:
            db.add(Shelf(name=name))
            inside.set()
            may_end.wait(30)

    def look() -> None:
        with database.read() as db:
            db.get(Book, 1)
        read.set()

    monkeypatch.setattr(writing, "LONGEST_S", 60)
    threads = [threading.Thread(target=write, args=("Travel",)), threading.Thread(target=look)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    assert not read.wait(0.2)
    may_end.set()
    assert read.wait(30)
    monkeypatch.setattr(writing, "LONGEST_S", 0.01)
    inside.clear()
    may_end.clear()
    threads.append(threading.Thread(target=write, args=("Poems",)))
    threads[2].start()
    look()
    may_end.set()
    for each in threads:
        each.join(30)


def test_who_writes_may_read_meanwhile(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LONGEST_S", 60)
    began = time.monotonic()
    with database.write() as db:
        db.add(Shelf(name="Travel"))
        with database.read() as reading:
            assert reading.get(Book, 1) is not None
    assert time.monotonic() - began < 30
