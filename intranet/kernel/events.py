"""What happened, in order. Recorded in the transaction of the change, read afterwards from a kept place."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, bindparam, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intranet.kernel import clock, signals
from intranet.kernel.db import Database, Table
from intranet.kernel.prepared import Prepared
from intranet.kernel.signals import Signal

BATCH = 200
CHECK_EVERY_S = 1.0
GATHER_S = 0.02
MANY = 4  # events that came together: more will
KEEP_EVERY_S = 0.5
log = logging.getLogger(__name__)
RowId = BigInteger().with_variant(Integer, "sqlite")


class EventRow(Table):
    __tablename__ = "events"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    room_id: Mapped[int | None]
    person_id: Mapped[int | None]
    subject: Mapped[int | None]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


AFTER = (
    select(
        EventRow.id, EventRow.name, EventRow.room_id, EventRow.person_id, EventRow.subject, EventRow.at, EventRow.data
    )
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(bindparam("most"))
)
ADD = Prepared(insert(EventRow))


class EventPlace(Table):
    __tablename__ = "event_places"

    reader: Mapped[str] = mapped_column(String(60), primary_key=True)
    event_id: Mapped[int]


@dataclass(frozen=True)
class Event:
    """One thing that happened. `room_id` or `person_id` says whom it may reach; with neither, nobody but us."""

    id: int
    name: str
    room_id: int | None
    person_id: int | None
    subject: int | None
    at: datetime
    data: dict[str, Any]


def record(
    db: Session,
    name: str,
    *,
    room_id: int | None = None,
    person_id: int | None = None,
    subject: int | None = None,
    **data: Any,
) -> None:
    """Writes the event into the transaction of the change that it tells of, which is written before it."""
    ADD.run(db, name=name, room_id=room_id, person_id=person_id, subject=subject, at=clock.now(), data=data)
    db.info["events"] = True


def newest_id(db: Session) -> int:
    return db.scalar(select(func.max(EventRow.id))) or 0


def oldest_id(db: Session) -> int:
    return db.scalar(select(func.min(EventRow.id))) or 0


def forget_before(db: Session, moment: datetime) -> None:
    """Forgets older events, but none that a reader with a kept place has still to read, and never the newest."""
    unread = select(func.min(EventPlace.event_id)).scalar_subquery()
    newest = select(func.max(EventRow.id)).scalar_subquery()
    old = (EventRow.at < moment, EventRow.id <= func.coalesce(unread, newest), EventRow.id < newest)
    db.execute(delete(EventRow).where(*old))


def list_after(db: Session, event_id: int, limit: int = BATCH) -> list[Event]:
    """Events after that id, oldest first."""
    return [Event(*row) for row in db.execute(AFTER, {"after": event_id, "most": limit})]


def wake(run: Path) -> None:
    """Tells every process of this box that there are new events. A hint: losing it loses nothing."""
    signals.send_to_all(run, signals.WAKE)


class Reader(threading.Thread):
    """Reads events in order and hands them on, woken by a datagram or by the clock. Signals that come are handed on, too.

    `handle` says whether something was written about them: then its place is kept at once. What nobody wrote about may be told
    again after a crash, so that a busy reader takes the write lock now and then, and not for each batch.
    """

    def __init__(
        self,
        database: Database,
        run: Path,
        handle: Callable[[Sequence[Event]], bool | None],
        *,
        place: str | None = None,
        hear: Callable[[Signal], None] | None = None,
    ) -> None:
        super().__init__(name=f"events-{place or 'live'}", daemon=True)
        self.database, self.handle, self.place, self.hear = database, handle, place, hear
        self.inbox = signals.Inbox(run, f"{os.getpid()}-{id(self)}", CHECK_EVERY_S)
        self._stopped = threading.Event()
        with database.read() as db:
            self.last_id = self._kept_id = self._kept_place(db)
        self._kept_at = time.monotonic()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.catch_up()
            except Exception:  # a reader that ends would leave every stream of its process silent
                log.exception("events could not be read; trying again")
                self._stopped.wait(CHECK_EVERY_S)
            done = time.monotonic()
            self._hear(self.inbox.wait())
            if time.monotonic() - done < GATHER_S:
                self._stopped.wait(GATHER_S)  # much happens: many together cost far less than one by one
        self.inbox.close()

    def stop(self) -> None:
        self._stopped.set()
        self.inbox.ring()

    def _hear(self, heard: Sequence[Signal]) -> None:
        for signal in heard if self.hear else ():
            try:
                self.hear(signal)  # type: ignore[misc]
            except Exception:
                log.exception("the signal %s could not be told", signal.name)

    def catch_up(self) -> int:
        """Hands on all that is new, and returns how many. After a failure the same events come again."""
        count = 0
        while events := self._next():
            has_written = self.handle(events)
            self.last_id = events[-1].id
            self._keep(at_once=bool(has_written) or len(events) < MANY)
            count += len(events)
        if not count:
            self._keep(at_once=True)
        return count

    def _next(self) -> list[Event]:
        with self.database.read(at_once=True) as db:
            return list_after(db, self.last_id)

    def _kept_place(self, db: Session) -> int:
        if self.place is None:
            return newest_id(db)
        kept = db.get(EventPlace, self.place)
        return kept.event_id if kept else 0

    def _keep(self, *, at_once: bool) -> None:
        now = time.monotonic()
        if self.place is None or self.last_id == self._kept_id or not (at_once or now - self._kept_at > KEEP_EVERY_S):
            return
        with self.database.write() as db:
            db.merge(EventPlace(reader=self.place, event_id=self.last_id))
        self._kept_id, self._kept_at = self.last_id, now
