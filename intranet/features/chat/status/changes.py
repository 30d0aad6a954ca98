"""Every write of statuses. Each function works inside the caller's transaction."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.chat.models import Status
from intranet.plugin_api import Person, clock, events, notifications


def say(db: Session, person: Person, words: str, *, until: datetime | None, is_quiet: bool) -> None:
    """In place of what was said before. The person's open pages show their bell anew."""
    db.merge(Status(person_id=person.id, words=words, until=until, is_quiet=is_quiet, at=clock.now()))
    _changed(db, person)


def end(db: Session, person: Person) -> None:
    db.execute(delete(Status).where(Status.person_id == person.id))
    _changed(db, person)


def tidy(db: Session) -> None:
    """What has ended goes."""
    db.execute(delete(Status).where(Status.until <= clock.now()))


def _changed(db: Session, person: Person) -> None:
    notifications.changed(db, [person.id])
    events.record(db, "status.changed", subject=person.id)
