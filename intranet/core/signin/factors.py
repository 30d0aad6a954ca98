"""The second factor: six digits from an app (RFC 6238), and recovery codes for who lost it."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from intranet.core import audit, people, sessions, tickets
from intranet.core.errors import Conflict, Invalid
from intranet.core.forms import N_
from intranet.core.models import Passkey, Person, RecoveryCode, TotpSecret
from intranet.core.sessions import hash_token
from intranet.core.signin.login import TooManyTries, WrongLogin
from intranet.core.throttle import Throttle
from intranet.kernel import clock, events
from intranet.kernel.db import Database
from intranet.kernel.vault import Unreadable, Vault

PER_PERSON = "5 per 5 minute"
RECOVERY_CODES = 10
DRIFT = (-1, 0, 1)  # a clock may be one code behind or ahead
MAX_TYPED = 40
log = logging.getLogger(__name__)
WRONG = N_("This code is not the one that your app shows now.")


class WrongCode(WrongLogin):
    """Unknown, used before, or too old: the answer is always this one."""


def begin_totp(db: Session, vault: Vault, person_id: int) -> None:
    """Makes a secret that counts for nothing until a first code has confirmed it. Raises Conflict."""
    found = db.get(TotpSecret, person_id)
    if found and found.confirmed_at:
        raise Conflict(N_("An app is set up already. Remove it first."))
    sealed = vault.seal(pyotp.random_base32())
    db.merge(TotpSecret(person_id=person_id, sealed=sealed, last_counter=0, confirmed_at=None))


def unconfirmed_secret(db: Session, vault: Vault, person_id: int) -> str | None:
    found = db.get(TotpSecret, person_id)
    return _open(found, vault) if found and not found.confirmed_at else None


def address_of(secret: str, *, username: str, company: str) -> str:
    """What an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=company.replace(":", " "))


def confirm_totp(db: Session, vault: Vault, person: Person, typed: str, *, address: str = "") -> list[str]:
    """From now on the app counts. Returns recovery codes when there were none. Raises Invalid."""
    found = db.get(TotpSecret, person.id)
    if found is None or found.confirmed_at or not _use_totp(found, vault, typed):
        raise Invalid({"code": WRONG})
    found.confirmed_at = clock.now()
    return added(db, person, "totp", address=address)


def has_totp(db: Session, person_id: int) -> bool:
    found = db.get(TotpSecret, person_id)
    return found is not None and found.confirmed_at is not None


def remove_totp(db: Session, person: Person, *, address: str = "") -> bool:
    found = db.get(TotpSecret, person.id)
    if found is None:
        return False
    db.delete(found)
    if found.confirmed_at:
        removed(db, person, "totp", address=address)
    return True


def added(db: Session, person: Person, what: str, *, address: str = "") -> list[str]:
    """To be called after any second factor was added: keeps `has_second_factor` true, and a way back."""
    settle(db, person)
    events.record(db, "factor.added", person_id=person.id)
    audit.write(db, "factor.added", person.username, actor_id=person.id, address=address, what=what)
    return [] if count_recovery_codes(db, person.id) else _make_recovery_codes(db, person.id)


def removed(db: Session, person: Person, what: str, *, address: str = "") -> None:
    """To be called after any second factor was removed."""
    settle(db, person)
    events.record(db, "factor.removed", person_id=person.id)
    audit.write(db, "factor.removed", person.username, actor_id=person.id, address=address, what=what)


def settle(db: Session, person: Person) -> None:
    """Recovery codes alone are no factor: they go with the last one."""
    db.flush()
    confirmed = select(TotpSecret.person_id).where(
        TotpSecret.person_id == person.id, TotpSecret.confirmed_at.is_not(None)
    )
    passkey = select(Passkey.id).where(Passkey.person_id == person.id).limit(1)
    has_one = db.scalar(confirmed) is not None or db.scalar(passkey) is not None
    people.change(db, person, has_second_factor=has_one)
    if not has_one:
        db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def reset(db: Session, person: Person, *, actor_id: int | None = None, address: str = "") -> None:
    """For who lost everything: takes all second factors away and ends every session."""
    for table in (TotpSecret, Passkey, RecoveryCode):
        db.execute(delete(table).where(table.person_id == person.id))
    settle(db, person)
    sessions.end_all(db, person.id)
    events.record(db, "factor.removed", person_id=person.id)
    audit.write(db, "factor.reset", person.username, actor_id=actor_id, address=address)


