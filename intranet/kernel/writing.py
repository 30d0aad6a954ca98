"""Group commit: writes that wait for one another share one transaction, and one wait for the disk.

Each write stands in a savepoint, so that one that fails takes nobody along; none returns before the disk has it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intranet.kernel.objects import HouseSession

PATIENCE_S = 5.0
MOST_AT_ONCE = 32
LONGEST_S = 0.04  # a transaction that is open for longer is ended, whoever waits
LOOK_AGAIN_S = 0.001
ROOM_FOR_OTHERS_S = 0.002  # between two transactions of a busy process, so that other processes come in


class DatabaseBusy(RuntimeError):
    """Others were writing for longer than PATIENCE_S. Nothing was changed; trying again is safe."""


@dataclass(eq=False)
class _Round:
    """One transaction and the writes that share it."""

    connection: Connection
    began: float
    size: int = 0
    is_needed: bool = False
    has_events: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


@dataclass(eq=False)
class _Waiter:
    called: threading.Event = field(default_factory=threading.Event)


class Writer:
    """The one place of this process where writes queue up. `on_events` is called after a commit that recorded events."""

    def __init__(self, engine: Engine, on_events: Callable[[], None]) -> None:
        self._engine, self._on_events = engine, on_events
        self._mutex = threading.Lock()
        self._waiting: deque[_Waiter] = deque()
        self._is_taken = False
        self._round: _Round | None = None
        self._ended_at = 0.0
        self._is_quiet = threading.Event()
        self._is_quiet.set()
        self._inside = 0  # the thread that writes at this moment

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write; on leaving, it is on the disk. Raises DatabaseBusy."""
        self._take()
        self._inside, round_ = threading.get_ident(), None
        try:
            round_ = self._join()
            with HouseSession(
                round_.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            ) as session:
                yield session
                session.commit()
            round_.is_needed = True
            round_.has_events |= bool(session.info.get("events"))
        except BaseException:
            if round_ is not None and not _is_open(round_.connection):
                # A full disk, for instance: SQLite took back all of it, the others' writes too.
                round_.error = DatabaseBusy()
            raise
        finally:
            self._leave()
        round_.ended.wait()
        if round_.error is not None:
            raise round_.error

    def let_pass(self) -> None:
        """Waits for a moment while others of this process write. Threads of one interpreter only slow each other down, and for
        the one that writes all the other processes wait, too."""
        if self._inside != threading.get_ident():
            self._is_quiet.wait(LONGEST_S)

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """A transaction that nobody shares and that is taken back at the end. Raises DatabaseBusy."""
        self._take()
        try:
            if self._round is not None:
                self._end(self._round)
            with self._engine.connect() as connection:
                _begin_immediate(connection)
                with HouseSession(connection, join_transaction_mode="control_fully", expire_on_commit=False) as session:
                    yield session
        finally:
            self._leave()

    def _take(self) -> None:
        """Waits for one's turn, first come, first served."""
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return
            self._waiting.append(me := _Waiter())
        if not me.called.wait(PATIENCE_S):
            with self._mutex:
                if me in self._waiting:
                    self._waiting.remove(me)
                    raise DatabaseBusy

    def _join(self) -> _Round:
        if self._round is None:
            if time.monotonic() - self._ended_at < LOOK_AGAIN_S:
                time.sleep(ROOM_FOR_OTHERS_S)
            connection = self._engine.connect()
            try:
                _begin_immediate(connection)
            except BaseException:
                connection.close()
                raise
            self._round = _Round(connection, time.monotonic())
            self._is_quiet.clear()
        self._round.size += 1
        return self._round

    def _leave(self) -> None:
        """Ends the transaction when nobody waits or it has lasted long enough, then calls the next."""
        round_ = self._round
        try:
            if round_ is not None and self._is_over(round_):
                self._end(round_)
        finally:
            with self._mutex:
                following = self._waiting.popleft() if self._waiting else None
                self._is_taken = following is not None
            if following is not None:
                following.called.set()
            elif self._round is not None:
                self._nobody_came()

    def _is_over(self, round_: _Round) -> bool:
        with self._mutex:
            has_more = bool(self._waiting)
        return (
            round_.error is not None
            or not has_more
            or round_.size >= MOST_AT_ONCE
            or time.monotonic() - round_.began > LONGEST_S
        )

    def _nobody_came(self) -> None:
        """The one who was to go on lost patience in between: the transaction must not stay open."""
        with suppress(DatabaseBusy):
            self._take()
            self._leave()

    def _end(self, round_: _Round) -> None:
        self._round = None
        self._is_quiet.set()
        try:
            if round_.is_needed and round_.error is None:
                round_.connection.commit()
        except BaseException as error:  # whatever it was, those who wait for this commit must hear it
            round_.error = error
        finally:
            if round_.error is not None:
                round_.connection.invalidate()
            round_.connection.close()
            self._ended_at = time.monotonic()
            round_.ended.set()
        if round_.has_events and round_.error is None:
            self._on_events()


def _is_open(connection: Connection) -> bool:
    """Whether SQLite still has the transaction: some faults end it, and a commit would then say nothing."""
    raw = connection.connection.driver_connection if not connection.invalidated else None
    return raw is not None and bool(raw.in_transaction)


def _begin_immediate(connection: Connection) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.begin()
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) and "busy" not in str(error.orig):
                raise
            if time.monotonic() > deadline:
                raise DatabaseBusy from error
            connection.rollback()
            time.sleep(LOOK_AGAIN_S)
