"""Writing entries. Each function works inside the caller's transaction, with its search row and its event."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from intranet.core import audit, blocks, once
from intranet.core.entries import words
from intranet.core.errors import Invalid
from intranet.core.forms import N_
from intranet.core.models import (
    Attachment,
    Blob,
    Entry,
    EntryRevision,
    EntryTag,
    HeldFile,
    Person,
    Reaction,
    SavedEntry,
)
from intranet.core.rooms.changes import mark_read
from intranet.kernel import clock, events
from intranet.kernel.objects import Adding
from intranet.kernel.search import index
from intranet.kernel.text import mentioned_in

ADD = Adding(Entry)
REACTIONS_CAP = 12
AT_ONCE = 500  # ids in one statement
FULL = N_("There are twelve kinds of reactions here already. Choose one of them.")


@dataclass(frozen=True)
class NewAttachment:
    """Bytes that are in the blob store already. `size` in bytes, `width` and `height` in pixels for pictures.

    Its fields are the columns of every table that holds such files.
    """

    sha256: str
    size: int
    name: str
    type: str
    alt: str = ""
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, row: HeldFile) -> "NewAttachment":
        """The file of a row that held it until now."""
        return cls(**{each.name: getattr(row, each.name) for each in fields(cls)})


def add(
    db: Session, *, kind: str, room_id: int, author: Person, body: str, parent: Entry | None = None,
    attachments: Sequence[NewAttachment] = (), key: str | None = None, shared_id: int | None = None,
    may_name_everyone: bool = False, in_log: bool = False,
) -> Entry:  # fmt: skip
    """Says something in a room. The same key by the same person gives the same entry again. Raises Forbidden.

    What stands `in_log` is read as chat, all else as posts; one's own words are never new to oneself.
    """
    if (known := once.find(db, author.id, key, kind)) and (entry := db.get(Entry, known)):
        return entry
    blocks.refuse_unwanted(db, room_id, author)
    root_id = parent.root_id if parent else None
    written = words.write(db, body, room_id, root_id, may_name_everyone=may_name_everyone)
    entry = ADD(
        db, kind=kind, room_id=room_id, author_id=author.id, parent_id=parent.id if parent else None, thread_id=root_id,
        body=body, html=written.html, created_at=clock.now(), shared_id=shared_id, in_log=in_log, has_files=bool(attachments),
    )  # fmt: skip
    _attach(db, entry, attachments)
    _add_tags(db, entry.id, written.tags)
    once.keep(db, author.id, key, kind, entry.id)
    index.add(db.connection(), entry.id, _searchable(written.plain, attachments), author.language or "")
    if parent:
        _count_thread(db, entry)
    elif not in_log:
        mark_read(db, room_id, author.id, entry.id)
    _record(db, "entry.added", entry, mentions=list(written.mentions), everyone=written.everyone)
    return entry


def edit(db: Session, entry: Entry, body: str, *, may_name_everyone: bool = False) -> None:
    """New words for an entry; the old ones are kept. The same words: nothing is written."""
    if body == entry.body:
        return
    written = words.write(db, body, entry.room_id, entry.root_id, may_name_everyone=may_name_everyone)
    before = mentioned_in(entry.html)
    written_at = entry.edited_at or entry.created_at
    db.add(EntryRevision(entry_id=entry.id, revision=entry.revision, body=entry.body, html=entry.html, at=written_at))
    entry.body, entry.html = body, written.html
    entry.revision += 1
    entry.edited_at = clock.now()
    _set_tags(db, entry.id, written.tags)
    _index(db, entry, written.plain)
    _touch(db, entry)
    new = [each for each in written.mentions if each not in before]
    _record(db, "entry.changed", entry, mentions=list(written.mentions), new_mentions=new)


def describe(db: Session, entry: Entry, alts: Mapping[int, str]) -> None:
    """What those who cannot see the pictures of an entry read instead, by the id of the attachment."""
    query = select(Attachment).where(Attachment.entry_id == entry.id, Attachment.id.in_(alts))
    differing = [each for each in db.scalars(query) if each.alt != alts[each.id]]
    for each in differing:
        each.alt = alts[each.id]
    if differing:
        db.flush()
        _index(db, entry, words.write(db, entry.body, entry.room_id, entry.root_id).plain)
        _touch(db, entry)
        _record(db, "entry.changed", entry)


def remove(db: Session, entry: Entry, actor: Person, reason: str = "") -> None:
    """Puts an entry into the bin with all that stands under it; `restore` brings all of it back."""
    moment = clock.now()
    entry.removed_at, entry.removed_by, entry.removed_reason = moment, actor.id, reason
    index.remove(db.connection(), entry.id)
    for each in _below(db, entry, Entry.removed_at.is_(None)):
        each.removed_at, each.removed_with = moment, entry.id
        index.remove(db.connection(), each.id)
    _count_thread(db, entry)
    _record(db, "entry.removed", entry, removed_by=actor.id)
    audit.write(
        db, "entry.removed", f"{entry.kind} {entry.id}", actor_id=actor.id, **({"reason": reason} if reason else {})
    )


def restore(db: Session, entry: Entry, actor: Person | None = None) -> None:
    entry.removed_at = entry.removed_by = None
    entry.removed_reason = ""
    back = [entry, *_below(db, entry, Entry.removed_with == entry.id)]
    for each in back:
        each.removed_at = each.removed_with = None
        _index(db, each, words.write(db, each.body, each.room_id, each.root_id).plain)
    _count_thread(db, entry)
    _record(db, "entry.added", entry, restored=True)
    if actor and actor.id != entry.author_id:
        audit.write(db, "entry.restored", f"{entry.kind} {entry.id}", actor_id=actor.id)


def set_locked(db: Session, entry: Entry, actor: Person, *, locked: bool) -> None:
    """Whether a post takes no more comments, but those of keepers."""
    if locked == (entry.locked_at is not None):
        return
    entry.locked_at = clock.now() if locked else None
    entry.version += 1
    _record(db, "entry.changed", entry)
    audit.write(db, "entry.locked" if locked else "entry.unlocked", f"{entry.kind} {entry.id}", actor_id=actor.id)


def save_for_later(db: Session, entry: Entry, person: Person, *, on: bool) -> None:
    """Doing it twice changes nothing."""
    row = db.get(SavedEntry, (person.id, entry.id))
    if on and row is None:
        db.add(SavedEntry(person_id=person.id, entry_id=entry.id, at=clock.now()))
    elif row and not on:
        db.delete(row)
    db.flush()


def set_pinned(db: Session, entry: Entry, *, pinned: bool) -> None:
    if pinned == (entry.pinned_at is not None):
        return
    entry.pinned_at = clock.now() if pinned else None
    entry.version += 1
    _record(db, "entry.changed", entry)


def react(db: Session, entry: Entry, person: Person, emoji: str, *, on: bool) -> None:
    """Puts or takes back one reaction. Doing it twice changes nothing. Raises Invalid for one kind too many."""
    row = db.get(Reaction, (entry.id, emoji, person.id))
    if on == (row is not None):
        return
    if row:
        db.delete(row)
    elif _distinct_reactions(db, entry.id, emoji) >= REACTIONS_CAP:
        raise Invalid({"emoji": FULL})
    else:
        db.add(Reaction(entry_id=entry.id, emoji=emoji, person_id=person.id, at=clock.now()))
    db.flush()
    _touch(db, entry)
    _record(db, "reaction.changed", entry, reactor_id=person.id, emoji=emoji, on=on)


def _distinct_reactions(db: Session, entry_id: int, emoji: str) -> int:
    others = select(func.count(Reaction.emoji.distinct())).where(Reaction.entry_id == entry_id, Reaction.emoji != emoji)
    return db.scalar(others) or 0


def hold_bytes(db: Session, attachments: Sequence[NewAttachment]) -> None:
    """Rows for these bytes, so that a foreign key can point to them and hold them."""
    for each in attachments:
        db.merge(Blob(sha256=each.sha256, size=each.size, created_at=clock.now()))
    db.flush()


def _attach(db: Session, entry: Entry, attachments: Sequence[NewAttachment]) -> None:
    if not attachments:
        return
    hold_bytes(db, attachments)
    for each in attachments:
        db.add(Attachment(entry_id=entry.id, **asdict(each)))
    db.flush()


def _searchable(plain: str, attachments: Sequence[NewAttachment] | Sequence[Attachment]) -> str:
    return "\n".join([plain, *(f"{each.name} {each.alt}" for each in attachments)])


def show_anew(db: Session, entry: Entry) -> None:
    """Something that hangs on the entry is another now: everyone who looks at it gets its fragment again."""
    _touch(db, entry)
    _record(db, "entry.changed", entry)


def raise_versions(db: Session, ids: Sequence[int]) -> None:
    """These entries, and what they stand under, are drawn anew; nobody is told, since nobody did anything there."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        above = select(Entry.parent_id).where(Entry.id.in_(some), Entry.parent_id.is_not(None))
        top = select(Entry.thread_id).where(Entry.id.in_(some), Entry.thread_id.is_not(None))
        shown = or_(Entry.id.in_(some), Entry.id.in_(above), Entry.id.in_(top))
        db.execute(update(Entry).where(shown).values(version=Entry.version + 1))


