"""Changing rooms. Each function works inside the caller's transaction and records its event there."""

import re
import unicodedata

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from intranet.core import audit
from intranet.core.errors import Conflict, Forbidden
from intranet.core.forms import N_
from intranet.core.models import Entry, FormerSlug, JoinRequest, Membership, Person, Room
from intranet.core.rooms.queries import SeenRoom, keeper_ids
from intranet.kernel import clock, events

TAKEN_BY_PAGES = {
    "new",
    "join",
    "bin",
    "channels",
    "commands",
    "dm",
    "later",
    "m",
    "reminders",
    "switch",
    "unread",
    "voice",
}
LOUDNESS = ("all", "normal", "muted")
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
    """Writes the fields that differ. Another name brings another address; the old one leads on."""
    differing = {key: value for key, value in fields.items() if getattr(room, key) != value}
    for key, value in differing.items():
        setattr(room, key, value)
    if "name" in differing and room.kind != "company":
        _move(db, room)
    if room.access == "open" and "access" in differing:
        _open_history(db, room)
    if differing:
        events.record(db, "room.changed", room_id=room.id, subject=room.id)
        audit.write(db, "room.changed", room.slug, actor_id=actor.id, fields=sorted(differing))


def _move(db: Session, room: Room) -> None:
    wanted = slug_of(room.name)
    if room.slug == wanted or re.fullmatch(rf"{re.escape(wanted)}-\d+", room.slug):
        return
    own = db.get(FormerSlug, wanted)
    if own and own.room_id == room.id:
        db.delete(own)
        db.flush()
    db.add(FormerSlug(slug=room.slug, room_id=room.id))
    room.slug = _free_slug(db, wanted)
    db.flush()


def _open_history(db: Session, room: Room) -> None:
    """What everyone reads now, its members read too; guests were let in as they were."""
    members = (Membership.room_id == room.id, Membership.role != "guest")
    db.execute(update(Membership).where(*members).values(history_from=0))


def archive(db: Session, room: Room, actor: Person, *, archived: bool) -> None:
    change(db, room, actor, archived_at=clock.now() if archived else None)


def remove(db: Session, room: Room, actor: Person) -> None:
    """Puts the room into the bin: from now on it exists for nobody."""
    events.record(db, "room.removed", room_id=room.id, subject=room.id)
    room.removed_at, room.removed_by = clock.now(), actor.id
    audit.write(db, "room.removed", room.slug, actor_id=actor.id)


def restore(db: Session, room: Room, actor: Person) -> None:
    room.removed_at = room.removed_by = None
    events.record(db, "room.added", room_id=room.id, subject=room.id)
    audit.write(db, "room.restored", room.slug, actor_id=actor.id)


def join(db: Session, seen: SeenRoom, person: Person) -> None:
    """The person joins by themselves. Raises Forbidden where joining has to be asked for."""
    if seen.role:
        return
    if seen.room.access != "open" or person.is_guest or seen.room.kind in ("direct", "personal"):
        raise Forbidden(N_("This room is closed. Ask one of its keepers to let you in."))
    set_member(db, seen.room, person, "member", actor=person)


def ask_to_join(db: Session, seen: SeenRoom, person: Person, words: str, *, sees_history: bool = True) -> None:
    """Puts the person's wish before the keepers. Asking again changes the words. Raises Conflict for members."""
    if seen.role:
        raise Conflict(N_("You are in this room already."))
    known = db.get(JoinRequest, (seen.room.id, person.id))
    if known and (known.words, known.sees_history) == (words, sees_history):
        return
    db.merge(
        JoinRequest(
            room_id=seen.room.id, person_id=person.id, words=words, sees_history=sees_history, at=clock.now()
        )
    )  # fmt: skip
    db.flush()
    keepers = keeper_ids(db, seen.room.id)
    events.record(db, "join.requested", subject=seen.room.id, people=keepers, requester_id=person.id)


def answer_request(db: Session, room: Room, person: Person, *, actor: Person, let_in: bool) -> bool:
    """Lets the person in, or not; false when nobody asks (any more). Raises Conflict or Forbidden."""
    asked = db.get(JoinRequest, (room.id, person.id))
    if asked is None:
        return False
    sees_history = asked.sees_history
    db.delete(asked)
    db.flush()
    if let_in:
        role = "guest" if person.is_guest else "member"
        set_member(db, room, person, role, actor=actor, sees_history=sees_history)
    events.record(
        db, "join.answered", person_id=person.id, subject=room.id, let_in=let_in, people=keeper_ids(db, room.id)
    )
    audit.write(db, "join.answered", room.slug, actor_id=actor.id, person=person.username, let_in=let_in)
    return True


