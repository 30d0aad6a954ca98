"""Whose direct messages a person does not want."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intranet.core.errors import Conflict, Forbidden
from intranet.core.forms import N_
from intranet.core.models import Block, Person, Room
from intranet.kernel import clock

UNWANTED = N_("This person takes no direct messages from you.")
# Between two people alone: in a group everyone hears everyone.
WANTED_NOT = text(
    "SELECT 1 FROM rooms r JOIN memberships m ON m.room_id = r.id JOIN blocks b ON b.person_id = m.person_id"
    " WHERE r.id = :room_id AND r.kind = 'direct' AND b.blocked_id = :author_id"
    " AND (SELECT count(*) FROM memberships x WHERE x.room_id = r.id) <= 2"
)


def set_blocked(db: Session, person: Person, other: Person, *, on: bool) -> None:
    """Doing it twice changes nothing. Raises Conflict for oneself."""
    if person.id == other.id:
        raise Conflict(N_("You cannot block yourself."))
    row = db.get(Block, (person.id, other.id))
    if on and row is None:
        db.add(Block(person_id=person.id, blocked_id=other.id, at=clock.now()))
    elif row and not on:
        db.delete(row)
    db.flush()


def has_blocked(db: Session, person: Person, other: Person) -> bool:
    return db.get(Block, (person.id, other.id)) is not None


def list_blocked(db: Session, person: Person) -> Sequence[Person]:
    """By name."""
    query = select(Person).join(Block, Block.blocked_id == Person.id).where(Block.person_id == person.id)
    return db.scalars(query.order_by(Person.name, Person.id)).all()


def refuse_unwanted(db: Session, room_id: int, author: Person) -> None:
    """Raises Forbidden where the other person of a direct room wants nothing from this author."""
    room = db.get(Room, room_id)  # which the caller's session mostly holds already
    if room and room.kind == "direct" and db.scalar(WANTED_NOT, {"room_id": room_id, "author_id": author.id}):
        raise Forbidden(UNWANTED)
