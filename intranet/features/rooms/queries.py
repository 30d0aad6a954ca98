"""Fetching rooms, and who is in them, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from intranet.features.rooms import rules
from intranet.features.rooms.models import RoomException
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Invalid,
    JoinRequest,
    Membership,
    NotFound,
    Person,
    Room,
    SeenRoom,
    audience,
    caps,
    entry_queries,
    folded,
    holds_words,
    people,
    readable_ids,
    room_queries,
)

KEEPERS_ONLY = N_("Only a keeper of the room can do this.")
NOBODY = N_("Nobody here has this user name. Choose one from the list.")


@dataclass(frozen=True)
class Reach:
    """Whom a room reaches: its members, guests among them, colleagues who are not in it; and what stands in it."""

    member_count: int
    guest_count: int
    outsider_count: int
    post_count: int
    asking_count: int


@dataclass(frozen=True)
class Reader:
    """Somebody who sees a room or an entry, by what right: a role, or `everyone`."""

    person: Person
    why: str


@dataclass(frozen=True)
class Audience:
    """One page of those who see it, with how many there are, and how many members came too late to see it."""

    readers: Sequence[Reader]
    count: int
    guest_count: int
    late_count: int
    next: str | None


def fetch(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A room that the viewer may know of. Raises NotFound."""
    seen = room_queries.find(db, viewer, slug=slug, room_id=room_id)
    if seen is None or seen.room.kind not in rules.KINDS:
        raise NotFound
    return seen


