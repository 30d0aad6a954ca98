"""Every write of rooms, with who may do it."""

from typing import Any

from sqlalchemy.orm import Session

from intranet.features.rooms import bringing, queries, rules
from intranet.plugin_api import (
    N_,
    Conflict,
    Forbidden,
    Membership,
    NotFound,
    Person,
    Room,
    SeenRoom,
    once,
    room_changes,
    room_queries,
)

COMPANYS = N_("The company's room stays open to everyone.")
NO_GUESTS = N_("Guests cannot make rooms.")
STAYS_GUEST = N_("A guest of the house is a guest in every room.")
EVERYONE_IS_IN = N_("Everyone who works here is in this room already, and guests do not come in.")
JOIN_FIRST = N_("Join the room first.")


def add_room(db: Session, creator: Person, *, key: str | None, **fields: Any) -> Room:
    """The same key by the same person gives the same room again. Raises Forbidden for guests."""
    if creator.is_guest:
        raise Forbidden(NO_GUESTS)
    if (known := once.find(db, creator.id, key, "room")) and (room := db.get(Room, known)):
        return room
    given = {name: value for name, value in fields.items() if value is not None}
    room = room_changes.add(db, creator=creator, **given)
    once.keep(db, creator.id, key, "room", room.id)
    return room


def change_room(db: Session, seen: SeenRoom, actor: Person, *, archived: bool | None = None, **fields: Any) -> None:
    """Writes the fields that are given; None leaves one as it is."""
    _refuse_others(seen)
    given = {key: value for key, value in fields.items() if value is not None}
    is_company = seen.room.kind == "company"
    if is_company and (given.get("access", "open") != "open" or "kind" in given or archived):
        raise Conflict(COMPANYS)
    room_changes.change(db, seen.room, actor, **given)
    if archived is not None and archived != (seen.room.archived_at is not None):
        room_changes.archive(db, seen.room, actor, archived=archived)


def set_cover(db: Session, seen: SeenRoom, actor: Person, sha256: str | None) -> None:
    _refuse_others(seen)
    room_changes.change(db, seen.room, actor, cover=sha256)


def remove_room(db: Session, seen: SeenRoom, actor: Person) -> None:
    _refuse_others(seen)
    if seen.room.kind == "company":
        raise Conflict(N_("The company's room cannot be removed."))
    room_changes.remove(db, seen.room, actor)


def restore_room(db: Session, actor: Person, **which: Any) -> Room:
    """Raises NotFound for what is not the actor's to bring back."""
    room = queries.fetch_removed(db, actor, **which)
    room_changes.restore(db, room, actor)
    return room


def join_or_ask(db: Session, seen: SeenRoom, person: Person, words: str) -> bool:
    """Whether the person is in now; of a closed room they ask. Raises Forbidden."""
    if not rules.may_ask(person, seen):
        is_new = seen.role is None
        room_changes.join(db, seen, person)
        if is_new:
            bringing.by_hand(db, seen.room.id, person.id)
        return True
    room_changes.ask_to_join(db, seen, person, words)
    return False


def withdraw(db: Session, seen: SeenRoom, person: Person) -> None:
    """Raises NotFound when the person does not ask."""
    if room_queries.find_request(db, seen.room.id, person.id) is None:
        raise NotFound
    room_changes.withdraw_request(db, seen.room.id, person.id)


def answer(db: Session, seen: SeenRoom, actor: Person, username: str, *, let_in: bool) -> tuple[Person, str]:
    """Who asked, and with which words. Raises NotFound or Forbidden."""
    _refuse_others(seen)
    person, asked = queries.fetch_asking(db, seen.room.id, username)
    words = asked.words
    room_changes.answer_request(db, seen.room, person, actor=actor, let_in=let_in)
    if let_in:
        bringing.by_hand(db, seen.room.id, person.id)
    return person, words


def set_member(db: Session, seen: SeenRoom, actor: Person, person: Person, role: str, *, history_from: int = 0) -> None:
    """Brings a person in, or gives another role. Raises Forbidden or Conflict.

    `history_from` is for who was taken out by mistake and had come without the older posts.
    """
    _refuse_others(seen)
    if person.is_guest and role != "guest":
        raise Conflict(STAYS_GUEST)
    is_in = room_queries.find_membership(db, seen.room.id, person.id) is not None
    if seen.room.kind == "company" and not is_in:
        raise Conflict(EVERYONE_IS_IN)
    room_changes.set_member(db, seen.room, person, role, actor=actor)
    bringing.by_hand(db, seen.room.id, person.id)
    if history_from and not is_in and role != "keeper":
        db.get_one(Membership, (seen.room.id, person.id)).history_from = history_from


def remove_member(db: Session, seen: SeenRoom, actor: Person, person: Person) -> Membership | None:
    """Keepers take others out; everyone may leave. How they were in; None when they were not."""
    if actor.id != person.id:
        _refuse_others(seen)
    membership = room_queries.find_membership(db, seen.room.id, person.id)
    if membership is None:
        return None
    was = Membership(role=membership.role, history_from=membership.history_from)
    room_changes.remove_member(db, seen.room, person, actor=actor)
    bringing.out_by_hand(db, seen.room.id, person.id)
    return was


def set_loudness(db: Session, seen: SeenRoom, person: Person, loudness: str) -> None:
    if seen.role is None:
        raise Forbidden(JOIN_FIRST)
    room_changes.set_loudness(db, seen.room.id, person.id, loudness)


def _refuse_others(seen: SeenRoom) -> None:
    if not seen.is_keeper:
        raise Forbidden(queries.KEEPERS_ONLY)
