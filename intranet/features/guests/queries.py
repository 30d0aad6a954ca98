"""Reading invitations and guests: for keepers, and for who holds an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.features.guests import rules
from intranet.plugin_api import (
    Forbidden,
    Membership,
    Person,
    Room,
    SeenRoom,
    Ticket,
    newcomers,
    room_queries,
    tickets,
)

ROOMS = 500


@dataclass(frozen=True)
class Invitation:
    """An invitation that can be taken up: who invites, and the rooms that they may still invite to."""

    ticket: Ticket
    inviter: Person
    rooms: Sequence[Room]

    @property
    def name(self) -> str:
        return str(self.ticket.data["name"])

    @property
    def email(self) -> str:
        return str(self.ticket.data["email"])

    @property
    def last_day(self) -> date | None:
        return last_day(self.ticket)


@dataclass(frozen=True)
class Guest:
    """A guest of a room, with their last day if they have one."""

    person: Person
    last_day: date | None


def last_day(ticket: Ticket) -> date | None:
    said = ticket.data.get("until")
    return date.fromisoformat(said) if said else None


def fetch_room(db: Session, viewer: Person, slug: str, *, keepers_may: bool) -> SeenRoom:
    """A room into which the viewer may invite. Raises NotFound or Forbidden."""
    seen = newcomers.fetch_room(db, viewer, slug, keepers_may=keepers_may)
    if not rules.may_invite_to(viewer, seen, keepers_may=keepers_may):
        raise Forbidden(newcomers.NOT_HERE)
    return seen


def list_own_rooms(db: Session, viewer: Person, *, keepers_may: bool) -> list[SeenRoom]:
    """The rooms that the viewer keeps and may invite to."""
    found = room_queries.list_listed(db, viewer, limit=ROOMS)
    return [each for each in found if each.is_keeper and rules.may_invite_to(viewer, each, keepers_may=keepers_may)]


def list_open(db: Session, seen: SeenRoom) -> list[Ticket]:
    """Invitations into this room that nobody has taken up yet, newest first."""
    return [each for each in tickets.list_open(db, newcomers.GUEST) if seen.room.id in each.data.get("rooms", [])]


def list_guests(db: Session, seen: SeenRoom) -> list[Guest]:
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.room_id == seen.room.id, Person.is_guest, Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    stays = {each.person_id: last_day(each) for each in list_stays(db)}
    return [Guest(person, stays.get(person.id)) for person in db.scalars(query)]


def list_stays(db: Session) -> Sequence[Ticket]:
    """Invitations that were taken up and name a last day: they keep it until it has passed."""
    used = select(Ticket).where(
        Ticket.kind == newcomers.GUEST, Ticket.used_at.is_not(None), Ticket.person_id.is_not(None)
    )
    return [each for each in db.scalars(used) if each.data.get("until")]


def find_invitation(db: Session, code: str, *, keepers_may: bool, today: date) -> Invitation | None:
    """What the code invites to now. None when it is wrong, used, ended, or when nothing of it is left."""
    ticket = newcomers.find_ticket(db, code, (newcomers.GUEST,))
    inviter = db.get(Person, ticket.created_by) if ticket and ticket.created_by else None
    if ticket is None or inviter is None:
        return None
    day = last_day(ticket)
    rooms = _open_rooms(db, inviter, ticket.data.get("rooms", []), keepers_may=keepers_may)
    return Invitation(ticket, inviter, rooms) if rooms and (day is None or day >= today) else None


def _open_rooms(db: Session, inviter: Person, ids: Sequence[int], *, keepers_may: bool) -> list[Room]:
    found = (room_queries.find_readable(db, inviter, room_id=room_id) for room_id in ids)
    return [each.room for each in found if each and rules.may_invite_to(inviter, each, keepers_may=keepers_may)]
