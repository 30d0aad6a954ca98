"""What lay in the bin for long enough goes for good: entries with all that hangs on them, and whole rooms.

Rows of features and plugins that point here go along where their foreign keys cascade; where one does not, it holds the
entry or room back, which then stays in the bin.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intranet.core.models import Attachment, Entry, Membership, Reaction, Room, Ticket
from intranet.kernel.db import Database
from intranet.kernel.search import index

BATCH = 200
log = logging.getLogger(__name__)


def empty_bin(database: Database, before: datetime) -> int:
    """Purges what was removed before that moment, a batch in each transaction; how many entries and rooms."""
    purged = 0
    with database.read() as db:
        rooms = db.scalars(select(Room.id).where(Room.removed_at < before)).all()
        entries = db.scalars(select(Entry.id).where(Entry.removed_at < before).order_by(Entry.id.desc())).all()
    for place in range(0, len(entries), BATCH):
        with database.write() as db:
            purged += _purge_entries(db, entries[place : place + BATCH])
    for room_id in rooms:
        purged += _purge_room(database, room_id)
    return purged


def _purge_entries(db: Session, ids: Sequence[int]) -> int:
    """Newest first, so that what stands under something goes before it. One that is held back stays."""
    purged = 0
    for entry_id in ids:
        try:
            with db.begin_nested():
                _purge_entry(db, entry_id)
            purged += 1
        except IntegrityError as error:
            log.info("entry %d stays in the bin: %s", entry_id, error.orig)
    return purged


def _purge_entry(db: Session, entry_id: int) -> None:
    index.remove(db.connection(), entry_id)
    db.execute(update(Entry).where(Entry.shared_id == entry_id).values(shared_id=None, version=Entry.version + 1))
    db.execute(update(Entry).where(Entry.removed_with == entry_id).values(removed_with=None))
    for table in (Reaction, Attachment):
        db.execute(delete(table).where(table.__table__.c.entry_id == entry_id))
    db.execute(delete(Entry).where(Entry.id == entry_id))


def _purge_room(database: Database, room_id: int) -> bool:
    """In batches; who brings the room back meanwhile keeps what is left of it."""
    with database.read() as db:
        ids = db.scalars(select(Entry.id).where(Entry.room_id == room_id).order_by(Entry.id.desc())).all()
    for place in range(0, len(ids), BATCH):
        with database.write() as db:
            if not _is_removed(db, room_id):
                return False
            _purge_entries(db, ids[place : place + BATCH])
    try:
        with database.write() as db:
            if not _is_removed(db, room_id):
                return False
            db.execute(delete(Membership).where(Membership.room_id == room_id))
            db.execute(delete(Ticket).where(Ticket.room_id == room_id))
            db.execute(delete(Room).where(Room.id == room_id))
    except IntegrityError as error:
        log.info("room %d stays in the bin: %s", room_id, error.orig)
        return False
    return True


def _is_removed(db: Session, room_id: int) -> bool:
    return db.scalar(select(Room.removed_at).where(Room.id == room_id)) is not None
