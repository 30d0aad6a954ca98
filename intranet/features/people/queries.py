"""Fetching people for a viewer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.plugin_api import Membership, NotFound, Person, Room, people, readable_ids

MENTIONABLE = 8


def fetch(db: Session, viewer: Person, username: str) -> Person:
    """Someone the viewer may see; people who left stay readable as authors. Raises NotFound."""
    person = people.find_by_username(db, username)
    if person is None or not people.may_see(db, viewer, person):
        raise NotFound
    return person


def list_mentionable(db: Session, viewer: Person, text: str) -> Sequence[Person]:
    """Whom the viewer may mention, by the start of any word of the name."""
    return people.list_people(db, viewer, text=text, limit=MENTIONABLE)


def list_shared_rooms(db: Session, viewer: Person, person: Person) -> Sequence[Room]:
    """The person's rooms that the viewer may read too."""
    theirs = select(Membership.room_id).where(Membership.person_id == person.id)
    query = select(Room).where(
        Room.id.in_(theirs), Room.id.in_(readable_ids(viewer)), Room.kind.in_(("company", "team"))
    )
    return db.scalars(query.order_by(Room.name)).all()
