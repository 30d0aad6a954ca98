"""Every write of codes. Each function works inside the caller's transaction."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from intranet.features.invites import queries
from intranet.features.invites.models import Invite, InviteUse
from intranet.features.invites.queries import HeldInvite, SeenInvite
from intranet.features.invites.rules import State, Terms
from intranet.plugin_api import (
    N_,
    Conflict,
    Forbidden,
    Person,
    SeenRoom,
    audit,
    clock,
    once,
    room_changes,
    room_queries,
    sessions,
)

KIND = "invite"
WORKING = 20
TOO_MANY = N_("This room has 20 codes that work. Stop one of them first.")
NOT_FOR_GUESTS = N_("This code is not for guests. Ask whoever gave it to you.")
Came = Literal["in", "asked"] | State


def add(
    db: Session, actor: Person, seen: SeenRoom, terms: Terms, *, code: str, sealed: str, key: str | None
) -> tuple[Invite, bool]:
    """The code, and whether it is a new one: the same key gives the same again. Raises Conflict."""
    known = once.find(db, actor.id, key, KIND)
    if known and (invite := db.get(Invite, known)) and invite.room_id == seen.room.id:
        return invite, False
    if queries.count_working(db, seen.room.id) >= WORKING:
        raise Conflict(TOO_MANY)
    now = clock.now()
    invite = Invite(
        room_id=seen.room.id, code_hash=sessions.hash_token(code), code_sealed=sealed, created_by=actor.id,
        created_at=now, ends_at=now + terms.lasts if terms.lasts else None, **_stored(terms),
    )  # fmt: skip
    db.add(invite)
    db.flush()
    once.keep(db, actor.id, key, KIND, invite.id)
    audit.write(db, "invite.made", seen.room.slug, actor_id=actor.id, invite=invite.id)
    return invite, True


def change(db: Session, actor: Person, seen: SeenRoom, invite: Invite, terms: Terms, *, keeps_end: bool) -> None:
    """Other terms for the same code. A new time counts from now. Raises Conflict for one that was stopped."""
    if invite.stopped_at:
        raise Conflict(N_("This code was stopped. Make a new one."))
    wanted: dict[str, Any] = _stored(terms)
    if not keeps_end:
        wanted["ends_at"] = clock.now() + terms.lasts if terms.lasts else None
    differing = {name: value for name, value in wanted.items() if getattr(invite, name) != value}
    for name, value in differing.items():
        setattr(invite, name, value)
    if differing:
        audit.write(db, "invite.changed", seen.room.slug, actor_id=actor.id, invite=invite.id, fields=sorted(differing))


def _stored(terms: Terms) -> dict[str, Any]:
    return {
        "max_uses": terms.max_uses, "needs_approval": terms.needs_approval, "shows_history": terms.shows_history,
        "for_guests": terms.for_guests,
    }  # fmt: skip


def stop(db: Session, actor: Person, seen: SeenRoom, found: SeenInvite) -> None:
    """From now on nobody comes in with it; stopping twice is no error."""
    if found.invite.stopped_at is None:
        found.invite.stopped_at = clock.now()
        audit.write(db, "invite.stopped", seen.room.slug, actor_id=actor.id, invite=found.invite.id)


def come(db: Session, held: HeldInvite, person: Person, words: str) -> Came:
    """Lets the person in or puts their wish before the keepers; or says why the code does not work. Raises Forbidden."""
    if queries.is_in(db, held, person):
        return "in"
    refuse_guests(held, person)
    state = queries.state_for(db, held, person)
    if state != "open":
        return state
    asks = queries.must_ask(db, held, person)
    shows = held.invite.shows_history
    if asks:
        seen = SeenRoom(held.room, None, may_read=False)
        room_changes.ask_to_join(db, seen, person, words, sees_history=shows)
    else:
        role = "guest" if person.is_guest else "member"
        room_changes.set_member(db, held.room, person, role, actor=person, sees_history=shows)
    _note(db, held, person, "asked" if asks else "joined")
    return "asked" if asks else "in"


def refuse_guests(held: HeldInvite, person: Person) -> None:
    """Raises Forbidden."""
    if person.is_guest and not held.invite.for_guests:
        raise Forbidden(NOT_FOR_GUESTS)


def _note(db: Session, held: HeldInvite, person: Person, state: str) -> None:
    use = queries.find_use(db, held, person)
    if use and use.state == state == "asked":
        return
    db.merge(InviteUse(invite_id=held.invite.id, person_id=person.id, at=clock.now(), state=state))
    audit.write(db, "invite.used", held.room.slug, actor_id=person.id, invite=held.invite.id, state=state)


def note_answer(db: Session, room_id: int, person_id: int, *, let_in: bool) -> None:
    """A keeper answered. Whoever asked again meanwhile waits for the next answer."""
    if not let_in and room_queries.find_request(db, room_id, person_id):
        return
    theirs = select(Invite.id).where(Invite.room_id == room_id)
    asked = (InviteUse.person_id == person_id, InviteUse.state == "asked", InviteUse.invite_id.in_(theirs))
    db.execute(update(InviteUse).where(*asked).values(state="joined" if let_in else "declined"))


def tidy(db: Session, before: datetime) -> None:
    """Forgets codes that do not work for that long already, with who came by them."""
    db.execute(delete(Invite).where(or_(Invite.ends_at < before, Invite.stopped_at < before)))


def forget(db: Session, person: Person) -> None:
    db.execute(delete(InviteUse).where(InviteUse.person_id == person.id))
    db.execute(update(Invite).where(Invite.created_by == person.id).values(created_by=None))
