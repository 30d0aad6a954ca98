"""Reading what a conversation keeps at hand: pinned messages, and the files that came with messages."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, func, or_, select, text
from sqlalchemy.orm import Session

from intranet.plugin_api import Attachment, Entry, Person, SeenRoom, entry_queries

NEWEST = (entry_queries.NEWEST, entry_queries.NEWEST)


def list_pinned(db: Session, seen: SeenRoom, *, before: int = entry_queries.NEWEST, limit: int) -> Sequence[Entry]:
    """Pinned messages, those of threads too, said before that one; what was said last comes first."""
    standing = (Entry.room_id == seen.room.id, Entry.kind != "post", Entry.removed_at.is_(None))  # by the index of pins
    query = select(Entry).where(*standing, _visible(seen), Entry.pinned_at.is_not(None), Entry.id < before)
    return db.scalars(query.order_by(Entry.id.desc()).limit(limit)).all()


def list_files(
    db: Session, seen: SeenRoom, *, before: tuple[int, int] = NEWEST, limit: int
) -> Sequence[Row[Attachment, Entry, Person]]:
    """Files that came with messages, each with its message and who said it; newest first.

    `before` are the ids of the message and of the file where the last part ended.
    """
    entry_id, file_id = before
    standing = text("entries.has_files AND entries.removed_at IS NULL")  # as the index of files says it
    query = (
        select(Attachment, Entry, Person)
        .join(Entry, Entry.id == Attachment.entry_id)
        .join(Person, Person.id == Entry.author_id)
        .where(Entry.room_id == seen.room.id, Entry.kind == "message", standing, _visible(seen), Entry.id <= entry_id)
        .where(or_(Entry.id < entry_id, Attachment.id < file_id))
    )
    return db.execute(query.order_by(Entry.id.desc(), Attachment.id.desc()).limit(limit)).all()


def _visible(seen: SeenRoom) -> ColumnElement[bool]:
    """Who came later may not read what was said, and begun, before."""
    return func.coalesce(Entry.thread_id, Entry.id) > seen.history_from
