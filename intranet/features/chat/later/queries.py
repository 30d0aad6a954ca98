"""Reading messages that wait for their time: one's own, and for the worker those that are due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.chat.models import Later, LaterFile
from intranet.plugin_api import NewAttachment, NotFound, Person, caps

AT_ONCE = 200


def list_own(db: Session, viewer: Person) -> Sequence[Later]:
    """The next first."""
    query = select(Later).where(Later.author_id == viewer.id).order_by(Later.publish_at, Later.id)
    return db.scalars(query.limit(caps.LATER)).all()


def fetch_own(db: Session, viewer: Person, later_id: int) -> Later:
    """Raises NotFound for what is not the viewer's."""
    found = db.get(Later, later_id)
    if found is None or found.author_id != viewer.id:
        raise NotFound
    return found


def find_by_key(db: Session, author_id: int, key: str | None) -> Later | None:
    query = select(Later).where(Later.author_id == author_id, Later.client_key == key)
    return db.scalar(query) if key else None


def count_own(db: Session, author_id: int) -> int:
    return db.scalar(select(func.count()).where(Later.author_id == author_id)) or 0


def list_due(db: Session, moment: datetime) -> Sequence[int]:
    """Ids of those whose time has come, oldest first."""
    query = select(Later.id).where(Later.reason == "", Later.publish_at <= moment)
    return db.scalars(query.order_by(Later.publish_at, Later.id).limit(AT_ONCE)).all()


def files(db: Session, ids: Sequence[int]) -> dict[int, list[LaterFile]]:
    found: dict[int, list[LaterFile]] = {}
    for row in db.scalars(select(LaterFile).where(LaterFile.later_id.in_(ids)).order_by(LaterFile.id)):
        found.setdefault(row.later_id, []).append(row)
    return found


def attachments(db: Session, later: Later) -> list[NewAttachment]:
    return [NewAttachment.of(each) for each in files(db, [later.id]).get(later.id, [])]


def fetch_file(db: Session, viewer: Person, file_id: int) -> LaterFile:
    """Raises NotFound for what is not the viewer's."""
    file = db.get(LaterFile, file_id)
    if file is None:
        raise NotFound
    fetch_own(db, viewer, file.later_id)
    return file
