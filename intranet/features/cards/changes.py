"""Every write of access cards. Each function works inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from intranet.features.cards import queries
from intranet.features.cards.queries import HeldCard
from intranet.plugin_api import (
    N_,
    Conflict,
    Invalid,
    NotFound,
    Person,
    SeenRoom,
    audit,
    clock,
    newcomers,
    once,
    people,
    resets,
    room_changes,
    tickets,
)

NO_LETTERS = N_("Give a user name too: none can be made from this name.")


@dataclass(frozen=True)
class PrintedCard:
    """What stands on a card. The code is known here and nowhere else."""

    name: str
    username: str
    code: str
    ends_at: datetime


def add_people(
    db: Session, actor: Person, seen: SeenRoom, names: Sequence[tuple[str, str]], *, lasts: timedelta, key: str | None
) -> list[PrintedCard]:
    """An account and a card for each name, or for none of them. Empty when the key was used before. Raises Invalid."""
    if once.find(db, actor.id, key, newcomers.CARD):
        return []
    added = [_add_person(db, actor, name, username) for name, username in names]
    for person in added:
        room_changes.set_member(db, seen.room, person, "member", actor=actor)
    once.keep(db, actor.id, key, newcomers.CARD, added[0].id)
    return [_print(db, actor, seen, person, lasts) for person in added]


def renew(
    db: Session, actor: Person, seen: SeenRoom, usernames: Sequence[str], *, lasts: timedelta
) -> list[PrintedCard]:
    """New cards; the old ones are worthless from now on. Raises NotFound or Forbidden."""
    found = [queries.fetch_for_card(db, actor, seen, username) for username in usernames]
    return [_print(db, actor, seen, person, lasts) for person in found]


def withdraw(db: Session, actor: Person, seen: SeenRoom, username: str) -> None:
    """The card ends now; the account stays, and a new card can be printed for it. Raises NotFound."""
    waiting = [each for each in queries.list_waiting(db, seen) if each.person.username == username]
    if not waiting:
        raise NotFound
    for each in waiting:
        each.ticket.expires_at = clock.now()
    audit.write(db, "card.withdrawn", username, actor_id=actor.id, room=seen.room.slug)


def use(db: Session, code: str, hashed: str, *, address: str) -> HeldCard:
    """The card's one use: its holder has this password now. Of two at once, one wins. Raises NotFound."""
    held = queries.find_held(db, code)
    if held is None or not tickets.use(db, held.ticket):
        raise NotFound
    resets.set_password(db, held.person, hashed, with_tokens=False)
    audit.write(db, "card.used", held.person.username, actor_id=held.person.id, address=address)
    return held


def _add_person(db: Session, actor: Person, name: str, username: str) -> Person:
    wanted = username or newcomers.suggest_username(db, name)
    if not wanted:
        raise Invalid({"username": NO_LETTERS})
    try:
        return people.add(db, username=wanted, name=name, actor_id=actor.id)
    except Conflict as refusal:
        raise Invalid({"username": str(refusal)}) from refusal


def _print(db: Session, actor: Person, seen: SeenRoom, person: Person, lasts: timedelta) -> PrintedCard:
    tickets.withdraw(db, newcomers.CARD, person_id=person.id)
    ticket, code = tickets.issue(
        db, newcomers.CARD, lasts=lasts, is_typed=True, person=person, room=seen.room, created_by=actor,
        resets=person.password_hash is not None,
    )  # fmt: skip
    audit.write(db, "card.printed", person.username, actor_id=actor.id, room=seen.room.slug)
    return PrintedCard(person.name, person.username, code, ticket.expires_at)
