"""What streams are told of an event: whom it may reach, and the bytes that say it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from intranet.core.entries import queries
from intranet.core.models import Entry
from intranet.core.rooms.access import audiences
from intranet.kernel.events import Event
from intranet.web import csrf, shapes
from intranet.web.fragments import Fragments
from intranet.web.stream import Stream, encode

ENTRY_EVENTS = ("entry.added", "entry.changed", "reaction.changed")
ABOUT_ENTRIES = (*ENTRY_EVENTS, "entry.removed")
SHOWN = (
    *ABOUT_ENTRIES, "room.changed", "member.added", "member.removed", "read.changed", "notifications.changed",
)  # fmt: skip
PRIVATE = ("mentions", "new_mentions", "people", "removed_by", "actor_id", "was")


def ends(event: Event, stream: Stream) -> bool:
    """Whether this event takes the stream's right away."""
    if event.name == "session.ended":
        return stream.session_id in event.data.get("sessions", [])
    if event.name == "token.revoked":
        return stream.token_id in event.data.get("tokens", [])
    return event.name == "person.disabled" and event.subject == stream.person_id


def reached(db: Session, batch: Sequence[Event], among: Collection[int] | None = None) -> list[set[int]]:
    """Whom each of these events may reach (`among` these people), asked at the moment of delivery. Nothing said: nobody."""
    room_ids = {event.room_id for event in batch if event.room_id is not None}
    allowed = audiences(db, room_ids, among) if room_ids else {}
    return [_reached(db, event, allowed) for event in batch]


def _reached(db: Session, event: Event, allowed: dict[int, dict[int, int]]) -> set[int]:
    if event.room_id is None:
        return ({event.person_id} if event.person_id else set()) | set(event.data.get("people", []))
    root_id, here = _root_id(db, event), allowed.get(event.room_id, {})
    found = {person_id for person_id, history_from in here.items() if root_id is None or history_from < root_id}
    return found | ({event.person_id} if event.name == "member.removed" and event.person_id else set())


def _root_id(db: Session, event: Event) -> int | None:
    """The entry at the top of what the event tells of, for what was said before somebody came may be hidden."""
    if event.name not in ABOUT_ENTRIES or event.subject is None:
        return None
    if "thread_id" in event.data:
        root_id: int = event.data["thread_id"] or event.subject
        return root_id
    entry = db.get(Entry, event.subject)  # whoever recorded it did not say
    return entry.root_id if entry else 0


def say(db: Session, app: Flask, fragments: Fragments, batch: Sequence[Event], language: str) -> list[bytes]:
    """Each event as streams of that language are told it. Many are drawn in as many statements as one."""
    about = {event.subject for event in batch if event.name in ENTRY_EVENTS and event.subject}
    found = queries.by_ids(db, list(about.union(*map(_above, batch))))
    entries = [found[each] for each in about if each in found]
    with app.app_context(), force_locale(language):
        html = fragments.draw(db, entries)
        drawn = {
            shape["id"]: {"html": html[shape["id"]].replace(csrf.PLACEHOLDER, ""), "entry": shape}
            for shape in shapes.shared_entries(db, entries)
        }
    return [_say(event, drawn, found) for event in batch]


def _above(event: Event) -> set[int]:
    """The entries under which the one stands that the event tells of."""
    return {each for each in (event.data.get("thread_id"), event.data.get("parent_id")) if each}


def _say(event: Event, drawn: Mapping[int, dict[str, Any]], found: Mapping[int, Entry]) -> bytes:
    data: dict[str, Any] = {"id": event.id, "room_id": event.room_id, "entry_id": event.subject, **event.data}
    for name in PRIVATE:
        data.pop(name, None)
    if event.name in ENTRY_EVENTS and event.subject is not None:
        if event.subject not in drawn:
            return b""
        data |= drawn[event.subject]
    if root_id := event.data.get("thread_id"):
        data |= _counts(found, root_id, event.data.get("parent_id") or root_id)
    return encode(event.id, event.name, data)


def _counts(found: Mapping[int, Entry], root_id: int, parent_id: int) -> dict[str, int]:
    """How many comments stand under the post, and how many replies under the comment that is answered."""
    root, parent = found.get(root_id), found.get(parent_id)
    counts = {"comment_count": root.comment_count if root else 0}
    return counts if parent_id == root_id else {**counts, "reply_count": parent.comment_count if parent else 0}
