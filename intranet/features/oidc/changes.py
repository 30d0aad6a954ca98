"""Who it is that the provider names, and every write that comes of it. Inside the caller's transaction."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.oidc.claims import Claims, NotLetIn
from intranet.plugin_api import N_, Conflict, Invalid, Person, audit, caps, clean_line, newcomers, people

SUBJECT_CAP = 255
OTHERS = N_("This account is connected with somebody else here.")
CONNECTED = N_("You are connected already. Disconnect first.")
ONLY_WAY = N_("This is your only way in, so it stays.")


def let_in(db: Session, claims: Claims, *, adds_people: bool, address: str) -> Person:
    """The person that the provider names: known, connected now, or added. Raises NotLetIn with the cause."""
    person = _connected(db, claims) or _of_the_directory(db, claims, address) or _added(db, claims, adds_people)
    if person.disabled_at or person.erased_at:
        raise NotLetIn("the account is disabled")
    return person


def connect(db: Session, person: Person, claims: Claims, *, address: str) -> None:
    """The signed-in person connects their own account. Raises Conflict."""
    known = _connected(db, claims)
    if known and known.id != person.id:
        raise Conflict(OTHERS)
    if person.oidc_subject and known is None:
        raise Conflict(CONNECTED)
    _connect(db, person, claims, address)


def disconnect(db: Session, person: Person, *, address: str) -> None:
    """Raises Conflict when nothing else lets the person in."""
    if person.password_hash is None and person.directory_id is None:
        raise Conflict(ONLY_WAY)
    people.change(db, person, oidc_subject=None)
    audit.write(db, "oidc.disconnected", person.username, actor_id=person.id, address=address)


def _connected(db: Session, claims: Claims) -> Person | None:
    return db.scalar(select(Person).where(Person.oidc_subject == stored(claims.subject)))


def _of_the_directory(db: Session, claims: Claims, address: str) -> Person | None:
    """The one enabled person with this address, if their account is the directory's. Never one with a password of ours.

    Compared letter by letter in ASCII: other letters fold into ours, and addresses of others would match.
    """
    if not claims.email or not claims.email.isascii():
        return None
    query = select(Person).where(func.lower(Person.email) == claims.email.lower(), Person.disabled_at.is_(None))
    found = db.scalars(query).all()
    if not found:
        return None
    person = found[0]
    if len(found) > 1 or not person.directory_id or person.password_hash:
        raise NotLetIn("the address is that of an account whose owner has not connected it")
    if person.oidc_subject:
        raise NotLetIn("the account with this address is connected with another subject")
    _connect(db, person, claims, address)
    return person


def _added(db: Session, claims: Claims, adds_people: bool) -> Person:
    if not adds_people:
        raise NotLetIn("nobody here is connected with this subject")
    if newcomers.has_account(db, claims.email):
        raise NotLetIn("the address belongs to somebody already")
    try:
        return people.add(
            db, username=claims.username, name=_name(claims), email=claims.email, oidc_subject=stored(claims.subject)
        )
    except (Conflict, Invalid) as refusal:
        reason = "taken" if isinstance(refusal, Conflict) else "unusable"
        raise NotLetIn(f"the provider's user name is {reason}") from refusal


def _name(claims: Claims) -> str:
    try:
        return clean_line(claims.name[: caps.LINE], caps.LINE) or claims.username
    except ValueError:
        return claims.username


def _connect(db: Session, person: Person, claims: Claims, address: str) -> None:
    if person.oidc_subject != stored(claims.subject):
        people.change(db, person, oidc_subject=stored(claims.subject))
        audit.write(db, "oidc.connected", person.username, actor_id=person.id, address=address)


def stored(subject: str) -> str:
    """Issuer and subject as one value that fits its column."""
    if len(subject) <= SUBJECT_CAP:
        return subject
    return "sha256:" + hashlib.sha256(subject.encode()).hexdigest()
