"""A create that is sent twice happens once: the client's key finds what it made."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from intranet.core.models import CreatedOnce
from intranet.kernel import clock
from intranet.kernel.prepared import Prepared

FIND = Prepared(
    select(CreatedOnce.subject).where(
        CreatedOnce.person_id == bindparam("person_id"), CreatedOnce.key == bindparam("key")
    )
)
KEEP = Prepared(insert(CreatedOnce))


def find(db: Session, person_id: int, key: str | None, kind: str) -> int | None:
    """The id that this person made with this key before, if any."""
    row = FIND.first(db, person_id=person_id, key=_stored(key, kind)) if key else None
    return row[0] if row else None


def keep(db: Session, person_id: int, key: str | None, kind: str, subject: int) -> None:
    """Remembers what was made, after `find` found nothing."""
    if key:
        KEEP.run(db, person_id=person_id, key=_stored(key, kind), kind=kind, subject=subject, at=clock.now())


def _stored(key: str, kind: str) -> str:
    """One key makes one thing of each kind."""
    return hashlib.sha256(f"{kind}:{key}".encode("utf-8", "replace")).hexdigest()


def forget_before(db: Session, moment: datetime) -> None:
    db.execute(delete(CreatedOnce).where(CreatedOnce.at < moment))
