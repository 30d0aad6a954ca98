"""What admins do to accounts: all that were named or none, and somebody who administers is always left."""

import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from intranet.core import audit, people, sessions, tickets
from intranet.core.errors import Conflict, NotFound
from intranet.core.forms import N_
from intranet.core.models import DirectoryAccount, Person, Throttle
from intranet.core.signin import resets
from intranet.kernel.folding import folded

Role = Literal["admin", "person", "guest"]
ONESELF = N_("You cannot take the administration from yourself. Another admin can.")
BY_RULE = N_("A rule of the directory gives this role. Change the rule instead.")
NOT_LOCAL = N_("This password is kept in the directory or by the OpenID provider, and changed there.")
PASSWORD_GROUPS = 4
WINDOW = "LIMITER/login/name:"


@dataclass(frozen=True)
class Held:
    """A name that may not be tried any more for now."""

    name: str
    until: datetime


def fetch(db: Session, person_id: int) -> Person:
    """Anyone but a placeholder. Raises NotFound."""
    person = db.get(Person, person_id)
    if person is None or person.erased_at:
        raise NotFound
    return person


def fetch_all(db: Session, ids: Collection[int]) -> Sequence[Person]:
    """All of them, by name. Raises NotFound when one of the ids is nobody's: then nothing is done to anyone."""
    wanted = set(ids)
    query = select(Person).where(Person.id.in_(wanted), Person.erased_at.is_(None))
    found = db.scalars(query.order_by(folded(Person.name), Person.id)).all()
    if not found or len(found) != len(wanted):
        raise NotFound
    return found


def role_of(person: Person) -> Role:
    return "admin" if person.is_admin else "guest" if person.is_guest else "person"


def has_ruled_role(db: Session, person: Person) -> bool:
    """Whether a rule of the directory says what this person may do."""
    account = db.get(DirectoryAccount, person.id)
    return bool(account and account.role)


def disable(db: Session, chosen: Sequence[Person], *, actor: Person, address: str) -> None:
    """Raises Conflict when the actor is among them, or no admin would be left."""
    _keep_an_admin(db, chosen, actor)
    for person in chosen:
        people.disable(db, person, actor_id=actor.id, address=address)


def enable(db: Session, chosen: Sequence[Person], *, actor: Person) -> None:
    for person in chosen:
        people.enable(db, person, actor_id=actor.id)


def set_role(db: Session, chosen: Sequence[Person], role: Role, *, actor: Person, address: str) -> None:
    """Raises Conflict when a rule of the directory says otherwise, or no admin would be left."""
    differing = [person for person in chosen if role_of(person) != role]
    if role != "admin":
        _keep_an_admin(db, [person for person in differing if person.is_admin], actor)
    if any(has_ruled_role(db, person) for person in differing):
        raise Conflict(BY_RULE)
    for person in differing:
        people.change(db, person, is_admin=role == "admin")
        people.set_guest(db, person, is_guest=role == "guest")
        audit.write(db, "person.role", person.username, actor_id=actor.id, address=address, role=role)


def sign_out(db: Session, chosen: Sequence[Person], *, actor: Person, address: str) -> None:
    for person in chosen:
        sessions.end_all(db, person.id)
        audit.write(db, "sessions.ended", person.username, actor_id=actor.id, address=address)


def require_new_password(db: Session, chosen: Sequence[Person], *, actor: Person, address: str) -> None:
    """They choose a new password when they sign in next. Raises Conflict for accounts of the directory."""
    if not all(resets.is_ours(person) for person in chosen):
        raise Conflict(NOT_LOCAL)
    for person in chosen:
        people.change(db, person, must_change_password=True)
        sessions.end_all(db, person.id)
        audit.write(db, "password.required", person.username, actor_id=actor.id, address=address)


def new_password() -> str:
    """Four groups that are easy to read out: 78 bits."""
    letters = "".join(secrets.choice(tickets.ALPHABET) for _ in range(4 * PASSWORD_GROUPS))
    return tickets.grouped(letters).lower()


def set_one_time_password(db: Session, person: Person, hashed: str, *, actor: Person, address: str) -> None:
    """It must be changed at the next sign-in. Raises Conflict for accounts of the directory."""
    if not resets.is_ours(person):
        raise Conflict(NOT_LOCAL)
    resets.set_password(db, person, hashed, with_tokens=False)
    people.change(db, person, must_change_password=True)
    audit.write(db, "password.set", person.username, actor_id=actor.id, address=address, once=True)


def list_held(db: Session) -> Sequence[Held]:
    """The names with too many wrong passwords, those that wait longest first."""
    rows = db.scalars(_windows().where(Throttle.expires_at > time.time()).order_by(Throttle.expires_at.desc()))
    full = [(row, *_read_window(row.key)) for row in rows]
    return [Held(name, datetime.fromtimestamp(row.expires_at, UTC)) for row, name, cap in full if row.count >= cap]


def let_in(db: Session, name: str, *, actor: Person, address: str) -> None:
    """The name may be tried again at once. Raises NotFound when it is not held."""
    if name not in {held.name for held in list_held(db)}:
        raise NotFound
    keys = [row.key for row in db.scalars(_windows()) if _read_window(row.key)[0] == name]
    db.execute(delete(Throttle).where(Throttle.key.in_(keys)))
    audit.write(db, "signin.allowed", name, actor_id=actor.id, address=address)


def _windows() -> Select[Throttle]:
    return select(Throttle).where(Throttle.key.startswith(WINDOW, autoescape=True))


def _read_window(key: str) -> tuple[str, int]:
    """The name and the cap in a key of the limits library: `LIMITER/login/name:ines/10/5/minute`."""
    name, cap, _multiple, _unit = key.removeprefix(WINDOW).rsplit("/", 3)
    return name, int(cap)


def _keep_an_admin(db: Session, losing: Sequence[Person], actor: Person) -> None:
    """The actor is read anew: another admin may have been faster."""
    people.keep_one_admin(db, [person.id for person in losing])
    if actor.id in {person.id for person in losing}:
        raise Conflict(ONESELF)
    standing = db.get(Person, actor.id)
    if standing is None or not standing.is_admin or standing.disabled_at:
        raise NotFound
