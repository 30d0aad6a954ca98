"""Who may see a room. Every door asks here; there is no second rule."""

from collections.abc import Mapping

from sqlalchemy import Select, and_, or_, select, text
from sqlalchemy.orm import Session

from intranet.core.models import Membership, Person, Room

READABLE_SQL = (
    "SELECT r.id FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.person_id = :viewer_id"
    " WHERE r.removed_at IS NULL AND (m.person_id IS NOT NULL OR (r.access = 'open' AND :viewer_is_guest = 0))"
)


def viewer_values(viewer: Person) -> Mapping[str, int]:
    """The values that READABLE_SQL asks for."""
    return {"viewer_id": viewer.id, "viewer_is_guest": int(viewer.is_guest)}


def readable_ids(viewer: Person) -> Select[int]:
    """The ids of the rooms whose content this viewer may read."""
    mine = and_(Membership.room_id == Room.id, Membership.person_id == viewer.id)
    may = [Membership.person_id.is_not(None)] + ([] if viewer.is_guest else [Room.access == "open"])
    return select(Room.id).outerjoin(Membership, mine).where(Room.removed_at.is_(None), or_(*may))


def listed(viewer: Person) -> Select[Room, str]:
    """Rooms (with the viewer's role in each) that the viewer may know of."""
    mine = and_(Membership.room_id == Room.id, Membership.person_id == viewer.id)
    known = [Membership.person_id.is_not(None)] + ([] if viewer.is_guest else [Room.access != "secret"])
    return select(Room, Membership.role).outerjoin(Membership, mine).where(Room.removed_at.is_(None), or_(*known))


def may_read(viewer: Person, room: Room, role: str | None) -> bool:
    return role is not None or (room.access == "open" and not viewer.is_guest)


def audience(db: Session, room_id: int) -> set[int] | None:
    """The ids of all who may read the room now. None: no such room, so nobody."""
    query = text(
        "SELECT p.id FROM people p JOIN rooms r ON r.id = :room_id"
        " LEFT JOIN memberships m ON m.room_id = r.id AND m.person_id = p.id"
        " WHERE p.disabled_at IS NULL AND r.removed_at IS NULL"
        " AND (m.person_id IS NOT NULL OR (r.access = 'open' AND p.is_guest = 0))"
    )
    return set(db.scalars(query, {"room_id": room_id})) or None
