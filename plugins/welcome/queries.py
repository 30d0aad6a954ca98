"""Who is new, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.plugin_api import NotFound, Person, clock, people
from plugins.welcome.models import Choice, Greeting

NEW_FOR = timedelta(days=14)
SHOWN = 3


@dataclass(frozen=True)
class Newcomer:
    """A new person, and whether the viewer has greeted them."""

    person: Person
    is_greeted: bool


def list_newcomers(db: Session, viewer: Person) -> Sequence[Newcomer]:
    """The newest few whom the viewer may see; nobody for guests and for those who do not want the card."""
    if viewer.is_guest:
        return []
    greeted = select(Greeting.person_id).where(Greeting.newcomer_id == Person.id, Greeting.person_id == viewer.id)
    refused = select(Choice.person_id).where(Choice.person_id == viewer.id, Choice.is_shown.is_(False))
    query = select(Person, greeted.exists()).where(
        Person.disabled_at.is_(None),
        Person.id != viewer.id,
        Person.created_at > clock.now() - NEW_FOR,
        ~refused.exists(),
    )
    rows = db.execute(query.order_by(Person.id.desc()).limit(SHOWN))
    return [Newcomer(person, is_greeted) for person, is_greeted in rows]


def wants_card(db: Session, viewer: Person) -> bool:
    choice = db.get(Choice, viewer.id)
    return choice is None or choice.is_shown


def fetch_newcomer(db: Session, viewer: Person, username: str) -> Person:
    """Raises NotFound for who is not there, not visible, or the viewer themselves."""
    person = people.find_by_username(db, username)
    if person is None or person.disabled_at or person.id == viewer.id or not people.may_see(db, viewer, person):
        raise NotFound
    return person
