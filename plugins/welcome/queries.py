"""Who is new, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from intranet.plugin_api import NotFound, Person, clock, people
from plugins.welcome.models import Choice, Greeting

NEW_FOR = timedelta(days=14)
SHOWN = 3
VIEWER: BindParameter[int] = bindparam("viewer_id")
GREETED = select(Greeting.person_id).where(Greeting.newcomer_id == Person.id, Greeting.person_id == VIEWER)
REFUSED = select(Choice.person_id).where(Choice.person_id == VIEWER, Choice.is_shown.is_(False))
NEWCOMERS = (
    select(Person, GREETED.exists())
    .where(Person.disabled_at.is_(None), Person.id != VIEWER, Person.created_at > bindparam("since"))
    .where(~REFUSED.exists())
    .order_by(Person.id.desc())
    .limit(SHOWN)
)


@dataclass(frozen=True)
class Newcomer:
    """A new person, and whether the viewer has greeted them."""

    person: Person
    is_greeted: bool


def list_newcomers(db: Session, viewer: Person) -> Sequence[Newcomer]:
    """The newest few whom the viewer may see; nobody for guests and for those who do not want the card."""
    if viewer.is_guest:
        return []
    rows = db.execute(NEWCOMERS, {"viewer_id": viewer.id, "since": clock.now() - NEW_FOR})
    return [Newcomer(person, is_greeted) for person, is_greeted in rows]


def wants_card(db: Session, viewer: Person) -> bool:
    choice = db.get(Choice, viewer.id)
    return choice is None or choice.is_shown


def list_greeted(db: Session, person: Person) -> list[dict[str, str]]:
    """Whom this person greeted, for the archive that they take along."""
    query = select(Person.username, Greeting.at).join(Greeting, Greeting.newcomer_id == Person.id)
    rows = db.execute(query.where(Greeting.person_id == person.id).order_by(Greeting.at))
    return [{"username": username, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for username, at in rows]


def fetch_newcomer(db: Session, viewer: Person, username: str) -> Person:
    """Raises NotFound for who is not there, not visible, or the viewer themselves."""
    person = people.find_by_username(db, username)
    if person is None or person.disabled_at or person.id == viewer.id or not people.may_see(db, viewer, person):
        raise NotFound
    return person
