"""Every write of messages with a time: one transaction, its event inside."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.chat import changes, rules
from intranet.features.chat import queries as chat_queries
from intranet.features.chat.later import queries
from intranet.features.chat.models import Later, LaterFile
from intranet.plugin_api import (
    N_,
    Conflict,
    Entry,
    Forbidden,
    Invalid,
    NewAttachment,
    NotFound,
    Person,
    Refused,
    SeenRoom,
    caps,
    clock,
    entry_changes,
    events,
    once,
)

TOO_MANY = N_("Too many of your messages wait for their time. Send or remove some first.")
NO_LONGER = N_("You can no longer write in this conversation.")
NO_THREAD = N_("The message that it answers is gone.")


def add(
    db: Session, seen: SeenRoom, author: Person, body: str, *, publish_at: datetime, files: Sequence[NewAttachment] = (),
    key: str | None = None, root: Entry | None = None, also_in_log: bool = False,
) -> Later:  # fmt: skip
    """The same key by the same author gives the same again. Raises Invalid, Forbidden or Conflict."""
    if known := queries.find_by_key(db, author.id, key):
        return known
    _refuse(seen, body, files)
    if queries.count_own(db, author.id) >= caps.LATER:
        raise Conflict(TOO_MANY)
    later = Later(
        author_id=author.id, room_id=seen.room.id, thread_id=root.id if root else None, also_in_log=also_in_log,
        body=body, publish_at=publish_at, reason="", client_key=key or None, created_at=clock.now(),
    )  # fmt: skip
    db.add(later)
    db.flush()
    entry_changes.hold_bytes(db, files)
    for each in files:
        db.add(LaterFile(later_id=later.id, **asdict(each)))
    db.flush()
    return later


def update(
    db: Session, author: Person, later: Later, body: str, *, publish_at: datetime, removed: Collection[int] = ()
) -> None:
    """Its author changed it. Raises Invalid when nothing would be left, Forbidden where they no longer write."""
    for each in queries.files(db, [later.id]).get(later.id, []):
        if each.id in removed:
            db.delete(each)
    db.flush()
    _refuse(_fetch_room(db, author, later), body, queries.attachments(db, later))
    later.body, later.publish_at, later.reason = body, publish_at, ""


def remove(db: Session, later: Later) -> None:
    db.execute(delete(Later).where(Later.id == later.id))


def send_now(db: Session, author: Person, later: Later) -> Entry:
    """Raises Forbidden or NotFound where it can no longer be said."""
    seen = _fetch_room(db, author, later)
    root = chat_queries.fetch_root(db, author, seen, later.thread_id) if later.thread_id else None
    files, key = queries.attachments(db, later), later.client_key
    entry = changes.send(
        db, seen, author, later.body, files=files, key=f"later-{later.id}", root=root, also_in_log=later.also_in_log
    )
    once.keep(db, author.id, key, "message", entry.id)
    remove(db, later)
    return entry


def send_due(db: Session, later_id: int) -> None:
    """Says one whose time has come, once: it goes in the same transaction. Where that cannot be, its author is told."""
    later = db.get(Later, later_id)
    if later is None or later.reason or later.publish_at > clock.now():
        return
    author = db.get_one(Person, later.author_id)
    try:
        with db.begin_nested():
            send_now(db, author, later)
    except NotFound:
        _send_back(db, later, NO_THREAD)
    except Refused as refusal:
        _send_back(db, later, str(refusal) if isinstance(refusal, Forbidden) else NO_LONGER)


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Later).where(Later.author_id == person.id))


def _send_back(db: Session, later: Later, reason: str) -> None:
    later.reason = reason
    events.record(db, "chat.returned", person_id=later.author_id, subject=later.id, reason=reason)


def _refuse(seen: SeenRoom, body: str, files: Sequence[NewAttachment]) -> None:
    if not body and not files:
        raise Invalid({"body": changes.EMPTY})
    if why := rules.why_silent(seen):
        raise Forbidden(why)


def _fetch_room(db: Session, author: Person, later: Later) -> SeenRoom:
    """The conversation as its author has it now. Raises Forbidden."""
    try:
        seen = chat_queries.fetch(db, author, room_id=later.room_id)
    except NotFound:
        raise Forbidden(NO_LONGER) from None
    if author.disabled_at:
        raise Forbidden(NO_LONGER)
    return seen
