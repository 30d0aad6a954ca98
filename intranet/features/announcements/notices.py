"""Who hears of an announcement: those who are asked, however quiet its room is, and nobody else."""

from flask_babel import gettext
from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.announcements import queries
from intranet.features.announcements.models import Announcement
from intranet.plugin_api import N_, Entry, Event, Notification, NotificationKind, Told, notifications


def tell(db: Session, event: Event) -> None:
    if event.name not in ("announcement.added", "announcement.reminded"):
        return
    entry, about = db.get(Entry, event.subject), db.get(Announcement, event.subject)
    if entry is None or about is None:
        return
    is_new = event.name == "announcement.added"
    kind = "announcement" if is_new else "announcement.reminder"
    asked = queries.list_asked(db, entry.room_id, about.sets, author_id=entry.author_id, entry_id=entry.id)
    people = [each.person.id for each in asked if each.read_at is None]
    if is_new:
        _say_once(db, entry, people)
    actor_id = event.data.get("actor_id") or entry.author_id
    notifications.give(db, event, people, kind=kind, subject=f"entry:{entry.id}", actor_id=actor_id, entry=entry)


def _say_once(db: Session, entry: Entry, people: list[int]) -> None:
    """The post that it is was told of a moment ago: to those who are asked, this line stands for it."""
    same = (Notification.entry_id == entry.id, Notification.kind.not_in([each.name for each in KINDS]))
    db.execute(delete(Notification).where(*same, Notification.person_id.in_(people), Notification.read_at.is_(None)))


def _new(told: Told) -> object:
    return gettext("%(who)s asks you to read an announcement in %(room)s", who=told.who, room=told.room)


def _again(told: Told) -> object:
    return gettext("%(who)s reminds you of an announcement in %(room)s", who=told.who, room=told.room)


def _url(told: Told) -> str:
    return f"/announcements/{told.line.entry_id}"


KINDS = [
    NotificationKind("announcement", N_("I am asked to read an announcement"), icon="megaphone", group="you", say=_new, url=_url, order=5),
    NotificationKind("announcement.reminder", N_("I am reminded of an announcement"), icon="alarm-clock", group="you", say=_again, url=_url, order=6),
]  # fmt: skip
