"""Fetching a post or comment together with its room, for a viewer."""

from sqlalchemy.orm import Session

from intranet.plugin_api import Entry, NotFound, Person, SeenRoom, entry_queries, people, room_queries

KINDS = ("post", "comment")


def fetch(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """Raises NotFound for what is not there or not the viewer's to see."""
    entry = entry_queries.find(db, viewer, entry_id)
    return _with_room(db, viewer, entry)


def fetch_removed(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """One of the viewer's own from the bin. Raises NotFound."""
    return _with_room(db, viewer, entry_queries.find_removed(db, viewer, entry_id))


def fetch_room(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    seen = room_queries.find_readable(db, viewer, slug=slug, room_id=room_id)
    if seen is None:
        raise NotFound
    return seen


def above_id(comment: Entry) -> int:
    """The comment under which an answer stands: this one, or that which it answers itself."""
    return comment.id if comment.parent_id in (None, comment.thread_id) else comment.parent_id


def names_author(db: Session, viewer: Person, comment: Entry) -> str:
    """What an answer to somebody's reply begins with."""
    if comment.author_id == viewer.id or above_id(comment) == comment.id:
        return ""
    author = people.by_ids(db, {comment.author_id})[comment.author_id]
    return "" if author.erased_at or author.disabled_at else f"@{author.username} "


def _with_room(db: Session, viewer: Person, entry: Entry | None) -> tuple[Entry, SeenRoom]:
    if entry is None or entry.kind not in KINDS:
        raise NotFound
    return entry, fetch_room(db, viewer, room_id=entry.room_id)
