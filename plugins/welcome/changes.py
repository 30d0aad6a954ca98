"""Every write of this plugin."""

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, clock
from plugins.welcome.models import Choice, Greeting


def greet(db: Session, newcomer: Person, person: Person) -> None:
    """Greeting twice counts once."""
    if db.get(Greeting, (newcomer.id, person.id)) is None:
        db.add(Greeting(newcomer_id=newcomer.id, person_id=person.id, at=clock.now()))


def choose(db: Session, person: Person, *, is_shown: bool) -> None:
    db.merge(Choice(person_id=person.id, is_shown=is_shown))