def _index(db: Session, entry: Entry, plain: str) -> None:
    files = db.scalars(select(Attachment).where(Attachment.entry_id == entry.id)).all()
    index.put(db.connection(), entry.id, _searchable(plain, files), "")


def _set_tags(db: Session, entry_id: int, tags: Sequence[str]) -> None:
    db.execute(delete(EntryTag).where(EntryTag.entry_id == entry_id))
    _add_tags(db, entry_id, tags)


def _add_tags(db: Session, entry_id: int, tags: Sequence[str]) -> None:
    if tags:
        db.execute(insert(EntryTag), [{"tag": tag, "entry_id": entry_id} for tag in tags])


def _below(db: Session, entry: Entry, *which: ColumnElement[bool]) -> Sequence[Entry]:
    """What stands under an entry, replies of its comments too."""
    above = Entry.parent_id if entry.thread_id else Entry.thread_id
    return db.scalars(select(Entry).where(above == entry.id, *which).order_by(Entry.id)).all()


def _above(db: Session, entry: Entry) -> list[Entry]:
    """The comment that it answers, and the post at the top: each once."""
    ids = dict.fromkeys(each for each in (entry.parent_id, entry.thread_id) if each)
    return [found for each in ids if (found := db.get(Entry, each))]


def _touch(db: Session, entry: Entry) -> None:
    """Whatever shows this entry is shown anew: itself, and what it stands under."""
    entry.version += 1
    for each in _above(db, entry):
        each.version += 1


def _count_thread(db: Session, entry: Entry) -> None:
    """Counts anew what stands under the entries above this one."""
    db.flush()
    for each in _above(db, entry):
        under = Entry.parent_id if each.thread_id else Entry.thread_id
        standing = select(func.count()).where(under == each.id, Entry.removed_at.is_(None))
        each.comment_count = db.scalar(standing) or 0
        each.version += 1


def _record(db: Session, name: str, entry: Entry, **data: Any) -> None:
    events.record(
        db, name, room_id=entry.room_id, subject=entry.id, kind=entry.kind, parent_id=entry.parent_id,
        thread_id=entry.thread_id, author_id=entry.author_id, in_log=entry.in_log, **data,
    )  # fmt: skip
