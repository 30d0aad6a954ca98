"""Reading rooms, always for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from intranet.core.models import Membership, Person, Room
from intranet.core.rooms import access

UNREAD_CAP = 100
MINE = text(
    "SELECT r.id, r.slug, r.name, r.kind, r.access, r.icon, r.hue, m.role, m.read_to, m.loudness,"
    " (SELECT count(*) FROM (SELECT 1 FROM entries e WHERE e.room_id = r.id AND e.kind = 'post'"
    " AND e.removed_at IS NULL AND e.id > m.read_to AND e.author_id != m.person_id LIMIT :cap)) AS unread"
    " FROM memberships m JOIN rooms r ON r.id = m.room_id"
    " WHERE m.person_id = :viewer_id AND r.removed_at IS NULL AND r.archived_at IS NULL"
    " AND r.kind IN ('company', 'team') ORDER BY r.kind, lower(r.name), r.id"
)


@dataclass(frozen=True)
class SeenRoom:
    """A room as one viewer has it. `role` is None for who is not a member."""

    room: Room
    role: str | None
    may_read: bool

    @property
    def is_keeper(self) -> bool:
        return self.role == "keeper"


def find(db: Session, viewer: Person, *, room_id: int | None = None, slug: str | None = None) -> SeenRoom | None:
    """The room, if the viewer may know of it."""
    which = Room.slug == slug if slug is not None else Room.id == room_id
    row = db.execute(access.listed(viewer).where(which)).first()
    return SeenRoom(row[0], row[1], access.may_read(viewer, row[0], row[1])) if row else None


def find_readable(
    db: Session, viewer: Person, *, room_id: int | None = None, slug: str | None = None
) -> SeenRoom | None:
    """The room, if the viewer may read what is in it."""
    seen = find(db, viewer, room_id=room_id, slug=slug)
    return seen if seen and seen.may_read else None


def list_mine(db: Session, viewer: Person) -> Sequence[Row[Any]]:
    """The viewer's rooms with what is unread in each, counted up to UNREAD_CAP."""
    return db.execute(MINE, {"viewer_id": viewer.id, "cap": UNREAD_CAP}).all()


def list_listed(db: Session, viewer: Person, *, words: str = "", after: int = 0, limit: int = 100) -> list[SeenRoom]:
    """Rooms that the viewer may know of, by id."""
    query = access.listed(viewer).where(Room.id > after, Room.kind.in_(("company", "team", "channel")))
    if words:
        query = query.where(func.lower(Room.name).contains(words.lower(), autoescape=True))
    rows = db.execute(query.order_by(Room.id).limit(limit))
    return [SeenRoom(room, role, access.may_read(viewer, room, role)) for room, role in rows]


def member_counts(db: Session, room_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Membership.room_id, func.count())
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.room_id.in_(room_ids), Person.disabled_at.is_(None))
    )
    return {row[0]: row[1] for row in db.execute(query.group_by(Membership.room_id))}


def names(db: Session, room_ids: set[int]) -> dict[int, str]:
    """Names of rooms that were found for a viewer before."""
    return {row[0]: row[1] for row in db.execute(select(Room.id, Room.name).where(Room.id.in_(room_ids)))}


def list_members(db: Session, room_id: int, *, after: str = "", limit: int = 100) -> Sequence[Row[Person, Membership]]:
    """Members who may sign in, by user name."""
    query = (
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.room_id == room_id, Person.disabled_at.is_(None), Person.username > after)
    )
    return db.execute(query.order_by(Person.username).limit(limit)).all()


def find_membership(db: Session, room_id: int, person_id: int) -> Membership | None:
    return db.get(Membership, (room_id, person_id))


def newest_entry_id(db: Session, room_id: int) -> int:
    query = text("SELECT max(id) FROM entries WHERE room_id = :id AND kind = 'post' AND removed_at IS NULL")
    return db.scalar(query, {"id": room_id}) or 0
