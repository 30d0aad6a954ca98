"""The line of the bell when a message could not be said at its time."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Event, NotificationKind, Told, notifications


def tell(db: Session, event: Event) -> None:
    if event.name == "chat.returned" and event.person_id:
        data = {"reason": event.data["reason"]}
        notifications.give(
            db, event, [event.person_id], kind="chat.returned", subject=f"later:{event.subject}", data=data
        )


def _say(told: Told) -> object:
    return gettext("A message of yours was not sent: %(reason)s", reason=gettext(told.line.data.get("reason", "")))


KINDS = [
    NotificationKind("chat.returned", N_("A message of mine cannot be sent at its time"), icon="undo-2", group="you", say=_say, url=lambda _told: "/chat/later", order=35),
]  # fmt: skip
