"""People who come in by a code: an access card for who has no email, an invitation for a guest.

Guessing is held back for all doors together: by address, and by kind of code for who has many addresses.
"""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core import audit, people, tickets
from intranet.core.errors import Forbidden, Invalid, NotFound
from intranet.core.forms import N_
from intranet.core.models import Person, Room, Ticket
from intranet.core.rooms import queries as rooms
from intranet.core.rooms.queries import SeenRoom
from intranet.core.signin import login, passwords
from intranet.core.signin.login import TooManyTries
from intranet.core.throttle import Throttle
from intranet.kernel.db import Database

CARD, GUEST = "card", "guest"
DOORS = {CARD: "/card/", GUEST: "/guest/"}
ROOM_KINDS = ("company", "team", "channel")
DAYS, MAX_DAYS = 14, 60
PER_ADDRESS = "20 per 5 minute"
PER_KIND = "300 per 5 minute"
CODE_CAP = 100
NAME_CAP = 60
NOT_HERE = N_("Only a keeper of the room or an admin can do this, and only while the room is in use.")
BAD_DAYS = N_("Choose 1 to 60 days.")


def keepers_may(values: Mapping[str, Any]) -> bool:
    """Whether the house, by its values, lets keepers bring newcomers into their rooms."""
    return bool(values.get("people.keepers_add_people", True))


def may_add(person: Person, room: Room, role: str | None, *, keepers_may: bool) -> bool:
    """Whether the person may bring newcomers into the room. Admins always may, keepers when the house allows it."""
    is_usable = room.kind in ROOM_KINDS and not room.archived_at and not room.removed_at
    may = person.is_admin or (keepers_may and role == "keeper")
    return is_usable and may and not person.is_guest and not person.disabled_at


def may_add_to(person: Person, seen: SeenRoom, *, keepers_may: bool) -> bool:
    return seen.may_read and may_add(person, seen.room, seen.role, keepers_may=keepers_may)


def fetch_room(db: Session, viewer: Person, slug: str, *, keepers_may: bool) -> SeenRoom:
    """A room into which the viewer may bring newcomers. Raises NotFound or Forbidden."""
    seen = rooms.find_readable(db, viewer, slug=slug)
    if seen is None or seen.room.kind not in ROOM_KINDS:
        raise NotFound
    if not may_add_to(viewer, seen, keepers_may=keepers_may):
        raise Forbidden(NOT_HERE)
    return seen


def lasting(days: int) -> timedelta:
    """Raises Invalid."""
    if not 1 <= days <= MAX_DAYS:
        raise Invalid({"days": BAD_DAYS})
    return timedelta(days=days)


def find_ticket(db: Session, code: str, kinds: tuple[str, ...] = (CARD, GUEST)) -> Ticket | None:
    """The ticket behind a code that may still be used."""
    found = (tickets.find(db, kind, code) for kind in kinds if 0 < len(code) <= CODE_CAP)
    return next((ticket for ticket in found if ticket), None)


def refuse_floods(throttle: Throttle, kind: str, address: str) -> None:
    """Raises TooManyTries."""
    for rate, *key in _counters(kind, address):
        if not throttle.may_try(rate, *key):
            raise TooManyTries(throttle.seconds_left(rate, *key))


def note_wrong(database: Database, throttle: Throttle, kind: str, address: str) -> None:
    """Counts a code that opened nothing. The code itself is not kept: it may be nearly right."""
    for rate, *key in _counters(kind, address):
        throttle.count(rate, *key)
    with database.write() as db:
        audit.write(db, "code.failed", kind, address=address)


def _counters(kind: str, address: str) -> tuple[tuple[str, str, str], ...]:
    """Rate and key of each; a wrong code counts as a wrong password too."""
    by_address = f"address:{address}"
    return (
        (PER_ADDRESS, "code", by_address),
        (PER_KIND, "code", f"kind:{kind}"),
        (login.PER_ADDRESS, "login", by_address),
    )


def hash_new_password(new: str, again: str) -> str:
    """The chosen password, hashed. Raises Invalid. Slow on purpose, so never inside a transaction."""
    passwords.check_new(new, again)
    return passwords.hash_password(new)


def suggest_username(db: Session, name: str) -> str:
    """A free user name made of the name: `Zoë Łuc` gives `zoe.luc`. Empty when its letters are not Latin."""
    letters = "".join(each if each.isalnum() or each in "-." else " " if each.isspace() else "" for each in name)
    plain = people.plain_username(" ".join(letters.split())[:NAME_CAP].strip(" -."))
    return people.free_username(db, plain) if plain else ""


def is_name_taken(db: Session, name: str) -> bool:
    """Whether someone's name reads the same: case, accents' spelling, spaces and marks do not count."""
    return _read(name) in {_read(each) for each in db.scalars(select(Person.name).where(Person.erased_at.is_(None)))}


def _read(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum())


def has_account(db: Session, email: str) -> bool:
    """Whether the address is somebody's, in whatever case it is written."""
    return bool(email) and bool(people_with(db, email))


def people_with(db: Session, email: str) -> list[Person]:
    """Everyone with that address, disabled people too."""
    address = people.normal_username(email)
    known = db.scalars(select(Person).where(Person.email != ""))
    return [person for person in known if people.normal_username(person.email) == address]
