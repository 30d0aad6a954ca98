"""Fetching a post or comment together with its room, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.posts.comparing import Piece, compare
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Membership,
    NotFound,
    Person,
    SeenRoom,
    caps,
    entry_queries,
    people,
    readable,
    room_queries,
)

SHAREABLE = ("post", "message")
NO_ROOM = N_("Choose one of your rooms.")
POSTS_ONLY = N_("This can be done to posts only.")


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


def stands_without_words(db: Session, entry: Entry) -> bool:
    return bool(entry.shared_id or entry_queries.attachments(db, [entry]))


@dataclass(frozen=True)
class Version:
    """What an entry said from `at` on. `pieces` is how it differs from what it said before; None for the first words."""

    at: datetime
    body: str
    pieces: list[Piece] | None
    is_current: bool


def list_versions(db: Session, entry: Entry, *, before: int) -> tuple[list[Version], int | None]:
    """A page of what an entry has said, newest first, and where the next page begins."""
    rows = entry_queries.list_revisions(db, entry.id, before=before, limit=caps.VERSIONS + 1)
    said = [(each.at, each.body) for each in rows]
    is_first = before == entry_queries.NEWEST
    if is_first:
        said.insert(0, (entry.edited_at or entry.created_at, entry.body))
    shown = [
        Version(at, body, compare(said[place + 1][1], body) if place + 1 < len(said) else None, is_first and place == 0)
        for place, (at, body) in enumerate(said)
    ]
    if len(rows) <= caps.VERSIONS:
        return shown, None
    return shown[:-1], rows[-2].revision


def fetch_post(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """Like `fetch`. Raises Forbidden for comments and messages."""
    entry, seen = fetch(db, viewer, entry_id)
    if entry.kind != "post":
        raise Forbidden(POSTS_ONLY)
    return entry, seen


def fetch_shareable(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """A post, or a message that becomes the subject of one. Raises Forbidden for comments."""
    entry, seen = fetch(db, viewer, entry_id)
    if entry.kind not in SHAREABLE:
        raise Forbidden(POSTS_ONLY)
    return entry, seen


def find_source(db: Session, viewer: Person, post: Entry) -> Entry:
    """What is shared when this post is: that which it shares itself, if the viewer may read it."""
    original = entry_queries.find(db, viewer, post.shared_id) if post.shared_id else None
    return original or post


def is_gone(db: Session, viewer: Person, entry_id: int) -> bool:
    """Whether it was removed, for those who might read it otherwise."""
    query = select(Entry.id).where(Entry.id == entry_id, Entry.removed_at.is_not(None), readable(viewer))
    return db.scalar(query) is not None


def newest_shown(db: Session, viewer: Person, ids: Sequence[int]) -> dict[int, int]:
    """Of these posts, as far as the viewer may read them, the newest by room."""
    query = (
        select(Entry.room_id, func.max(Entry.id))
        .where(Entry.id.in_(ids), Entry.thread_id.is_(None), Entry.kind != "message", readable(viewer))
        .where(Entry.removed_at.is_(None))
        .group_by(Entry.room_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


@dataclass(frozen=True)
class Seen:
    """Who has seen a post or message, of those who were in the room when it was written and tell what they have read.

    Its author is none of them.
    """

    people: list[Person]
    of: int


def list_seen(db: Session, entry: Entry) -> Seen:
    mark = Membership.chat_read_to if entry.kind == "message" else Membership.read_to
    query = (
        select(Person, mark)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.room_id == entry.room_id, Membership.joined_at <= entry.created_at)
        .where(Person.disabled_at.is_(None), Person.id != entry.author_id, people.tells_reading())
        .order_by(Person.name, Person.id)
    )
    rows = db.execute(query).all()
    return Seen([person for person, read_to in rows if read_to >= entry.id], len(rows))


def _with_room(db: Session, viewer: Person, entry: Entry | None) -> tuple[Entry, SeenRoom]:
    if entry is None:
        raise NotFound
    return entry, fetch_room(db, viewer, room_id=entry.room_id)
