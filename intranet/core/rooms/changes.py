"""Changing rooms. Each function works inside the caller's transaction and records its event there."""

import re
import unicodedata

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intranet.core import audit
from intranet.core.errors import Conflict, Forbidden
from intranet.core.forms import N_
from intranet.core.models import Entry, Membership, Person, Room
from intranet.core.rooms.queries import SeenRoom
from intranet.kernel import clock, events

TAKEN_BY_PAGES = {"new", "join"}
LAST_KEEPER = N_("A room needs a keeper. Make someone else keeper first.")


def slug_of(name: str) -> str:
    """Letters, digits and dashes of the name; accents folded."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or "room"


def add(
    db: Session, *, creator: Person | None, name: str, kind: str = "team", access: str = "open",
    description: str = "", icon: str = "", hue: int | None = None, slug: str | None = None,
) -> Room:  # fmt: skip
    """Makes a room with its creator as keeper."""
    room = Room(
        slug=_free_slug(db, slug or slug_of(name)), name=name, kind=kind, access=access, description=description,
        icon=icon, created_by=creator.id if creator else None, created_at=clock.now(),
    )  # fmt: skip
    db.add(room)
    db.flush()
    room.hue = hue if hue is not None else room.id * 11 % 36
    if creator:
        _set_role(db, room.id, creator.id, "keeper")
    events.record(db, "room.added", room_id=room.id, subject=room.id)
    audit.write(db, "room.added", room.slug, actor_id=creator.id if creator else None)
    return room


def change(db: Session, room: Room, actor: Person, **fields: object) -> None:
    differing = {key: value for key, value in fields.items() if getattr(room, key) != value}
    for key, value in differing.items():
        setattr(room, key, value)
    if differing:
        events.record(db, "room.changed", room_id=room.id, subject=room.id)
        audit.write(db, "room.changed", room.slug, actor_id=actor.id, fields=sorted(differing))


def archive(db: Session, room: Room, actor: Person, *, archived: bool) -> None:
    change(db, room, actor, archived_at=clock.now() if archived else None)


def remove(db: Session, room: Room, actor: Person) -> None:
    """Puts the room into the bin: from now on it exists for nobody."""
    events.record(db, "room.removed", room_id=room.id, subject=room.id)
    room.removed_at = clock.now()
    audit.write(db, "room.removed", room.slug, actor_id=actor.id)


def restore(db: Session, room: Room, actor: Person) -> None:
    room.removed_at = None
    events.record(db, "room.added", room_id=room.id, subject=room.id)
    audit.write(db, "room.restored", room.slug, actor_id=actor.id)


def join(db: Session, seen: SeenRoom, person: Person) -> None:
    """The person joins by themselves. Raises Forbidden where joining has to be asked for."""
    if seen.role:
        return
    if seen.room.access != "open" or person.is_guest or seen.room.kind in ("direct", "personal"):
        raise Forbidden(N_("This room is closed. Ask one of its keepers to let you in."))
    set_member(db, seen.room, person, "member", actor=person)


def set_member(db: Session, room: Room, person: Person, role: str, *, actor: Person | None) -> None:
    """Brings a person in, or gives them another role. Raises Conflict when the last keeper would go."""
    current = db.get(Membership, (room.id, person.id))
    if current and current.role == role:
        return
    if current and current.role == "keeper":
        _keep_one_keeper(db, room.id)
    _set_role(db, room.id, person.id, role)
    events.record(db, "member.added", room_id=room.id, person_id=person.id, role=role)
    audit.write(db, "member.set", room.slug, actor_id=actor.id if actor else None, person=person.username, role=role)


def remove_member(db: Session, room: Room, person: Person, *, actor: Person | None) -> bool:
    """Takes a person out of the room; false when they were not in it. Raises Forbidden or Conflict."""
    current = db.get(Membership, (room.id, person.id))
    if current is None:
        return False
    if room.kind == "company":
        raise Forbidden(N_("Everyone belongs to this room."))
    if current.role == "keeper":
        _keep_one_keeper(db, room.id)
    db.execute(delete(Membership).where(Membership.room_id == room.id, Membership.person_id == person.id))
    events.record(db, "member.removed", room_id=room.id, person_id=person.id)
    audit.write(db, "member.removed", room.slug, actor_id=actor.id if actor else None, person=person.username)
    return True


def mark_read(db: Session, room_id: int, person_id: int, entry_id: int) -> None:
    """Read marks only move forward."""
    member = db.get(Membership, (room_id, person_id))
    if member and entry_id > member.read_to:
        member.read_to = entry_id
        events.record(db, "read.changed", person_id=person_id, room=room_id, entry=entry_id)


def _set_role(db: Session, room_id: int, person_id: int, role: str) -> None:
    member = db.get(Membership, (room_id, person_id))
    if member:
        member.role = role
        return
    newest = db.scalar(select(func.max(Entry.id)).where(Entry.room_id == room_id))
    db.add(
        Membership(
            room_id=room_id,
            person_id=person_id,
            role=role,
            joined_at=clock.now(),
            read_to=newest or 0,
            loudness="normal",
        )
    )
    db.flush()


def _keep_one_keeper(db: Session, room_id: int) -> None:
    keepers = select(func.count()).where(Membership.room_id == room_id, Membership.role == "keeper")
    if (db.scalar(keepers) or 0) < 2:
        raise Conflict(LAST_KEEPER)


def _free_slug(db: Session, wanted: str) -> str:
    taken = set(db.scalars(select(Room.slug).where(Room.slug.startswith(wanted, autoescape=True)))) | TAKEN_BY_PAGES
    candidates = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)
