"""Every write of announcements. Each function works inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.announcements import queries, rules
from intranet.features.announcements.models import Announcement, Reading
from intranet.features.announcements.queries import Announced, Asked
from intranet.plugin_api import (
    N_,
    Conflict,
    Entry,
    Forbidden,
    NewAttachment,
    Notification,
    Person,
    SeenRoom,
    clock,
    entry_changes,
    entry_rules,
    events,
    notifications,
)

REMIND_EVERY = timedelta(hours=1)
KINDS = ("announcement", "announcement.reminder")
KEEPERS_ONLY = N_("Only keepers of a room, and admins, make announcements there.")
NOT_ASKED = N_("You are not asked to read this.")
ENDED = N_("This announcement has ended. Choose a later day first.")
TOO_SOON = N_("They were reminded less than an hour ago. Give them a little time.")
ALL_READ = N_("Everyone has read it.")


def announce(
    db: Session, seen: SeenRoom, author: Person, body: str, *, ends_at: datetime, sets: Mapping[str, Sequence[str]],
    key: str | None, files: Sequence[NewAttachment] = (),
) -> Entry:  # fmt: skip
    """A post that asks to be read. The same key by the same person gives the same one again. Raises Forbidden."""
    if not rules.may_announce(author, seen):
        raise Forbidden(KEEPERS_ONLY)
    entry = entry_changes.add(
        db, kind="post", room_id=seen.room.id, author=author, body=body, attachments=files, key=key,
        may_name_everyone=entry_rules.may_name_everyone(seen),
    )  # fmt: skip
    if db.get(Announcement, entry.id) is None:
        chosen = {name: list(values) for name, values in sets.items()}
        db.add(Announcement(entry_id=entry.id, ends_at=ends_at, sets=chosen))
        db.flush()
        events.record(db, "announcement.added", subject=entry.id, renews=True)
    return entry


def set_end(db: Session, found: Announced, ends_at: datetime) -> None:
    if found.about.ends_at != ends_at:
        found.about.ends_at = ends_at
        events.record(db, "announcement.changed", subject=found.entry.id, renews=True)


def mark_read(db: Session, viewer: Person, found: Announced, *, read: bool) -> None:
    """Doing it twice changes nothing; the first time counts. Raises Forbidden for who is not asked."""
    if not queries.is_for(viewer, found):
        raise Forbidden(NOT_ASKED)
    row = db.get(Reading, (found.entry.id, viewer.id))
    if read and row is None:
        db.add(Reading(entry_id=found.entry.id, person_id=viewer.id, at=clock.now()))
        db.flush()
        notifications.mark_read(db, viewer, Notification.kind.in_(KINDS), Notification.entry_id == found.entry.id)
    elif row and not read:
        db.delete(row)


def remind(db: Session, found: Announced, actor: Person) -> list[Asked]:
    """Those who have not read it hear of it once more, and nobody else. Raises Conflict."""
    now = clock.now()
    if found.has_ended:
        raise Conflict(ENDED)
    if found.about.reminded_at and now - found.about.reminded_at < REMIND_EVERY:
        raise Conflict(TOO_SOON)
    left = [each for each in queries.asked_of(db, found) if each.read_at is None]
    if not left:
        raise Conflict(ALL_READ)
    found.about.reminded_at = now
    events.record(db, "announcement.reminded", subject=found.entry.id, actor_id=actor.id)
    return left


def show_in_trial(db: Session, entry: Entry, days: int, readers: Sequence[Person]) -> None:
    """A post of the trial's company that is read by some of those whom it asks; nobody is told."""
    db.add(Announcement(entry_id=entry.id, ends_at=clock.now() + timedelta(days=days), sets={}))
    db.flush()
    db.add_all(
        Reading(entry_id=entry.id, person_id=each.id, at=entry.created_at + timedelta(hours=1)) for each in readers
    )


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Reading).where(Reading.person_id == person.id))
