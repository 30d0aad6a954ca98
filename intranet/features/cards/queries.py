"""Reading cards: for who prints them, and for who holds one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.features.cards import rules
from intranet.plugin_api import (
    N_,
    Forbidden,
    NotFound,
    Person,
    Room,
    SeenRoom,
    Ticket,
    clock,
    newcomers,
    people,
    room_queries,
    tokens,
)

NOT_FOR_THEM = N_("A new card is not for this person. Somebody who forgot a password is let in again by an admin.")


@dataclass(frozen=True)
class WaitingCard:
    """A card that nobody has used yet."""

    person: Person
    ticket: Ticket
    has_ended: bool


@dataclass(frozen=True)
class HeldCard:
    """A card as its holder has it: good for one new password."""

    ticket: Ticket
    person: Person


def list_waiting(db: Session, seen: SeenRoom) -> Sequence[WaitingCard]:
    """The room's cards that were not used, by name; those that ended too, until they are cleaned up."""
    query = (
        select(Ticket, Person)
        .join(Person, Person.id == Ticket.person_id)
        .where(Ticket.kind == newcomers.CARD, Ticket.room_id == seen.room.id, Ticket.used_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    rows = [(ticket, person) for ticket, person in db.execute(query) if rules.still_opens(ticket, person)]
    return [WaitingCard(person, ticket, ticket.expires_at <= clock.now()) for ticket, person in rows]


def fetch_for_card(db: Session, viewer: Person, seen: SeenRoom, username: str) -> Person:
    """A member of the room for whom the viewer may print a card. Raises NotFound or Forbidden."""
    person = people.find_by_username(db, username)
    if person is None or room_queries.find_membership(db, seen.room.id, person.id) is None:
        raise NotFound
    if not rules.may_have(person) or not (viewer.is_admin or _came_by_card(db, seen, person)):
        raise Forbidden(NOT_FOR_THEM)
    return person


def _came_by_card(db: Session, seen: SeenRoom, person: Person) -> bool:
    waits = any(each.person.id == person.id for each in list_waiting(db, seen))
    return waits and rules.never_came_in(person) and not tokens.list_for(db, person.id)


def find_held(db: Session, code: str) -> HeldCard | None:
    ticket = newcomers.find_ticket(db, code, (newcomers.CARD,))
    person = db.get(Person, ticket.person_id) if ticket else None
    return HeldCard(ticket, person) if ticket and person and rules.still_opens(ticket, person) else None


def find_landing(db: Session, held: HeldCard) -> str:
    """Where its holder begins: in the room that the card was printed in."""
    room = db.get(Room, held.ticket.room_id) if held.ticket.room_id else None
    seen = room_queries.find_readable(db, held.person, room_id=room.id) if room else None
    return f"/rooms/{seen.room.slug}" if seen else "/"
