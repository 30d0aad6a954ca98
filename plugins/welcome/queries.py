"""Who is new, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intranet.plugin_api import NotFound, Person, clock, people
from plugins.welcome.models import Choice, Greeting

NEW_FOR = timedelta(days=14)
SHOWN = 3
# Whom the viewer greeted, and a 0 when they do not want the card.
OWN = text(
    "SELECT newcomer_id FROM welcome_greetings WHERE person_id = :viewer_id"
    " AND newcomer_id IN (SELECT value FROM json_each(:new))"
    " UNION ALL SELECT 0 FROM welcome_choices WHERE person_id = :viewer_id AND is_shown = 0"
)


@dataclass(frozen=True)
class Newcomer:
    """A new person, and whether the viewer has greeted them."""

    person: Person
    is_greeted: bool


def list_new(db: Session) -> Sequence[Person]:
    """The newest few, and one more because nobody is shown to themselves: the same for everyone."""
    query = select(Person).where(Person.disabled_at.is_(None), Person.created_at > clock.now() - NEW_FOR)
    return db.scalars(query.order_by(Person.id.desc()).limit(SHOWN + 1)).all()


def list_newcomers(db: Session, viewer: Person, new: Sequence[Person]) -> Sequence[Newcomer]:
    """Those of the new whom the viewer is shown; nobody for guests and for those who do not want the card."""
    shown = [each for each in new if each.id != viewer.id][:SHOWN]
    if viewer.is_guest or not shown:
        return []
    own = set(db.scalars(OWN, {"viewer_id": viewer.id, "new": str([each.id for each in shown])}))
    return [Newcomer(each, each.id in own) for each in shown] if 0 not in own else []


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
