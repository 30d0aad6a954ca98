"""Rooms of a few people who write to each other: the same people always have the same room."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core.errors import Invalid
from intranet.core.forms import N_
from intranet.core.models import Membership, Person, Room
from intranet.kernel import clock, events
from intranet.kernel.folding import folded

PEOPLE = 8
MANY = N_("A conversation has eight people at most. Make a channel for more.")


def slug_of(ids: Collection[int]) -> str:
    """No room that is called something can have this address: names make no dots."""
    return ".".join(["dm", *map(str, sorted(ids))])


def find_or_add(db: Session, creator: Person, others: Sequence[Person]) -> Room:
    """The room of these people and nobody else; with no others, that in which one writes to oneself. Raises Invalid."""
    ids = {creator.id, *(each.id for each in others)}
    if len(ids) > PEOPLE:
        raise Invalid({"people": MANY})
    slug = slug_of(ids)
    if known := db.scalar(select(Room).where(Room.slug == slug)):
        return known
    moment = clock.now()
    room = Room(
        slug=slug, name="", kind="direct", access="secret", created_by=creator.id, created_at=moment, description=""
    )
    db.add(room)
    db.flush()
    db.add_all(Membership(room_id=room.id, person_id=each, role="member", joined_at=moment) for each in sorted(ids))
    events.record(db, "room.added", room_id=room.id, subject=room.id)
    return room


def list_people(db: Session, viewer: Person, room_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who else is in each of these direct rooms, by name; the viewer alone where nobody is."""
    if not room_ids:
        return {}
    query = (
        select(Membership.room_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.room_id.in_(room_ids))
        .order_by(folded(Person.name), Person.id)
    )
    everyone: dict[int, list[Person]] = {}
    for room_id, person in db.execute(query):
        everyone.setdefault(room_id, []).append(person)
    return {key: [each for each in them if each.id != viewer.id] or them for key, them in everyone.items()}
