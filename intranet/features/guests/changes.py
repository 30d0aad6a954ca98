"""Every write of invitations and guests. Each function works inside the caller's transaction."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.guests import queries
from intranet.features.guests.queries import Invitation
from intranet.plugin_api import (
    N_,
    Conflict,
    Invalid,
    NotFound,
    Person,
    SeenRoom,
    Ticket,
    audit,
    newcomers,
    once,
    people,
    room_changes,
    tickets,
)

HAS_ACCOUNT = N_("Somebody with this address has an account already. Add them on the room's People tab.")
NAME_TAKEN = N_("Somebody here has this name already. Add something that tells you apart, such as your company.")
KEPT_AFTER = timedelta(days=365)  # a stay outlives the clean-up of codes until its last day was surely acted on


def invite(
    db: Session, actor: Person, rooms: Sequence[SeenRoom], *, name: str, email: str, last_day: date | None,
    lasts: timedelta, key: str | None,
) -> tuple[Ticket, str] | None:  # fmt: skip
    """The invitation and its code, which cannot be shown again. None when the key was used before. Raises Invalid."""
    if once.find(db, actor.id, key, newcomers.GUEST):
        return None
    if newcomers.has_account(db, email):
        raise Invalid({"email": HAS_ACCOUNT})
    ticket, code = tickets.issue(
        db, newcomers.GUEST, lasts=lasts, is_typed=True, created_by=actor, rooms=[each.room.id for each in rooms],
        name=name, email=email, until=last_day.isoformat() if last_day else None,
    )  # fmt: skip
    once.keep(db, actor.id, key, newcomers.GUEST, ticket.id)
    audit.write(db, "guest.invited", email, actor_id=actor.id, rooms=[each.room.slug for each in rooms])
    return ticket, code


def withdraw(db: Session, actor: Person, seen: SeenRoom, ticket_id: int) -> None:
    """Who invited, or an admin, withdraws the whole invitation; another keeper only their own room from it."""
    ticket = next((each for each in queries.list_open(db, seen) if each.id == ticket_id), None)
    if ticket is None:
        raise NotFound
    left = [room_id for room_id in ticket.data["rooms"] if room_id != seen.room.id]
    if not left or actor.is_admin or ticket.created_by == actor.id:
        db.delete(ticket)
    else:
        ticket.data = {**ticket.data, "rooms": left}
    audit.write(db, "guest.withdrawn", str(ticket.data["email"]), actor_id=actor.id, room=seen.room.slug)


def accept(db: Session, invitation: Invitation, *, name: str, username: str, hashed: str, address: str) -> Person:
    """The guest, in the rooms of the invitation. Raises Invalid, Conflict when they have an account, or NotFound."""
    if newcomers.has_account(db, invitation.email):
        raise Conflict(HAS_ACCOUNT)
    if newcomers.is_name_taken(db, name):
        raise Invalid({"name": NAME_TAKEN})
    if not tickets.use(db, invitation.ticket):
        raise NotFound
    guest = _add(db, invitation, name, username, hashed)
    for room in invitation.rooms:
        room_changes.set_member(db, room, guest, "guest", actor=invitation.inviter)
    invitation.ticket.person_id = guest.id
    if invitation.last_day:
        invitation.ticket.expires_at = datetime.combine(invitation.last_day, time(), UTC) + KEPT_AFTER
    audit.write(db, "guest.joined", guest.username, actor_id=guest.id, address=address)
    return guest


def _add(db: Session, invitation: Invitation, name: str, username: str, hashed: str) -> Person:
    try:
        return people.add(
            db, username=username, name=name, actor_id=invitation.inviter.id, email=invitation.email, is_guest=True,
            password_hash=hashed,
        )  # fmt: skip
    except Conflict as refusal:
        raise Invalid({"username": str(refusal)}) from refusal


def end_stays(db: Session, today: date) -> None:
    """Disables the guests whose last day has passed, each once: an admin may enable one again."""
    for stay in queries.list_stays(db):
        day, guest = queries.last_day(stay), db.get(Person, stay.person_id)
        if day is None or day >= today:
            continue
        stay.data = {**stay.data, "until": None}
        if guest and guest.is_guest:
            people.disable(db, guest)


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Ticket).where(Ticket.kind == newcomers.GUEST, Ticket.person_id == person.id))
