"""Reading rooms, always for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from intranet.core.models import FormerSlug, JoinRequest, Membership, Person, Room
from intranet.core.rooms import access, direct
from intranet.kernel.folding import folded, holds

UNREAD_CAP = 100
NAMED = ("company", "team", "channel")
MINE = text(
    "SELECT r.id, r.slug, r.name, r.kind, r.access, r.icon, r.hue, m.role, m.read_to, m.loudness, r.posting,"
    " (SELECT count(*) FROM (SELECT 1 FROM entries e WHERE e.room_id = r.id AND e.kind = 'post'"
    " AND e.removed_at IS NULL AND e.id > m.read_to AND m.loudness != 'muted' AND e.author_id != m.person_id LIMIT :cap)) AS unread"
    " FROM memberships m JOIN rooms r ON r.id = m.room_id"
    " WHERE m.person_id = :viewer_id AND r.removed_at IS NULL AND r.archived_at IS NULL"
    " AND r.kind IN ('company', 'team') ORDER BY r.kind, fold(r.name), r.id"
)


@dataclass(frozen=True)
class SeenRoom:
    """A room as one viewer has it. `role` is None for who is not a member; `history_from` hides what is older."""

    room: Room
    role: str | None
    may_read: bool
    history_from: int = 0

    @property
    def is_keeper(self) -> bool:
        return self.role == "keeper"


def find(db: Session, viewer: Person, *, room_id: int | None = None, slug: str | None = None) -> SeenRoom | None:
    """The room, if the viewer may know of it."""
    query, room = (access.BY_SLUG, slug) if slug is not None else (access.BY_ID, room_id)
    row = query.first(db, **access.viewer_values(viewer), room=room)
    return _seen(viewer, row) if row else None


def find_readable(
    db: Session, viewer: Person, *, room_id: int | None = None, slug: str | None = None
) -> SeenRoom | None:
    """The room, if the viewer may read what is in it."""
    seen = find(db, viewer, room_id=room_id, slug=slug)
    return seen if seen and seen.may_read else None


def list_mine(db: Session, viewer: Person) -> Sequence[Row[Any]]:
    """The viewer's rooms with what is unread in each, counted up to UNREAD_CAP."""
    return db.execute(MINE, {"viewer_id": viewer.id, "cap": UNREAD_CAP}).all()


def find_by_former_slug(db: Session, viewer: Person, slug: str) -> SeenRoom | None:
    """The room that had this address before, if the viewer may know of it."""
    former = db.get(FormerSlug, slug)
    return find(db, viewer, room_id=former.room_id) if former else None


def list_listed(db: Session, viewer: Person, *, words: str = "", after: int = 0, limit: int = 100) -> list[SeenRoom]:
    """Rooms that the viewer may know of, by id."""
    query = access.listed(viewer).where(Room.id > after, Room.kind.in_(NAMED))
    if words:
        query = query.where(holds(words, Room.name))
    rows = db.execute(query.order_by(Room.id).limit(limit))
    return [_seen(viewer, row) for row in rows]


def list_by_name(
    db: Session, viewer: Person, *, words: str = "", after: tuple[str, int] = ("", 0), limit: int = 100
) -> list[SeenRoom]:
    """Rooms in use that the viewer may know of, by name. `after` is the folded name and the id of the last that was read."""
    query = access.listed(viewer).where(Room.kind.in_(NAMED), Room.archived_at.is_(None))
    query = query.where(tuple_(folded(Room.name), Room.id) > after)
    if words:
        query = query.where(holds(words, Room.name))
    rows = db.execute(query.order_by(folded(Room.name), Room.id).limit(limit))
    return [_seen(viewer, row) for row in rows]


def _seen(viewer: Person, row: Sequence[Any]) -> SeenRoom:
    room, role, history_from = row
    return SeenRoom(room, role, access.may_read(viewer, room, role), history_from)


def member_counts(db: Session, room_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Membership.room_id, func.count())
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.room_id.in_(room_ids), Person.disabled_at.is_(None))
    )
    return {row[0]: row[1] for row in db.execute(query.group_by(Membership.room_id))}


def readable_among(db: Session, viewer: Person, room_ids: set[int]) -> set[int]:
    """Those of these rooms that the viewer may read."""
    return set(db.scalars(access.readable_ids(viewer).where(Room.id.in_(room_ids))))


def names(db: Session, viewer: Person, room_ids: set[int]) -> dict[int, str]:
    """Names of rooms that were found for the viewer before; a direct room is called after the others in it."""
    found = {row[0]: row[1] for row in db.execute(select(Room.id, Room.name).where(Room.id.in_(room_ids)))}
    others = direct.list_people(db, viewer, [key for key, name in found.items() if not name])
    return found | {key: ", ".join(each.name for each in them) for key, them in others.items()}


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


def list_requests(db: Session, room_id: int) -> Sequence[Row[Person, JoinRequest]]:
    """Who asks to be let in, oldest first."""
    query = (
        select(Person, JoinRequest)
        .join(JoinRequest, JoinRequest.person_id == Person.id)
        .where(JoinRequest.room_id == room_id, Person.disabled_at.is_(None))
    )
    return db.execute(query.order_by(JoinRequest.at, Person.id)).all()


def find_request(db: Session, room_id: int, person_id: int) -> JoinRequest | None:
    return db.get(JoinRequest, (room_id, person_id))


def list_removed(db: Session, viewer: Person) -> Sequence[Room]:
    """Rooms in the bin that the viewer may bring back: those that they keep, and for an admin those that they removed."""
    kept = select(Membership.room_id).where(Membership.person_id == viewer.id, Membership.role == "keeper")
    query = select(Room).where(Room.removed_at.is_not(None), Room.kind.in_(("team", "channel")))
    return db.scalars(query.where(or_(Room.id.in_(kept), Room.removed_by == viewer.id)).order_by(Room.id)).all()


def keeper_ids(db: Session, room_id: int) -> list[int]:
    """Keepers who may sign in."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.room_id == room_id, Membership.role == "keeper", Person.disabled_at.is_(None))
    )
    return list(db.scalars(query))


def newest_entry_id(db: Session, room_id: int) -> int:
    query = text("SELECT max(id) FROM entries WHERE room_id = :id AND kind = 'post' AND removed_at IS NULL")
    return db.scalar(query, {"id": room_id}) or 0
