"""Every write of the bell. Each function works inside the caller's transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from intranet.features.notifications import queries
from intranet.features.notifications.models import Choice, Pause
from intranet.plugin_api import Notification, Person, clock, notifications

READ_KEPT = timedelta(days=90)
UNREAD_KEPT = timedelta(days=365)


def open_line(db: Session, viewer: Person, notification_id: int, insisting: Collection[str]) -> Notification:
    """Raises NotFound. A line of a kind that insists stays as it is."""
    line = queries.fetch(db, viewer, notification_id)
    notifications.mark_read(db, viewer, Notification.id == line.id, Notification.kind.not_in(insisting))
    return line


def mark_unread(db: Session, viewer: Person, notification_id: int) -> None:
    """Raises NotFound."""
    line = queries.fetch(db, viewer, notification_id)
    if line.read_at:
        notifications.mark_unread(db, line)


def mark_read(
    db: Session,
    viewer: Person,
    insisting: Collection[str],
    *,
    up_to: int | None = None,
    ids: Collection[int] = (),
    entry_id: int | None = None,
) -> None:
    """That line and all before it, these lines, those about an entry, or all of them; none of a kind that insists."""
    which: list[ColumnElement[bool]] = [Notification.kind.not_in(insisting)]
    if up_to is not None:
        which.append(Notification.id <= up_to)
    if ids:
        which.append(Notification.id.in_(ids))
    if entry_id is not None:
        which.append(notifications.about_entry(entry_id))
    notifications.mark_read(db, viewer, *which)


def choose(db: Session, person: Person, channel: str, on: Collection[str], kinds: Collection[str]) -> None:
    """Of these kinds, those that are `on` come by that channel and no others."""
    for kind in kinds:
        db.merge(Choice(person_id=person.id, channel=channel, kind=kind, is_on=kind in on))
    db.flush()
    notifications.changed(db, [person.id])


def pause(db: Session, person: Person, until: datetime) -> None:
    db.merge(Pause(person_id=person.id, until=until))
    notifications.changed(db, [person.id])


def end_pause(db: Session, person: Person) -> None:
    db.execute(delete(Pause).where(Pause.person_id == person.id))
    notifications.changed(db, [person.id])


def tidy(db: Session) -> None:
    """Old lines go, those that nobody read much later."""
    moment = clock.now()
    notifications.remove_before(db, moment - READ_KEPT, Notification.read_at.is_not(None))
    notifications.remove_before(db, moment - UNREAD_KEPT)
    db.execute(delete(Pause).where(Pause.until < moment))


def forget(db: Session, person: Person) -> None:
    for table in (Choice, Pause):
        db.execute(delete(table).where(table.person_id == person.id))
