"""Who may see a room. Every door asks here; there is no second rule."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Select, TextClause, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session

from intranet.core.models import Entry, Membership, Person, Room
from intranet.kernel.prepared import Prepared

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
BY_SLUG, BY_ID = (
    Prepared(_KNOWN.where(Room.slug == bindparam("room"))),
    Prepared(_KNOWN.where(Room.id == bindparam("room"))),
)


def may_read(viewer: Person, room: Room, role: str | None) -> bool:
    return role is not None or (room.access == "open" and not viewer.is_guest)


# Members may read from where they came in; what is open, everyone else of the company, too.
_MEMBERS = (
    "SELECT r.id, p.id, coalesce(m.history_from, 0) FROM rooms r JOIN memberships m ON m.room_id = r.id"
    " JOIN people p ON p.id = m.person_id WHERE r.id IN :rooms AND r.removed_at IS NULL AND p.disabled_at IS NULL"
)
_OTHERS = (
    "SELECT r.id, p.id, 0 FROM rooms r JOIN people p ON p.is_guest = 0 WHERE r.id IN :rooms AND r.removed_at IS NULL"
    " AND r.access = 'open' AND p.disabled_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.room_id = r.id AND m.person_id = p.id)"
)
_AMONG = " AND p.id IN (SELECT value FROM json_each(:among))"


def _audience(only: str) -> TextClause:
    return text(f"{_MEMBERS}{only} UNION ALL {_OTHERS}{only}").bindparams(bindparam("rooms", expanding=True))


AUDIENCE, AUDIENCE_AMONG = _audience(""), _audience(_AMONG)


def audiences(
    db: Session, room_ids: Collection[int], among: Collection[int] | None = None
) -> dict[int, dict[int, int]]:  # fmt: skip
    """By room, the ids of those (`among` these people) who may read it now, each with the last entry that is hidden from them."""
    values = {"rooms": list(room_ids)} | ({} if among is None else {"among": str(list(among))})
    found: dict[int, dict[int, int]] = {}
    for room_id, person_id, history_from in db.execute(AUDIENCE if among is None else AUDIENCE_AMONG, values):
        found.setdefault(room_id, {})[person_id] = history_from
    return found


def audience(db: Session, room_id: int, root_id: int | None = None) -> set[int]:
    """The ids of all who may read the room now, or what stands there under `root_id`. No such room: nobody."""
    found = audiences(db, [room_id]).get(room_id, {})
    return {person_id for person_id, history_from in found.items() if root_id is None or history_from < root_id}
