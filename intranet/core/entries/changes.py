"""Writing entries. Each function works inside the caller's transaction, with its search row and its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.core import audit, once
from intranet.core.entries import words
from intranet.core.models import Attachment, Blob, Entry, Person, Reaction
from intranet.core.rooms.changes import mark_read
from intranet.kernel import clock, events
from intranet.kernel.search import index

REACTIONS_CAP = 12


@dataclass(frozen=True)
class NewAttachment:
    """Bytes that are in the blob store already. `size` in bytes, `width` and `height` in pixels for pictures."""

    sha256: str
    size: int
    name: str
    type: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


def add(
    db: Session, *, kind: str, room_id: int, author: Person, body: str, parent: Entry | None = None,
    attachments: Sequence[NewAttachment] = (), key: str | None = None,
) -> Entry:  # fmt: skip
    """Says something in a room. The same key by the same person gives the same entry again."""
    if (known := once.find(db, author.id, key, kind)) and (entry := db.get(Entry, known)):
        return entry
    written = words.write(db, body, room_id)
    entry = Entry(
        kind=kind, room_id=room_id, author_id=author.id, parent_id=parent.id if parent else None, body=body,
        html=written.html, created_at=clock.now(), revision=1, version=1, comment_count=0,
    )  # fmt: skip
    db.add(entry)
    db.flush()
    _attach(db, entry, attachments)
    once.keep(db, author.id, key, kind, entry.id)
    index.put(db.connection(), entry.id, _searchable(written.plain, attachments), author.language or "")
    if parent:
        _touch_parent(db, parent)
    else:
        mark_read(db, room_id, author.id, entry.id)
    _record(db, "entry.added", entry, mentions=list(written.mentions))
    return entry


def edit(db: Session, entry: Entry, body: str) -> None:
    """New words for an entry. The same words: nothing is written."""
    if body == entry.body:
        return
    written = words.write(db, body, entry.room_id)
    entry.body, entry.html = body, written.html
    entry.revision += 1
    entry.edited_at = clock.now()
    files = db.scalars(select(Attachment).where(Attachment.entry_id == entry.id)).all()
    index.put(db.connection(), entry.id, _searchable(written.plain, files), "")
    _touch(db, entry)
    _record(db, "entry.changed", entry, mentions=list(written.mentions))


def remove(db: Session, entry: Entry, actor: Person) -> None:
    """Puts an entry into the bin, from where `restore` brings it back."""
    entry.removed_at = clock.now()
    index.remove(db.connection(), entry.id)
    _touch_parent_of(db, entry)
    _record(db, "entry.removed", entry)
    audit.write(db, "entry.removed", f"{entry.kind} {entry.id}", actor_id=actor.id)


def restore(db: Session, entry: Entry) -> None:
    entry.removed_at = None
    files = db.scalars(select(Attachment).where(Attachment.entry_id == entry.id)).all()
    written = words.write(db, entry.body, entry.room_id)
    index.put(db.connection(), entry.id, _searchable(written.plain, files), "")
    _touch_parent_of(db, entry)
    _record(db, "entry.added", entry)


def set_pinned(db: Session, entry: Entry, *, pinned: bool) -> None:
    if pinned == (entry.pinned_at is not None):
        return
    entry.pinned_at = clock.now() if pinned else None
    entry.version += 1
    _record(db, "entry.changed", entry)


def react(db: Session, entry: Entry, person: Person, emoji: str, *, on: bool) -> None:
    """Puts or takes back one reaction. Doing it twice changes nothing."""
    row = db.get(Reaction, (entry.id, emoji, person.id))
    if on == (row is not None):
        return
    if row:
        db.delete(row)
    elif _distinct_reactions(db, entry.id, emoji) < REACTIONS_CAP:
        db.add(Reaction(entry_id=entry.id, emoji=emoji, person_id=person.id, at=clock.now()))
    db.flush()
    _touch(db, entry)
    _record(db, "reaction.changed", entry, reactor_id=person.id, emoji=emoji, on=on)


def _distinct_reactions(db: Session, entry_id: int, emoji: str) -> int:
    others = select(func.count(Reaction.emoji.distinct())).where(Reaction.entry_id == entry_id, Reaction.emoji != emoji)
    return db.scalar(others) or 0


def _attach(db: Session, entry: Entry, attachments: Sequence[NewAttachment]) -> None:
    for each in attachments:
        db.merge(Blob(sha256=each.sha256, size=each.size, created_at=clock.now()))
        db.flush()
        db.add(
            Attachment(
                entry_id=entry.id, sha256=each.sha256, name=each.name, type=each.type, size=each.size, alt=each.alt,
                width=each.width, height=each.height,
            )
        )  # fmt: skip
    db.flush()


def _searchable(plain: str, attachments: Sequence[NewAttachment] | Sequence[Attachment]) -> str:
    return "\n".join([plain, *(f"{each.name} {each.alt}" for each in attachments)])


def _touch(db: Session, entry: Entry) -> None:
    """Whatever shows this entry is shown anew: itself, and the post under which it stands."""
    entry.version += 1
    if entry.parent_id and (parent := db.get(Entry, entry.parent_id)):
        parent.version += 1


def _touch_parent_of(db: Session, entry: Entry) -> None:
    db.flush()
    if entry.parent_id and (parent := db.get(Entry, entry.parent_id)):
        _touch_parent(db, parent)


def _touch_parent(db: Session, parent: Entry) -> None:
    standing = select(func.count()).where(Entry.parent_id == parent.id, Entry.removed_at.is_(None))
    parent.comment_count = db.scalar(standing) or 0
    parent.version += 1


def _record(db: Session, name: str, entry: Entry, **data: Any) -> None:
    events.record(
        db, name, room_id=entry.room_id, subject=entry.id, kind=entry.kind, parent_id=entry.parent_id,
        author_id=entry.author_id, **data,
    )  # fmt: skip
