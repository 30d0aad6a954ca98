"""A create that is sent twice happens once: the client's key finds what it made."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from intranet.core.models import CreatedOnce
from intranet.kernel import clock

FIND = select(CreatedOnce.subject).where(
    CreatedOnce.person_id == bindparam("person_id"), CreatedOnce.key == bindparam("key")
)
KEEP = insert(CreatedOnce.__table__)  # type: ignore[arg-type]


def find(db: Session, person_id: int, key: str | None, kind: str) -> int | None:
    """The id that this person made with this key before, if any."""
    found: int | None = db.scalar(FIND, {"person_id": person_id, "key": _stored(key, kind)}) if key else None
    return found


def keep(db: Session, person_id: int, key: str | None, kind: str, subject: int) -> None:
    """Remembers what was made, after `find` found nothing."""
    if key:
        values = {
            "person_id": person_id,
            "key": _stored(key, kind),
            "kind": kind,
            "subject": subject,
            "at": clock.now(),
        }
        db.execute(KEEP, values)


def _stored(key: str, kind: str) -> str:
    """One key makes one thing of each kind."""
    return hashlib.sha256(f"{kind}:{key}".encode("utf-8", "replace")).hexdigest()


def forget_before(db: Session, moment: datetime) -> None:
    db.execute(delete(CreatedOnce).where(CreatedOnce.at < moment))
