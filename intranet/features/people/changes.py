"""Every write about people."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from intranet.features.people import queries
from intranet.plugin_api import N_, Forbidden, Invalid, Person, audit, caps, profiles

NAMED_WRONG = N_("This is not the user name of the person.")
TAKEN = N_("Somebody else signs in with this address.")
GONE = N_("This person is no longer here.")


def save_profile(db: Session, person_id: int, fields: Mapping[str, Any]) -> None:
    """What the directory owns is left as the directory says it. Raises Invalid for an address that signs somebody else in."""
    person, email = db.get_one(Person, person_id), fields.get("email", "")
    if email and email.lower() != person.email.lower() and queries.has_address(db, email):
        raise Invalid({"email": TAKEN})
    profiles.save(db, person, fields)


def add_skill(db: Session, person_id: int, name: str) -> None:
    profiles.add_skill(db, db.get_one(Person, person_id), name, cap=caps.SKILLS)


def remove_skill(db: Session, person_id: int, skill_id: int) -> None:
    profiles.remove_skill(db, db.get_one(Person, person_id), skill_id)


def confirm(db: Session, viewer: Person, username: str, skill_id: int, *, on: bool) -> None:
    """Raises NotFound, or Forbidden for one's own skills and those of people who left."""
    person = queries.fetch(db, viewer, username)
    if person.disabled_at:
        raise Forbidden(GONE)
    profiles.confirm(db, person, skill_id, viewer, on=on)


def check_name(person: Person, typed: str) -> None:
    """Nobody is erased by a slip: the user name is typed. Raises Invalid."""
    if typed.strip().casefold() != person.username:
        raise Invalid({"username": NAMED_WRONG})


def note_export(db: Session, person: Person, address: str) -> None:
    audit.write(db, "person.exported", person.username, actor_id=person.id, address=address)
