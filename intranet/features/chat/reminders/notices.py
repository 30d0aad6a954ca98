"""The line of the bell when a reminder's time has come: the person's own words, or the beginning of the message."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.chat import rules
from intranet.plugin_api import N_, Entry, Event, NotificationKind, Room, Told, notifications

OPENING = 120


def tell(db: Session, event: Event) -> None:
    """Who can no longer read the room is told nothing of it, and nobody of a message that is gone."""
    if event.name != "chat.reminded":
        return
    room, entry_id = db.get(Room, event.data["room"]), event.data["entry"]
    entry = db.get(Entry, entry_id) if entry_id else None
    if room is None or (entry_id and entry is None) or event.person_id is None:
        return
    author_id = event.data["author_id"]
    words = event.data["words"] or (" ".join(entry.body.split())[:OPENING] if entry else "")
    notifications.give(
        db, event, [event.person_id], kind="chat.reminder", subject=f"reminder:{event.subject}", room_id=room.id,
        actor_id=author_id if author_id != event.person_id else None, entry=entry,
        data={"words": words, "place": rules.address(room)},
    )  # fmt: skip


def _say(told: Told) -> object:
    words = told.line.data.get("words", "")
    if told.line.actor_ids:
        return gettext("%(who)s reminds you: %(words)s", who=told.who, words=words)
    return gettext("You wanted to be reminded: %(words)s", words=words)


def _url(told: Told) -> str:
    return f"/chat/m/{told.line.entry_id}" if told.line.entry_id else str(told.line.data.get("place", "/chat"))


KINDS = [
    NotificationKind("chat.reminder", N_("Something I am to be reminded of"), icon="alarm-clock", group="you", say=_say, url=_url, order=8),
]  # fmt: skip