def count_recovery_codes(db: Session, person_id: int) -> int:
    """Those that are left."""
    query = select(func.count(RecoveryCode.id)).where(RecoveryCode.person_id == person_id)
    return db.scalar(query.where(RecoveryCode.used_at.is_(None))) or 0


def renew_recovery_codes(db: Session, person: Person, *, address: str = "") -> list[str]:
    """Ten new ones; the old ones are worthless from then on."""
    if not person.has_second_factor:
        raise Conflict(N_("Set up a second factor first."))
    audit.write(db, "factor.codes_renewed", person.username, actor_id=person.id, address=address)
    return _make_recovery_codes(db, person.id)


def check(
    database: Database, throttle: Throttle, vault: Vault, person: Person, typed: str, *, address: str, door: str
) -> None:
    """Uses up the typed code, of the app or of recovery. Raises WrongCode or TooManyTries."""
    with guarded(database, throttle, person, address=address, door=door), database.write() as db:
        found = db.get(TotpSecret, person.id)
        by_app = found is not None and found.confirmed_at is not None and _use_totp(found, vault, typed)
        if not by_app and not _use_recovery_code(db, person, typed, address):
            raise WrongCode


@contextmanager
def guarded(database: Database, throttle: Throttle, person: Person, *, address: str, door: str) -> Iterator[None]:
    """Counts the try before it is made, so that many at once are many; success forgets them. Raises TooManyTries."""
    key = "factor", f"person:{person.id}"
    if not throttle.may_try(PER_PERSON, *key):
        raise TooManyTries(throttle.seconds_left(PER_PERSON, *key))
    throttle.count(PER_PERSON, *key)
    try:
        yield
    except WrongLogin:
        with database.write() as db:
            audit.write(db, "factor.failed", person.username, actor_id=person.id, address=address, door=door)
        raise
    throttle.forget(PER_PERSON, *key)


def _use_totp(found: TotpSecret, vault: Vault, typed: str) -> bool:
    """Each code counts once, and none that is older than the last one used."""
    digits = "".join(typed[:MAX_TYPED].split())
    secret = _open(found, vault)
    if secret is None:
        return False
    totp = pyotp.TOTP(secret)
    now = int(clock.now().timestamp()) // totp.interval
    for counter in (now + drift for drift in DRIFT):
        if counter > found.last_counter and secrets.compare_digest(
            totp.generate_otp(counter).encode(), digits.encode()
        ):
            found.last_counter = counter
            return True
    return False


def _open(found: TotpSecret, vault: Vault) -> str | None:
    """None after the box's key was exchanged: recovery codes still work, and a new app can be set up."""
    try:
        return vault.open(found.sealed)
    except Unreadable as error:
        log.error("the second factor of person %d: %s", found.person_id, error)
        return None


def _make_recovery_codes(db: Session, person_id: int) -> list[str]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [
        "".join(secrets.choice(tickets.ALPHABET) for _ in range(tickets.TYPED_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    db.add_all(RecoveryCode(person_id=person_id, code_hash=_hash_recovery_code(person_id, code)) for code in codes)
    return [tickets.grouped(code) for code in codes]


def _use_recovery_code(db: Session, person: Person, typed: str, address: str) -> bool:
    code = "".join(each for each in typed[:MAX_TYPED].upper() if each.isalnum())
    mine = (
        RecoveryCode.person_id == person.id,
        RecoveryCode.code_hash == _hash_recovery_code(person.id, code),
        RecoveryCode.used_at.is_(None),
    )
    used = db.execute(update(RecoveryCode).where(*mine).values(used_at=clock.now()))
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return False
    audit.write(db, "factor.code_used", person.username, actor_id=person.id, address=address)
    return True


def _hash_recovery_code(person_id: int, code: str) -> str:
    """With the person's id, so that one guess tries one person's codes and not everybody's."""
    return hash_token(f"recovery {person_id} {code}")
