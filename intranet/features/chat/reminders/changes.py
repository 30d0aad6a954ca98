"""Every write of reminders: one transaction, its event inside."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from intranet.features.chat.models import Reminder
from intranet.features.chat.reminders import queries
from intranet.plugin_api import N_, Conflict, Entry, Person, SeenRoom, caps, clock, events, once

TOO_MANY = N_("You have too many reminders. Remove some first.")


def add(
    db: Session, seen: SeenRoom, author: Person, person: Person, *, due_at: datetime, words: str = "",
    entry: Entry | None = None, key: str | None = None,
) -> Reminder:  # fmt: skip
    """The same key by the same author gives the same again. Raises Conflict when there are too many."""
    if (known := once.find(db, author.id, key, "reminder")) and (found := db.get(Reminder, known)):
        return found
    if queries.count_made(db, author.id) >= caps.REMINDERS:
        raise Conflict(TOO_MANY)
    reminder = Reminder(
        person_id=person.id, author_id=author.id, room_id=seen.room.id, entry_id=entry.id if entry else None,
        words=words, due_at=due_at, created_at=clock.now(),
    )  # fmt: skip
    db.add(reminder)
    db.flush()
    once.keep(db, author.id, key, "reminder", reminder.id)
    return reminder


def remove(db: Session, reminder: Reminder) -> None:
    db.delete(reminder)
    db.flush()


def tell_due(db: Session) -> int:
    """Those whose time has come are told of, once: each goes in the transaction of its event."""
    due = queries.list_due(db, clock.now())
    for each in due:
        events.record(
            db, "chat.reminded", person_id=each.person_id, subject=each.id, room=each.room_id, entry=each.entry_id,
            words=each.words, author_id=each.author_id,
        )  # fmt: skip
        db.delete(each)
    db.flush()
    return len(due)


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Reminder).where(or_(Reminder.person_id == person.id, Reminder.author_id == person.id)))
