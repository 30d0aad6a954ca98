"""One SQLite file, opened the one safe way: WAL, FULL, foreign keys, writes that take the lock first."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from intranet.kernel import folding
from intranet.kernel.dialect import DRIVER
from intranet.kernel.objects import HouseSession
from intranet.kernel.search.index import register_functions
from intranet.kernel.writing import DatabaseBusy, Writer

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this processor: the system's SQLite serves, and `doctor` says so
    import sqlite3 as sqlite

BUSY_TIMEOUT_MS = 250
T = TypeVar("T")
__all__ = ["Database", "DatabaseBusy", "Table", "UtcTime", "sqlite_version"]
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Table(DeclarativeBase):
    """The base of every table, ours and the plugins'."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcTime}


class Database:
    """The company's database. Threads share it; each read or write has a session of its own."""

    def __init__(self, path: Path, *, on_events: Callable[[], None] | None = None) -> None:
        self.path = path
        self.engine = _engine(path)
        self.on_events = on_events
        self._writing = _engine(path, begin="IMMEDIATE", pool_size=1, waits=False)
        self._writer = Writer(self._writing, self._tell)

    @contextmanager
    def read(self, *, at_once: bool = False) -> Iterator[Session]:
        """A session that sees one moment of the database and writes nothing."""
        with self.reading(at_once=at_once) as session:
            yield session

    def reading(self, *, at_once: bool = False) -> Session:
        """The same, to be closed by whoever asked for it. `at_once`: writers of this process are not let pass before."""
        if not at_once:
            self._writer.let_pass()
        return HouseSession(self.engine, autoflush=False)

    def write(self) -> AbstractContextManager[Session]:
        """A transaction that holds the write lock from its first statement and is on the disk when left. Raises DatabaseBusy."""
        return self._writer.write()

    def run(self, work: Callable[[Session], T]) -> T:
        """The same for work that any thread may do, in the context of the one that asks. Where many write at once, it costs less than
        `write`. Raises DatabaseBusy, and what the work raises."""
        return self._writer.run(work)

    def trial(self) -> AbstractContextManager[Session]:
        """The same, taken back at the end: a preview runs the very code that would write. Raises DatabaseBusy."""
        return self._writer.alone()

    def _tell(self) -> None:
        if self.on_events:
            self.on_events()

    def close(self) -> None:
        self.engine.dispose()
        self._writing.dispose()


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library that is really in use."""
    return tuple(sqlite.sqlite_version_info)


def _engine(path: Path, *, begin: str = "DEFERRED", pool_size: int = 24, waits: bool = True) -> Engine:
    engine = create_engine(
        f"{DRIVER}:///{path}",
        begin=begin,
        module=sqlite,
        pool_size=pool_size,
        max_overflow=40,
        pool_timeout=10,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", _only_read if waits else _wait_for_nothing)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # our dialect begins transactions, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    register_functions(connection)
    folding.register_function(connection)


def _only_read(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _wait_for_nothing(connection: Any, _record: object) -> None:
    """SQLite's own waiting sleeps for up to a tenth of a second; who writes next is decided by us."""
    connection.execute("PRAGMA busy_timeout=0")
