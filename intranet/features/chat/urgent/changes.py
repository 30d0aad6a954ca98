"""Every write of urgent messages. Each function works inside the caller's transaction."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.chat.models import Asked, Urgent
from intranet.features.chat.urgent import queries
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Invalid,
    Notification,
    Person,
    SeenRoom,
    caps,
    clock,
    entry_changes,
    entry_words,
    notifications,
)

KIND = "chat.urgent"
DAY = timedelta(days=1)
NO_GUESTS = N_("Guests cannot mark a message as urgent.")
NOBODY = N_("Name those who have to see it, with @ and their user name.")
TOO_MANY = N_("An urgent message names ten people at most.")
TOO_OFTEN = N_("You marked twenty messages as urgent within a day. What is urgent has to stay rare.")


def mark(db: Session, seen: SeenRoom, author: Person, entry: Entry) -> None:
    """The message, which was said a moment ago, asks everyone whom it names. Raises Invalid or Forbidden."""
    if db.get(Urgent, entry.id):
        return
    if author.is_guest or seen.role not in ("keeper", "member"):
        raise Forbidden(NO_GUESTS)
    named = set(entry_words.write(db, entry.body, entry.room_id, entry.root_id).mentions) - {author.id}
    if not named:
        raise Invalid({"urgent": NOBODY})
    if len(named) > caps.URGENT_NAMED:
        raise Invalid({"urgent": TOO_MANY})
    if queries.count_since(db, author.id, clock.now() - DAY) >= caps.URGENT_DAILY:
        raise Invalid({"urgent": TOO_OFTEN})
    db.add(Urgent(entry_id=entry.id, author_id=author.id, at=clock.now()))
    db.flush()
    db.add_all(Asked(entry_id=entry.id, person_id=each, seen_at=None) for each in sorted(named))
    entry.version += 1
    db.flush()


def mark_seen(db: Session, viewer: Person, entry: Entry) -> None:
    """Doing it twice changes nothing. Raises NotFound for whom it does not ask."""
    asked = queries.fetch_asked(db, viewer, entry)
    notifications.mark_read(db, viewer, Notification.kind == KIND, Notification.entry_id == entry.id)
    if asked.seen_at is None:
        asked.seen_at = clock.now()
        db.flush()
        entry_changes.show_anew(db, entry)


def forget(db: Session, person: Person) -> None:
    """That their own messages were urgent stays with the words: others still have a line that they can answer."""
    db.execute(delete(Asked).where(Asked.person_id == person.id))
