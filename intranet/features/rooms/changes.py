"""Every write of rooms, with who may do it."""

from typing import Any

from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Conflict, Forbidden, Person, Room, SeenRoom, once, room_changes

KEEPERS_ONLY = N_("Only a keeper of the room can do this.")


def add_room(
    db: Session, creator: Person, *, name: str, kind: str, access: str, description: str, key: str | None
) -> Room:
    """The same key by the same person gives the same room again. Raises Forbidden for guests."""
    if creator.is_guest:
        raise Forbidden(N_("Guests cannot make rooms."))
    if (known := once.find(db, creator.id, key, "room")) and (room := db.get(Room, known)):
        return room
    room = room_changes.add(db, creator=creator, name=name, kind=kind, access=access, description=description)
    once.keep(db, creator.id, key, "room", room.id)
    return room


def change_room(db: Session, seen: SeenRoom, actor: Person, *, archived: bool | None, **fields: Any) -> None:
    """Writes the fields that are given; None leaves one as it is."""
    _refuse_others(seen)
    if seen.room.kind == "company" and fields.get("access") not in (None, "open"):
        raise Conflict(N_("The company's room stays open to everyone."))
    room_changes.change(db, seen.room, actor, **{key: value for key, value in fields.items() if value is not None})
    if archived is not None and archived != (seen.room.archived_at is not None):
        room_changes.archive(db, seen.room, actor, archived=archived)


def remove_room(db: Session, seen: SeenRoom, actor: Person) -> None:
    _refuse_others(seen)
    if seen.room.kind == "company":
        raise Conflict(N_("The company's room cannot be removed."))
    room_changes.remove(db, seen.room, actor)


def set_member(db: Session, seen: SeenRoom, actor: Person, person: Person, role: str) -> None:
    _refuse_others(seen)
    room_changes.set_member(db, seen.room, person, role, actor=actor)


def remove_member(db: Session, seen: SeenRoom, actor: Person, person: Person) -> bool:
    """Keepers take others out; everyone may leave."""
    if actor.id != person.id:
        _refuse_others(seen)
    return room_changes.remove_member(db, seen.room, person, actor=actor)


def _refuse_others(seen: SeenRoom) -> None:
    if not seen.is_keeper:
        raise Forbidden(KEEPERS_ONLY)
