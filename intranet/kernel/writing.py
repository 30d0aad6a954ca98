"""Group commit: writes that wait for one another share one transaction, and one wait for the disk.

Each write stands in a savepoint, so that one that fails takes nobody along; none returns before the disk has it. Work that was
handed over is done by whoever has the lock: its thread wakes once, when all of it is on the disk, and not for its turn as well.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intranet.kernel.objects import HouseSession

PATIENCE_S = 5.0
MOST_AT_ONCE = 32
LONGEST_S = 0.04  # a transaction that is open for longer is ended, whoever waits
LOOK_AGAIN_S = 0.001
ROOM_FOR_OTHERS_S = 0.005  # between two transactions of a busy process, so that other processes come in
T = TypeVar("T")


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
    done: "list[_Waiter]" = field(default_factory=list)

    def wait(self) -> None:
        """Until it is on the disk. Raises what kept it from there."""
        self.ended.wait()
        if self.error is not None:
            raise self.error


@dataclass(eq=False)
class _Waiter:
    """A thread that waits for its turn, or until others have done its work for it."""

    work: Callable[[Session], Any] | None = None
    context: Context = field(default_factory=copy_context)
    called: threading.Event = field(default_factory=threading.Event)
    round: _Round | None = None
    result: Any = None
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return self.round is not None or self.error is not None

    def outcome(self) -> Any:
        """What the work returned, once it is on the disk. Raises what it raised, and what kept it from there."""
        if self.error is not None:
            raise self.error
        if self.round is not None:
            self.round.wait()
        return self.result


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
        self._take(_Waiter())
        try:
            round_ = self._join()
            with _savepoint(round_) as session:
                yield session
        finally:
            self._leave()
        round_.wait()

    def run(self, work: Callable[[Session], T]) -> T:
        """One write that any thread may carry out, in the context of this one. Raises DatabaseBusy, and what the work raises."""
        me = _Waiter(work)
        self._take(me)
        if not me.is_done:
            try:
                self._carry_out(me, work)
            finally:
                self._leave()
        result: T = me.outcome()
        return result

    def let_pass(self) -> None:
        """Waits for a moment while others of this process write. Threads of one interpreter only slow each other down, and for
        the one that writes all the other processes wait, too."""
        if self._inside != threading.get_ident():
            self._is_quiet.wait(LONGEST_S)

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """A transaction that nobody shares and that is taken back at the end. Raises DatabaseBusy."""
        self._take(_Waiter())
        try:
            if self._round is not None:
                self._end(self._round)
            with self._engine.connect() as connection:
                _begin_immediate(connection)
                with HouseSession(connection, join_transaction_mode="control_fully", expire_on_commit=False) as session:
                    yield session
        finally:
            self._leave()

    def _take(self, me: _Waiter) -> None:
        """Waits for one's turn, first come, first served, or until one's work is done."""
        with self._mutex:
            is_free, self._is_taken = not self._is_taken, True
            if not is_free:
                self._waiting.append(me)
        if not (is_free or me.called.wait(PATIENCE_S)):
            with self._mutex:
                if me in self._waiting:
                    self._waiting.remove(me)
                    raise DatabaseBusy
            me.called.wait()  # it was begun at the last moment
        if not me.is_done:
            self._inside = threading.get_ident()

    def _carry_out(self, waiter: _Waiter, work: Callable[[Session], Any]) -> None:
        """What failed is told at once; what did not, when it is on the disk."""
        try:
            round_ = self._join()
            with _savepoint(round_) as session:
                waiter.result = waiter.context.run(work, session)
            waiter.round = round_
            round_.done.append(waiter)
        except BaseException as error:  # it is theirs, whoever did the work
            waiter.error = error
            waiter.called.set()

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
        """Does what was handed over as long as the transaction lasts, then calls the next."""
        while self._goes_on():
            pass

    def _goes_on(self) -> bool:
        """Ends the transaction when nobody waits or it has lasted long enough. Otherwise the next are called, or their work is done."""
        round_ = self._round
        try:
            if round_ is not None and self._is_over(round_):
                self._end(round_)
        finally:
            with self._mutex:
                following = self._waiting.popleft() if self._waiting else None
                self._is_taken = following is not None
            work = following.work if following is not None and self._round is not None else None
            if following is not None and work is not None:
                self._carry_out(following, work)
            elif following is not None:
                following.called.set()
            elif self._round is not None:
                self._nobody_came()
        return work is not None

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
            self._take(_Waiter())
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
            for each in round_.done:
                each.called.set()
            round_.done.clear()  # they hold their requests: in a circle those would stay until garbage is looked for
        if round_.has_events and round_.error is None:
            self._on_events()


@contextmanager
def _savepoint(round_: _Round) -> Iterator[Session]:
    try:
        with HouseSession(
            round_.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
            session.commit()
        round_.is_needed = True
        round_.has_events |= bool(session.info.get("events"))
    except BaseException:
        if not _is_open(round_.connection):
            # A full disk, for instance: SQLite took back all of it, the others' writes too.
            round_.error = DatabaseBusy()
        raise


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
