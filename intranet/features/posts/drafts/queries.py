"""Reading drafts: one's own, and for keepers those that wait in their rooms."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.posts.models import Draft, DraftFile
from intranet.plugin_api import NewAttachment, NotFound, Person, Room, SeenRoom, caps, room_queries

AT_ONCE = 200


def list_own(db: Session, viewer: Person) -> Sequence[Draft]:
    """All of them, changed last first."""
    query = select(Draft).where(Draft.author_id == viewer.id).order_by(Draft.changed_at.desc(), Draft.id.desc())
    return db.scalars(query.limit(caps.DRAFTS)).all()


def fetch_own(db: Session, viewer: Person, draft_id: int) -> Draft:
    """Raises NotFound for what is not the viewer's."""
    draft = db.get(Draft, draft_id)
    if draft is None or draft.author_id != viewer.id:
        raise NotFound
    return draft


def find_by_key(db: Session, person_id: int, key: str | None) -> Draft | None:
    query = select(Draft).where(Draft.author_id == person_id, Draft.client_key == key)
    return db.scalar(query) if key else None


def count_own(db: Session, person_id: int) -> int:
    return db.scalar(select(func.count()).where(Draft.author_id == person_id)) or 0


def fetch_kept_room(db: Session, viewer: Person, slug: str) -> SeenRoom:
    """A room that the viewer keeps: nobody else learns that something waits in it. Raises NotFound."""
    seen = room_queries.find_readable(db, viewer, slug=slug)
    if seen is None or not seen.is_keeper:
        raise NotFound
    return seen


def list_waiting(db: Session, seen: SeenRoom, *, limit: int) -> Sequence[Draft]:
    """What waits in a room, oldest first."""
    query = select(Draft).where(Draft.room_id == seen.room.id, Draft.state == "waiting")
    return db.scalars(query.order_by(Draft.id).limit(limit)).all()


def count_waiting(db: Session, room_id: int) -> int:
    return db.scalar(select(func.count()).where(Draft.room_id == room_id, Draft.state == "waiting")) or 0


def fetch_waiting(db: Session, seen: SeenRoom, draft_id: int) -> Draft:
    """Raises NotFound for what does not wait there (any more)."""
    draft = db.get(Draft, draft_id)
    if draft is None or draft.room_id != seen.room.id or draft.state != "waiting":
        raise NotFound
    return draft


def list_due(db: Session, moment: datetime) -> Sequence[int]:
    """Ids of drafts whose time has come, oldest first."""
    query = select(Draft.id).where(Draft.state == "scheduled", Draft.publish_at <= moment)
    return db.scalars(query.order_by(Draft.publish_at, Draft.id).limit(AT_ONCE)).all()


def files(db: Session, ids: Sequence[int]) -> dict[int, list[DraftFile]]:
    found: dict[int, list[DraftFile]] = {}
    for row in db.scalars(select(DraftFile).where(DraftFile.draft_id.in_(ids)).order_by(DraftFile.id)):
        found.setdefault(row.draft_id, []).append(row)
    return found


def attachments(db: Session, draft: Draft) -> list[NewAttachment]:
    return [NewAttachment.of(each) for each in files(db, [draft.id]).get(draft.id, [])]


def fetch_file(db: Session, viewer: Person, file_id: int) -> DraftFile:
    """A file of one's own draft, or of one that waits for the viewer. Raises NotFound."""
    file = db.get(DraftFile, file_id)
    draft = db.get(Draft, file.draft_id) if file else None
    if file is None or draft is None:
        raise NotFound
    if draft.author_id != viewer.id:
        seen = room_queries.find_readable(db, viewer, room_id=draft.room_id)
        if draft.state != "waiting" or seen is None or not seen.is_keeper:
            raise NotFound
    return file


def rooms(db: Session, viewer: Person, drafts: Sequence[Draft]) -> dict[int, Room]:
    """The rooms of these drafts that the viewer may still read."""
    found = (room_queries.find_readable(db, viewer, room_id=room_id) for room_id in {each.room_id for each in drafts})
    return {each.room.id: each.room for each in found if each}
