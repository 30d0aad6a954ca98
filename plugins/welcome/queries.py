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
class News:
    """Who is new, who greeted whom of them, and who does not want to know: the same for everyone."""

    new: Sequence[Person]
    greeted: frozenset[tuple[int, int]]
    refused: frozenset[int]


@dataclass(frozen=True)
class Newcomer:
    """A new person, and whether the viewer has greeted them."""

    person: Person
    is_greeted: bool


def read_news(db: Session) -> News:
    """Asked once for everyone: every home page shows it."""
    query = select(Person).where(Person.disabled_at.is_(None), Person.created_at > clock.now() - NEW_FOR)
    new = db.scalars(query.order_by(Person.id.desc()).limit(SHOWN + 1)).all()  # nobody is shown to themselves
    greetings = select(Greeting.newcomer_id, Greeting.person_id).where(Greeting.newcomer_id.in_([p.id for p in new]))
    greeted = frozenset((newcomer_id, person_id) for newcomer_id, person_id in db.execute(greetings))
    return News(new, greeted, frozenset(db.scalars(select(Choice.person_id).where(Choice.is_shown.is_(False)))))


def list_newcomers(viewer: Person, news: News) -> Sequence[Newcomer]:
    """Those of the new whom the viewer is shown; nobody for guests and for those who do not want the card."""
    if viewer.is_guest or viewer.id in news.refused:
        return []
    shown = [each for each in news.new if each.id != viewer.id][:SHOWN]
    return [Newcomer(each, (each.id, viewer.id) in news.greeted) for each in shown]


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
