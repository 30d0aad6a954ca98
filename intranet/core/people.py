"""People: found, listed, added, changed, disabled."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from intranet.core import audit, sessions
from intranet.core.errors import Conflict, Invalid
from intranet.core.forms import N_
from intranet.core.models import Membership, Person, Room
from intranet.kernel import clock, events

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


def normal_username(typed: str) -> str:
    """The one spelling of a user name: compatibility characters folded, lower case, no spaces around."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def find_by_username(db: Session, username: str) -> Person | None:
    return db.scalar(select(Person).where(Person.username == normal_username(username)[:64]))


def find_by_login(db: Session, typed: str) -> Person | None:
    """By user name, or by an e-mail address that exactly one person has."""
    if found := find_by_username(db, typed):
        return found
    address = normal_username(typed)[:254]
    if "@" not in address:
        return None
    rows = db.scalars(select(Person).where(func.lower(Person.email) == address).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def find_by_directory_id(db: Session, directory_id: str) -> Person | None:
    return db.scalar(select(Person).where(Person.directory_id == directory_id))


def by_ids(db: Session, ids: Iterable[int]) -> dict[int, Person]:
    wanted = set(ids)
    if not wanted:
        return {}
    return {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(wanted)))}


def list_people(db: Session, viewer: Person, *, text: str = "", after: str = "", limit: int = 50) -> Sequence[Person]:
    """People who may sign in and whom the viewer may see, by user name; `text` is part of a name, title or department."""
    query = select(Person).where(Person.disabled_at.is_(None), Person.username > after)
    if viewer.is_guest:
        mine = select(Membership.room_id).where(Membership.person_id == viewer.id)
        query = query.where(Person.id.in_(select(Membership.person_id).where(Membership.room_id.in_(mine))))
    for word in text.split()[:5]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (Person.name, Person.username, Person.title, Person.department)
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in columns)))
    return db.scalars(query.order_by(Person.username).limit(limit)).all()


def may_see(db: Session, viewer: Person, person: Person) -> bool:
    """Guests see only the people they share a room with."""
    if not viewer.is_guest or viewer.id == person.id:
        return True
    mine = select(Membership.room_id).where(Membership.person_id == viewer.id)
    shared = select(Membership.room_id).where(Membership.person_id == person.id, Membership.room_id.in_(mine))
    return db.scalar(shared.limit(1)) is not None


def add(db: Session, *, username: str, name: str, actor_id: int | None = None, **fields: Any) -> Person:
    """Adds a person and brings them into the company's rooms. Raises Invalid or Conflict."""
    username = normal_username(username)
    if not USERNAME.fullmatch(username):
        raise Invalid({"username": N_("Use letters, digits, dots and dashes, at most 64.")})
    if find_by_username(db, username):
        raise Conflict(N_("This user name is taken."))
    person = Person(username=username, name=name.strip() or username, created_at=clock.now(), **fields)
    db.add(person)
    db.flush()
    if not person.is_guest:
        _join_company_rooms(db, person)
    events.record(db, "person.added", subject=person.id)
    audit.write(db, "person.added", username, actor_id=actor_id)
    return person


def _join_company_rooms(db: Session, person: Person) -> None:
    for room_id in db.scalars(select(Room.id).where(Room.kind == "company", Room.removed_at.is_(None))):
        db.add(Membership(room_id=room_id, person_id=person.id, role="member", joined_at=clock.now()))


def change(db: Session, person: Person, **fields: Any) -> None:
    """Writes what differs. Nothing differs: nothing is written, nothing is told."""
    differing = {key: value for key, value in fields.items() if getattr(person, key) != value}
    if not differing:
        return
    for key, value in differing.items():
        setattr(person, key, value)
    events.record(db, "person.changed", subject=person.id, fields=sorted(differing))


def disable(db: Session, person: Person, *, actor_id: int | None = None, address: str = "") -> None:
    """Ends every session and stream of theirs; what they wrote stays."""
    if person.disabled_at:
        return
    person.disabled_at = clock.now()
    sessions.end_all(db, person.id)
    events.record(db, "person.disabled", subject=person.id)
    audit.write(db, "person.disabled", person.username, actor_id=actor_id, address=address)


def enable(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    if person.disabled_at:
        person.disabled_at = None
        events.record(db, "person.changed", subject=person.id, fields=["disabled_at"])
        audit.write(db, "person.enabled", person.username, actor_id=actor_id)
