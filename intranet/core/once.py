"""A create that is sent twice happens once: the client's key finds what it made."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.core.models import CreatedOnce
from intranet.kernel import clock

KEY_CAP = 128


def find(db: Session, person_id: int, key: str | None, kind: str) -> int | None:
    """The id that this person made with this key before, if any."""
    if not key:
        return None
    row = db.get(CreatedOnce, (person_id, key[:KEY_CAP]))
    return row.subject if row and row.kind == kind else None


def keep(db: Session, person_id: int, key: str | None, kind: str, subject: int) -> None:
    if key:
        db.merge(CreatedOnce(person_id=person_id, key=key[:KEY_CAP], kind=kind, subject=subject, at=clock.now()))


def forget_before(db: Session, moment: datetime) -> None:
    db.execute(delete(CreatedOnce).where(CreatedOnce.at < moment))
