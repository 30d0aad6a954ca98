"""Passkeys (WebAuthn): a device that holds a key, as the second factor or as the whole sign-in."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core import audit
from intranet.core.errors import Conflict, Refused
from intranet.core.forms import N_
from intranet.core.models import Passkey, Person
from intranet.core.signin import factors
from intranet.core.signin.login import PER_ADDRESS, TooManyTries, WrongLogin
from intranet.core.throttle import Throttle
from intranet.kernel import clock
from intranet.kernel.db import Database

MAX_ANSWER = 20_000  # characters of what a browser sends
MOST = 20  # passkeys of one person


class WrongPasskey(WrongLogin):
    """Unknown, not verified, another person's, or for another question."""


class NoPlace(Refused):
    """Browsers make no passkeys for such an address; the message says why."""

    code = "no_passkeys_here"


@dataclass(frozen=True)
class Place:
    """Where passkeys are made for: the name that they are bound to, and the address that the browser must be at."""

    rp_id: str
    origin: str


def place_at(address: str) -> Place:
    """Raises NoPlace: browsers want a name, and https except on localhost."""
    parts = urlsplit(address)
    name = (parts.hostname or "").rstrip(".")
    if not name or _is_number(name):
        raise NoPlace(
            N_("Passkeys need an address with a name, and this one is a number. Open the intranet by its name.")
        )
    if parts.scheme != "https" and name != "localhost" and not name.endswith(".localhost"):
        raise NoPlace(N_("Passkeys need a protected connection, with https in the address."))
    return Place(name, f"{parts.scheme}://{parts.netloc}")


def list_for(db: Session, person_id: int) -> Sequence[Passkey]:
    return db.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def registration(place: Place, person: Person, known: Sequence[Passkey], *, company: str) -> tuple[bytes, str]:
    """A new challenge, and what the browser is asked with it."""
    from intranet.core.signin import ceremony

    return ceremony.registration(place.rp_id, person, known, company=company)


def authentication(place: Place, known: Sequence[Passkey] | None) -> tuple[bytes, str]:
    """A new challenge. Without `known` any passkey of this place will do, and its owner must prove to be there."""
    from intranet.core.signin import ceremony

    return ceremony.authentication(place.rp_id, known)


def add(
    db: Session, person: Person, *, place: Place, challenge: bytes, answer: str, name: str, address: str = ""
) -> list[str]:
    """Keeps a new passkey. Returns recovery codes when there were none. Raises WrongPasskey or Conflict."""
    from intranet.core.signin import ceremony

    if len(list_for(db, person.id)) >= MOST:
        raise Conflict(N_("There are too many passkeys already. Remove one that you do not use."))
    try:
        made = ceremony.verify_new(_short(answer), challenge=challenge, rp_id=place.rp_id, origin=place.origin)
    except ceremony.Broken as error:
        raise WrongPasskey from error
    if db.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise Conflict(N_("This passkey is here already."))
    db.add(
        Passkey(
            person_id=person.id, credential_id=made.credential_id, public_key=made.public_key,
            sign_count=made.sign_count, name=name, transports=made.transports, created_at=clock.now(),
        )
    )  # fmt: skip
    return factors.added(db, person, "passkey", address=address)


def check(db: Session, *, place: Place, challenge: bytes, answer: str, person_id: int | None = None) -> Person:
    """Whose passkey answered. As the whole sign-in (without `person_id`) it must have verified them. Raises WrongPasskey."""
    from intranet.core.signin import ceremony

    try:
        said = ceremony.read(_short(answer))
        found = _owned(db, said.credential_id, person_id)
        sign_count = ceremony.verify(
            said, found, challenge=challenge, rp_id=place.rp_id, origin=place.origin, is_whole=person_id is None
        )
    except ceremony.Broken as error:
        raise WrongPasskey from error
    person = db.get_one(Person, found.person_id)
    if person.disabled_at or (said.handle and said.handle != ceremony.handle(person.id)):
        raise WrongPasskey
    found.sign_count, found.used_at = sign_count, clock.now()
    return person


def sign_in(
    database: Database, throttle: Throttle, *, place: Place, challenge: bytes, answer: str, address: str
) -> Person:
    """The whole sign-in by a passkey, counted as every other. Raises WrongPasskey or TooManyTries."""
    key = "login", f"address:{address}"
    if not throttle.may_try(PER_ADDRESS, *key):
        raise TooManyTries(throttle.seconds_left(PER_ADDRESS, *key))
    try:
        with database.write() as db:
            return check(db, place=place, challenge=challenge, answer=answer)
    except WrongPasskey:
        throttle.count(PER_ADDRESS, *key)
        with database.write() as db:
            audit.write(db, "signin.failed", "", address=address, door="passkey")
        raise


def remove(db: Session, person: Person, passkey_id: int, *, address: str = "") -> bool:
    """False when there is none of theirs with that id."""
    found = db.get(Passkey, passkey_id)
    if found is None or found.person_id != person.id:
        return False
    db.delete(found)
    factors.removed(db, person, "passkey", address=address)
    return True


def _owned(db: Session, credential_id: str, person_id: int | None) -> Passkey:
    found = db.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if found is None or person_id not in (None, found.person_id):
        raise WrongPasskey
    return found


def _short(answer: str) -> str:
    if not answer or len(answer) > MAX_ANSWER:
        raise WrongPasskey
    return answer


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
