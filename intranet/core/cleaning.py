"""What is tidied away each hour: what ran out, and bytes that nothing points to."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intranet.core import once, purging, sessions, tickets
from intranet.core.models import Attachment, Blob, Person, Room
from intranet.kernel import clock, events
from intranet.kernel.blobs import Blobs
from intranet.kernel.db import Database

EVENTS_KEPT = timedelta(days=30)  # whoever was away for longer loads the page anew
KEYS_KEPT = timedelta(days=2)
BIN_KEPT = timedelta(days=30)
BYTES_KEPT = timedelta(days=1)  # an upload may wait that long for the change that points to it


def clean_up(database: Database, blobs: Blobs) -> None:
    """Safe to repeat, and to stop at any moment."""
    moment = clock.now()
    with database.write() as db:
        sessions.remove_expired(db)
        tickets.remove_expired(db)
        once.forget_before(db, moment - KEYS_KEPT)
        events.forget_before(db, moment - EVENTS_KEPT)
    purging.empty_bin(database, moment - BIN_KEPT)
    remove_unused_bytes(database, blobs, moment - BYTES_KEPT)


def remove_unused_bytes(database: Database, blobs: Blobs, before: datetime) -> int:
    """Removes bytes that nothing points to and nobody brought since that moment; how many."""
    with database.write() as db:
        _forget_blobs(db, before)
    removed = blobs.remove_unfinished(before)
    for prefix in blobs.prefixes():
        with database.read() as db:
            used = _used(db, prefix)
        removed += blobs.remove_unused(prefix, used, before)
    return removed


def _forget_blobs(db: Session, before: datetime) -> None:
    """A row to which another table points, a plugin's too, is held by its foreign key."""
    attached = select(Attachment.id).where(Attachment.sha256 == Blob.sha256).exists()
    unattached = select(Blob.sha256).where(Blob.created_at < before, ~attached)
    for sha256 in db.scalars(unattached).all():
        try:
            with db.begin_nested():
                db.execute(delete(Blob).where(Blob.sha256 == sha256))
        except IntegrityError:
            continue


def _used(db: Session, prefix: str) -> set[str]:
    kept = select(Blob.sha256).where(Blob.sha256.startswith(prefix))
    avatars = select(Person.avatar).where(Person.avatar.startswith(prefix))
    covers = select(Room.cover).where(Room.cover.startswith(prefix))
    return {each for each in db.scalars(kept.union(avatars, covers)) if each}