def withdraw_request(db: Session, room_id: int, person_id: int) -> None:
    db.execute(delete(JoinRequest).where(JoinRequest.room_id == room_id, JoinRequest.person_id == person_id))
    events.record(db, "join.withdrawn", subject=room_id, people=keeper_ids(db, room_id), requester_id=person_id)


def set_loudness(db: Session, room_id: int, person_id: int, loudness: str) -> None:
    """How loud the room is for one of its members: one of LOUDNESS."""
    member = db.get(Membership, (room_id, person_id))
    if member and member.loudness != loudness:
        member.loudness = loudness
        events.record(db, "loudness.changed", person_id=person_id, room=room_id, loudness=loudness)


def set_member(
    db: Session, room: Room, person: Person, role: str, *, actor: Person | None, sees_history: bool = True
) -> None:
    """Brings a person in, or gives them another role. Raises Conflict when the last keeper would go.

    Who comes in without `sees_history` reads what is said from now on; in an open room everyone reads everything.
    """
    current = db.get(Membership, (room.id, person.id))
    if current and current.role == role:
        return
    if current and current.role == "keeper":
        _keep_one_keeper(db, room.id)
    was = current.role if current else None
    _set_role(db, room.id, person.id, role, hides=not sees_history and room.access != "open")
    db.execute(delete(JoinRequest).where(JoinRequest.room_id == room.id, JoinRequest.person_id == person.id))
    actor_id = actor.id if actor else None
    events.record(db, "member.added", room_id=room.id, person_id=person.id, role=role, was=was, actor_id=actor_id)
    audit.write(db, "member.set", room.slug, actor_id=actor_id, person=person.username, role=role)


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


def mark_read(db: Session, room_id: int, person_id: int, entry_id: int, *, in_chat: bool = False) -> None:
    """Read marks only move forward. A room has one for its posts and one for its chat."""
    member = db.get(Membership, (room_id, person_id))
    if member and entry_id > (member.chat_read_to if in_chat else member.read_to):
        _set_mark(db, member, entry_id, in_chat=in_chat)


def mark_unread(db: Session, room_id: int, person_id: int, entry_id: int, *, in_chat: bool = False) -> None:
    """This entry and whatever came after it is new again."""
    member = db.get(Membership, (room_id, person_id))
    if member and entry_id <= (member.chat_read_to if in_chat else member.read_to):
        _set_mark(db, member, entry_id - 1, in_chat=in_chat)


def _set_mark(db: Session, member: Membership, entry_id: int, *, in_chat: bool) -> None:
    setattr(member, "chat_read_to" if in_chat else "read_to", entry_id)
    events.record(db, "read.changed", person_id=member.person_id, room=member.room_id, entry=entry_id, in_chat=in_chat)


def set_favourite(db: Session, room_id: int, person_id: int, *, on: bool) -> None:
    """What stands at the top of a person's own list of chats."""
    member = db.get(Membership, (room_id, person_id))
    if member and member.is_favourite != on:
        member.is_favourite = on
        events.record(db, "favourite.changed", person_id=person_id, room=room_id, on=on)


def _set_role(db: Session, room_id: int, person_id: int, role: str, *, hides: bool = False) -> None:
    member = db.get(Membership, (room_id, person_id))
    if member:
        member.role = role
        if role == "keeper":
            member.history_from = 0
        return
    newest = db.scalar(select(func.max(Entry.id)).where(Entry.room_id == room_id))
    db.add(
        Membership(
            room_id=room_id,
            person_id=person_id,
            role=role,
            joined_at=clock.now(),
            read_to=newest or 0,
            chat_read_to=newest or 0,
            history_from=(newest or 0) if hides else 0,
            loudness="normal",
        )
    )
    db.flush()


def _keep_one_keeper(db: Session, room_id: int) -> None:
    keepers = select(func.count()).where(Membership.room_id == room_id, Membership.role == "keeper")
    if (db.scalar(keepers) or 0) < 2:
        raise Conflict(LAST_KEEPER)


def _free_slug(db: Session, wanted: str) -> str:
    slugs = select(Room.slug).where(Room.slug.startswith(wanted, autoescape=True))
    former = select(FormerSlug.slug).where(FormerSlug.slug.startswith(wanted, autoescape=True))
    taken = set(db.scalars(slugs.union(former))) | TAKEN_BY_PAGES
    candidates = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)
