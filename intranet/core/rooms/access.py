"""Who may see a room. Every door asks here; there is no second rule."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session

from intranet.core.models import Entry, Membership, Person, Room

READABLE_SQL = (
    "SELECT r.id FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.person_id = :viewer_id"
    " WHERE r.removed_at IS NULL AND (m.person_id IS NOT NULL OR (r.access = 'open' AND :viewer_is_guest = 0))"
)

# A condition on `e`: what was said before somebody came in may be hidden from them.
NOT_BEFORE_SQL = (
    "NOT EXISTS (SELECT 1 FROM memberships h WHERE h.person_id = :viewer_id AND h.room_id = e.room_id"
    " AND h.history_from >= coalesce(e.thread_id, e.id))"
)
READABLE_ENTRY_SQL = f"e.removed_at IS NULL AND e.room_id IN ({READABLE_SQL}) AND {NOT_BEFORE_SQL}"


def viewer_values(viewer: Person) -> Mapping[str, int]:
    """The values that these conditions ask for."""
    return {"viewer_id": viewer.id, "viewer_is_guest": int(viewer.is_guest)}


def readable_ids(viewer: Person) -> Select[int]:
    """The ids of the rooms whose content this viewer may read."""
    mine = and_(Membership.room_id == Room.id, Membership.person_id == viewer.id)
    may = [Membership.person_id.is_not(None)] + ([] if viewer.is_guest else [Room.access == "open"])
    return select(Room.id).outerjoin(Membership, mine).where(Room.removed_at.is_(None), or_(*may))


def readable(viewer: Person) -> ColumnElement[bool]:
    """The condition on entries that this viewer may read, those in the bin too."""
    before = (
        select(Membership.room_id)
        .where(
            Membership.person_id == viewer.id,
            Membership.room_id == Entry.room_id,
            Membership.history_from >= func.coalesce(Entry.thread_id, Entry.id),
        )
        .exists()
    )
    return and_(Entry.room_id.in_(readable_ids(viewer)), ~before)


def listed(viewer: Person) -> Select[Room, str, int]:
    """Rooms (with the viewer's role in each, and from where they read it) that the viewer may know of."""
    mine = and_(Membership.room_id == Room.id, Membership.person_id == viewer.id)
    known = [Membership.person_id.is_not(None)] + ([] if viewer.is_guest else [Room.access != "secret"])
    return (
        select(Room, Membership.role, func.coalesce(Membership.history_from, 0))
        .outerjoin(Membership, mine)
        .where(Room.removed_at.is_(None), or_(*known))
    )


_KNOWN = (
    select(Room, Membership.role, func.coalesce(Membership.history_from, 0))
    .outerjoin(Membership, and_(Membership.room_id == Room.id, Membership.person_id == bindparam("viewer_id")))
    .where(
        Room.removed_at.is_(None),
        or_(Membership.person_id.is_not(None), and_(bindparam("viewer_is_guest") == 0, Room.access != "secret")),
    )
)
# `listed` for one room, written once: nearly every request asks it.
BY_SLUG, BY_ID = _KNOWN.where(Room.slug == bindparam("room")), _KNOWN.where(Room.id == bindparam("room"))


def may_read(viewer: Person, room: Room, role: str | None) -> bool:
    return role is not None or (room.access == "open" and not viewer.is_guest)


def audience(db: Session, room_id: int, root_id: int | None = None) -> set[int] | None:
    """The ids of all who may read the room now, or what stands there under `root_id`. None: no such room, so nobody."""
    query = text(
        "SELECT p.id FROM people p JOIN rooms r ON r.id = :room_id"
        " LEFT JOIN memberships m ON m.room_id = r.id AND m.person_id = p.id"
        " WHERE p.disabled_at IS NULL AND r.removed_at IS NULL"
        " AND (m.person_id IS NOT NULL OR (r.access = 'open' AND p.is_guest = 0))"
        " AND (:root_id IS NULL OR coalesce(m.history_from, 0) < :root_id)"
    )
    return set(db.scalars(query, {"room_id": room_id, "root_id": root_id})) or None