def fetch_readable(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    seen = fetch(db, viewer, slug=slug, room_id=room_id)
    if not seen.may_read:
        raise NotFound
    return seen


def fetch_known(db: Session, viewer: Person, room_id: int) -> SeenRoom:
    """A room that the viewer may know of, or a direct conversation of theirs. Raises NotFound."""
    seen = room_queries.find(db, viewer, room_id=room_id)
    if seen is None or seen.room.kind not in rules.TALKING:
        raise NotFound
    return seen


def fetch_talking(db: Session, viewer: Person, room_id: int) -> SeenRoom:
    """The same, of those that the viewer may read. Raises NotFound."""
    seen = fetch_known(db, viewer, room_id)
    if not seen.may_read:
        raise NotFound
    return seen


def fetch_kept(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A room that the viewer looks after. Raises NotFound for outsiders, Forbidden for members."""
    seen = fetch_readable(db, viewer, slug=slug, room_id=room_id)
    if not seen.is_keeper:
        raise Forbidden(KEEPERS_ONLY)
    return seen


def fetch_removed(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> Room:
    """A room in the bin that the viewer may bring back. Raises NotFound."""
    found = (each for each in room_queries.list_removed(db, viewer) if each.slug == slug or each.id == room_id)
    room = next(found, None)
    if room is None:
        raise NotFound
    return room


def fetch_person(db: Session, viewer: Person, username: str) -> Person:
    person = people.find_by_username(db, username)
    if person is None or person.disabled_at or not people.may_see(db, viewer, person):
        raise NotFound
    return person


def fetch_member(db: Session, seen: SeenRoom, username: str) -> Person:
    """Someone who is in the room. Raises NotFound."""
    person = people.find_by_username(db, username)
    if person is None or room_queries.find_membership(db, seen.room.id, person.id) is None:
        raise NotFound
    return person


def find_outside(db: Session, viewer: Person, seen: SeenRoom, username: str) -> Person | None:
    """Somebody who is not in the room, as a keeper just took them out."""
    person = people.find_by_username(db, username) if username else None
    is_there = person and not person.disabled_at and people.may_see(db, viewer, person)
    return person if person and is_there and not room_queries.find_membership(db, seen.room.id, person.id) else None


def find_named(db: Session, viewer: Person, username: str) -> Person:
    """Whom a keeper typed. Raises Invalid."""
    try:
        return fetch_person(db, viewer, username)
    except NotFound:
        raise Invalid({"username": NOBODY}) from None


def fetch_asking(db: Session, room_id: int, username: str) -> tuple[Person, JoinRequest]:
    """Raises NotFound for who does not ask (any more)."""
    person = people.find_by_username(db, username)
    asked = room_queries.find_request(db, room_id, person.id) if person and not person.disabled_at else None
    if person is None or asked is None:
        raise NotFound
    return person, asked


def list_asking(db: Session, room_id: int) -> Sequence[Row[Person, JoinRequest]]:
    """Who asks to be let in, oldest first; the others come when these are answered."""
    return room_queries.list_requests(db, room_id)[: caps.LIST]


def count_asking(db: Session, room_id: int) -> int:
    query = select(func.count()).select_from(JoinRequest).join(Person, Person.id == JoinRequest.person_id)
    return db.scalar(query.where(JoinRequest.room_id == room_id, Person.disabled_at.is_(None))) or 0


def list_asked(db: Session, viewer: Person) -> set[int]:
    """The rooms that this person asks to be let into."""
    return set(db.scalars(select(JoinRequest.room_id).where(JoinRequest.person_id == viewer.id)))


def list_excepted(db: Session, person: Person) -> list[str]:
    """Rooms into which rules do not bring this person back: those of them that the person may know of."""
    query = select(Room.slug).join(RoomException, RoomException.room_id == Room.id)
    theirs = query.where(RoomException.person_id == person.id, Room.id.in_(readable_ids(person)))
    return list(db.scalars(theirs.order_by(Room.slug)))


def list_members(
    db: Session, room_id: int, *, words: str = "", after: str = "", limit: int = 50
) -> Sequence[Row[Person, Membership]]:
    """Members who may sign in and in whose name, user name or title every word stands, by user name."""
    query = select(Person, Membership).join(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.room_id == room_id, Person.disabled_at.is_(None), Person.username > after)
    return db.execute(_with_words(query, words).order_by(Person.username).limit(limit)).all()


def list_keepers(db: Session, room_id: int, *, limit: int) -> Sequence[Person]:
    """Keepers who may sign in, the first of them."""
    query = (
        select(Person)
        .where(Person.id.in_(room_queries.keeper_ids(db, room_id)))
        .order_by(folded(Person.name), Person.id)
    )
    return db.scalars(query.limit(limit)).all()


def _with_words(query: Select[Person, Membership], words: str) -> Select[Person, Membership]:
    return query.where(holds_words(words, Person.name, Person.username, Person.title))


def reach(db: Session, room: Room) -> Reach:
    members = select(Membership.person_id).where(Membership.room_id == room.id)
    present = select(func.count()).select_from(Person).where(Person.disabled_at.is_(None))
    posts = select(func.count()).select_from(Entry).where(Entry.room_id == room.id, Entry.kind == "post")

    def count(query: Select[int]) -> int:
        return db.scalar(query) or 0

    return Reach(
        count(present.where(Person.id.in_(members))),
        count(present.where(Person.id.in_(members), Person.is_guest)),
        count(present.where(Person.id.not_in(members), Person.is_guest.is_(False))),
        count(posts.where(Entry.removed_at.is_(None))),
        count_asking(db, room.id),
    )


def fetch_entry(db: Session, viewer: Person, seen: SeenRoom, entry_id: int) -> Entry:
    """What stands in this room and the viewer may read. Raises NotFound."""
    entry = entry_queries.find(db, viewer, entry_id)
    if entry is None or entry.room_id != seen.room.id:
        raise NotFound
    return entry


def list_audience(
    db: Session, viewer: Person, seen: SeenRoom, entry: Entry | None, *, after: str = "", limit: int = 50
) -> Audience:
    """Who sees the room, or that entry in it, by user name. A guest is shown only those who share the room."""
    allowed = audience(db, seen.room.id, entry.root_id if entry else None)
    members = select(Membership.person_id, Membership.role).join(Person, Person.id == Membership.person_id)
    present = members.where(Membership.room_id == seen.room.id, Person.disabled_at.is_(None))
    roles: dict[int, str] = {row[0]: row[1] for row in db.execute(present)}
    shown = allowed & roles.keys() if viewer.is_guest else allowed
    names = select(Person.username, Person.id).where(Person.disabled_at.is_(None), Person.username > after)
    following = [person_id for _, person_id in db.execute(names.order_by(Person.username)) if person_id in shown]
    found = people.by_ids(db, following[:limit])
    readers = [Reader(found[each], roles.get(each, "everyone")) for each in following[:limit]]
    guests = select(func.count()).select_from(Person).where(Person.is_guest, Person.id.in_(roles))
    more = readers[-1].person.username if len(following) > limit else None
    return Audience(readers, len(shown), db.scalar(guests) or 0, len(roles.keys() - allowed), more)
