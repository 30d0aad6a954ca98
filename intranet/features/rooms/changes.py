"""Every write of rooms, with who may do it."""

from sqlalchemy.orm import Session

from intranet.features.rooms.forms import RoomChangeForm, RoomForm
from intranet.plugin_api import Conflict, Forbidden, N_, Person, Room, SeenRoom, once, room_changes

KEEPERS_ONLY = N_("Only a keeper of the room can do this.")


def add_room(db: Session, creator: Person, form: RoomForm, key: str | None) -> Room:
    """The same key by the same person gives the same room again. Raises Forbidden for guests."""
    if creator.is_guest:
        raise Forbidden(N_("Guests cannot make rooms."))
    if (known := once.find(db, creator.id, key, "room")) and (room := db.get(Room, known)):
        return room
    room = room_changes.add(
        db, creator=creator, name=form.name, kind=form.kind, access=form.access, description=form.description
    )
    once.keep(db, creator.id, key, "room", room.id)
    return room


def change_room(db: Session, seen: SeenRoom, actor: Person, form: RoomChangeForm) -> None:
    _refuse_others(seen)
    fields = form.model_dump(exclude_none=True, exclude={"archived"})
    if seen.room.kind == "company" and form.access not in (None, "open"):
        raise Conflict(N_("The company's room stays open to everyone."))
    room_changes.change(db, seen.room, actor, **fields)
    if form.archived is not None and form.archived != (seen.room.archived_at is not None):
        room_changes.archive(db, seen.room, actor, archived=form.archived)


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
