"""Who hears of reports: those who decide about them, and afterwards those who made them."""

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Entry, Event, NotificationKind, Told, notifications

KIND, CLOSED = "report", "report.closed"


def tell(db: Session, event: Event) -> None:
    if event.name == "report.added":
        _added(db, event)
    elif event.name == "report.closed":
        _closed(db, event)


def _added(db: Session, event: Event) -> None:
    """The line is about the room, not the entry: one that is hidden meanwhile is still to be decided about."""
    entry = db.get(Entry, event.subject)
    if entry is not None:
        notifications.give(
            db, event, event.data["people"], kind=KIND, subject=f"room:{entry.room_id}", room_id=entry.room_id
        )


def _closed(db: Session, event: Event) -> None:
    entry = db.get(Entry, event.subject)
    if entry is not None:
        data = {"outcome": event.data["outcome"]}
        notifications.give(
            db, event, event.data["people"], kind=CLOSED, subject=f"report:{entry.id}", room_id=entry.room_id, data=data
        )


def _report(told: Told) -> object:
    return ngettext(
        "Something in %(room)s was reported", "%(num)d times something in %(room)s was reported", told.line.count,
        room=told.room,
    )  # fmt: skip


def _decided(told: Told) -> object:
    if told.line.data.get("outcome") == "removed":
        return gettext("What you reported in %(room)s was removed", room=told.room)
    return gettext("A keeper of %(room)s looked at what you reported and left it", room=told.room)


KINDS = [
    NotificationKind(KIND, N_("Something is reported in a room that I look after"), icon="flag", group="rooms", say=_report, url=lambda told: f"/rooms/{told.slug}/reports", order=40),
    NotificationKind(CLOSED, N_("What I reported is decided"), icon="flag", group="you", say=_decided, url=lambda told: f"/rooms/{told.slug}", order=70),
]  # fmt: skip
