"""Every write of chat: one transaction, its event inside."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.features.chat import rules
from intranet.features.chat.threads.changes import follow
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Invalid,
    NewAttachment,
    Notification,
    Person,
    Room,
    SeenRoom,
    direct_rooms,
    entry_changes,
    entry_queries,
    entry_rules,
    notifications,
    room_changes,
)

EMPTY = N_("Write something first, or add a picture.")


def send(
    db: Session, seen: SeenRoom, author: Person, body: str, *, files: Sequence[NewAttachment] = (), key: str | None,
    root: Entry | None = None, also_in_log: bool = False, shared_id: int | None = None,
) -> Entry:  # fmt: skip
    """A message, or an answer in the thread under `root`. Raises Invalid or Forbidden."""
    if not body and not files and not shared_id:
        raise Invalid({"body": EMPTY})
    if why := rules.why_silent(seen):
        raise Forbidden(why)
    if root:
        follow(db, root.id, author.id)
    return entry_changes.add(
        db, kind="message", room_id=seen.room.id, author=author, body=body, attachments=files, key=key, parent=root,
        shared_id=shared_id, in_log=root is None or also_in_log, may_name_everyone=entry_rules.may_name_everyone(seen),
    )  # fmt: skip


def forward(db: Session, seen: SeenRoom, author: Person, message: Entry, body: str, *, key: str | None) -> Entry:
    """What was forwarded before is forwarded itself, not once more around it, if the author may read it."""
    source = entry_queries.find(db, author, message.shared_id) if message.shared_id and not message.body else None
    return send(db, seen, author, body, key=key, shared_id=(source or message).id)


def open_direct(db: Session, viewer: Person, others: Sequence[Person]) -> Room:
    return direct_rooms.find_or_add(db, viewer, others)


def mark_read(db: Session, seen: SeenRoom, person: Person, entry_id: int) -> None:
    room_changes.mark_read(db, seen.room.id, person.id, entry_id, in_chat=True)
    take_from_bell(db, person, seen.room.id, entry_id)


def take_from_bell(db: Session, person: Person, room_id: int, entry_id: int) -> None:
    """What was read in the chat up to there is read in the bell, too; not what stands in threads alone."""
    told = (
        Notification.room_id == room_id,
        Notification.kind.in_(rules.NOTICES),
        Notification.entry_id <= entry_id,
        select(Entry.id).where(Entry.id == Notification.entry_id, Entry.in_log).exists(),
    )
    notifications.mark_read(db, person, *told)


def set_loudness(db: Session, seen: SeenRoom, person: Person, loudness: str) -> None:
    """Raises Forbidden for who is not in it."""
    _require_membership(seen)
    room_changes.set_loudness(db, seen.room.id, person.id, loudness)


def set_favourite(db: Session, seen: SeenRoom, person: Person, *, on: bool) -> None:
    """Raises Forbidden for who is not in it."""
    _require_membership(seen)
    room_changes.set_favourite(db, seen.room.id, person.id, on=on)


def _require_membership(seen: SeenRoom) -> None:
    if seen.role is None:
        raise Forbidden(rules.OUTSIDE)
