"""Every write of this plugin. What every process remembers of it is asked anew: `renews`."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from intranet.plugin_api import Person, clock, events
from plugins.welcome.models import Choice, Greeting


def greet(db: Session, newcomer: Person, person: Person) -> None:
    """Greeting twice counts once."""
    if db.get(Greeting, (newcomer.id, person.id)) is None:
        db.add(Greeting(newcomer_id=newcomer.id, person_id=person.id, at=clock.now()))
        events.record(db, "welcome.changed", renews=True)


def choose(db: Session, person: Person, *, is_shown: bool) -> None:
    db.merge(Choice(person_id=person.id, is_shown=is_shown))
    events.record(db, "welcome.changed", renews=True)


def forget(db: Session, person: Person) -> None:
    """Nothing is left of whom they greeted, who greeted them, and what they chose."""
    db.execute(delete(Greeting).where(or_(Greeting.person_id == person.id, Greeting.newcomer_id == person.id)))
    db.execute(delete(Choice).where(Choice.person_id == person.id))
