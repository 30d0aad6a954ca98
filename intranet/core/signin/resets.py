"""A forgotten local password: a link that works once, sent to the address that we hold and to no other."""

from datetime import timedelta

from sqlalchemy.orm import Session

from intranet.core import audit, people, sessions, tickets, tokens
from intranet.core.errors import NotFound
from intranet.core.models import Person, Ticket
from intranet.core.signin.login import PER_ADDRESS, TooManyTries
from intranet.core.throttle import Throttle
from intranet.kernel import events

KIND = "reset"
LASTS = timedelta(hours=1)


def find_receiver(db: Session, typed: str) -> Person | None:
    """Who gets a letter: somebody who may sign in and whose address we know."""
    found = people.find_by_login(db, typed)
    return found if found and found.email and not found.disabled_at else None


def is_ours(person: Person) -> bool:
    """Whether the password is kept here: else the directory or the OpenID provider has it."""
    return person.directory_id is None and (person.oidc_subject is None or person.password_hash is not None)


def issue(db: Session, person: Person) -> str:
    """The code of the one link that counts; earlier ones are worthless."""
    withdraw(db, person.id)
    audit.write(db, "password.reset_asked", person.username)
    return tickets.issue(db, KIND, lasts=LASTS, person=person, address=person.email)[1]


def find(db: Session, code: str) -> Ticket:
    """Raises NotFound."""
    ticket = tickets.find(db, KIND, code[:200])
    person = db.get(Person, ticket.person_id) if ticket else None
    if ticket is None or person is None or person.disabled_at or not is_ours(person):
        raise NotFound
    if ticket.data.get("address") != person.email:  # it was sent to an address that is no longer theirs
        raise NotFound
    return ticket


def find_counted(db: Session, throttle: Throttle, code: str, *, address: str) -> Ticket:
    """The same for strangers: wrong codes count as wrong passwords do. Raises NotFound or TooManyTries."""
    key = "login", f"address:{address}"
    if not throttle.may_try(PER_ADDRESS, *key):
        raise TooManyTries(throttle.seconds_left(PER_ADDRESS, *key))
    try:
        return find(db, code)
    except NotFound:
        throttle.count(PER_ADDRESS, *key)
        raise


def use(db: Session, code: str, password_hash: str, *, with_tokens: bool, address: str = "") -> None:
    """Sets the password and signs the person out everywhere. Raises NotFound."""
    ticket = find(db, code)
    if not tickets.use(db, ticket):
        raise NotFound
    person = db.get_one(Person, ticket.person_id)
    set_password(db, person, password_hash, with_tokens=with_tokens)
    audit.write(db, "password.reset", person.username, actor_id=person.id, address=address)


def set_password(
    db: Session, person: Person, password_hash: str, *, with_tokens: bool, except_session: int | None = None
) -> None:
    """A new password ends what the old one opened. Tokens are not made by it, and go only when that is wished."""
    person.password_hash, person.must_change_password = password_hash, False
    events.record(db, "password.changed", person_id=person.id)
    sessions.end_all(db, person.id, except_id=except_session)
    withdraw(db, person.id)
    if with_tokens:
        tokens.revoke_all(db, person.id)


def withdraw(db: Session, person_id: int) -> None:
    tickets.withdraw(db, KIND, person_id=person_id)
