"""Conversations as their viewer has them: the list, one of them, a part of its log."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from intranet.features.chat import rules
from intranet.plugin_api import (
    Entry,
    Membership,
    NotFound,
    Person,
    SeenRoom,
    caps,
    direct_rooms,
    entry_queries,
    fold,
    notifications,
    people,
    room_queries,
)

Place = tuple[int, int, str, int]
UNREAD_CAP = 100
GROUPS = UNREAD, FAVOURITES, NAMED, DIRECT = range(4)  # as the list shows them
ADDRESSING = (
    f"SELECT count(*) FROM notifications n WHERE {notifications.VISIBLE_SQL} AND n.read_at IS NULL"  # noqa: S608
    " AND n.kind IN ('chat.named', 'chat.everyone', 'chat.urgent')"
)
MINE = text(
    "SELECT r.id, r.slug, r.name, r.kind, r.access, r.icon, r.hue, m.role, m.loudness, m.is_favourite, m.chat_read_to,"  # noqa: S608
    " (SELECT max(e.id) FROM entries e WHERE e.room_id = r.id AND e.in_log AND e.removed_at IS NULL"
    " AND e.id > m.history_from AND coalesce(e.thread_id, e.id) > m.history_from) AS newest_id,"
    " (SELECT count(*) FROM (SELECT 1 FROM entries e WHERE e.room_id = r.id AND e.in_log AND e.removed_at IS NULL"
    " AND e.id > max(m.chat_read_to, m.history_from) AND coalesce(e.thread_id, e.id) > m.history_from"
    " AND e.author_id != m.person_id AND m.loudness != 'muted' LIMIT :cap)) AS unread,"
    f" ({ADDRESSING} AND n.room_id = r.id) AS addressed"
    " FROM memberships m JOIN rooms r ON r.id = m.room_id WHERE m.person_id = :viewer_id AND r.removed_at IS NULL"
    " AND r.archived_at IS NULL AND r.kind IN ('company', 'team', 'channel', 'direct')"
)
ADDRESSED = text(
    f"SELECT ({ADDRESSING}) + (SELECT count(*) FROM (SELECT 1 FROM memberships m"  # noqa: S608
    " JOIN rooms r ON r.id = m.room_id AND r.kind = 'direct' AND r.removed_at IS NULL"
    " JOIN entries e ON e.room_id = r.id AND e.in_log AND e.removed_at IS NULL"
    " AND e.id > max(m.chat_read_to, m.history_from) AND e.author_id != m.person_id"
    " WHERE m.person_id = :viewer_id AND m.loudness != 'muted' LIMIT :cap))"
)


@dataclass(frozen=True)
class Chat:
    """One conversation of the viewer's list. `people` are the others of a direct room."""

    room: Row[Any]
    people: Sequence[Person] = ()

    @property
    def is_direct(self) -> bool:
        return bool(self.room.kind == "direct")

    @property
    def url(self) -> str:
        return rules.address(self.room)

    @property
    def addressed(self) -> int:
        """How much of what is new was said to the viewer: in a direct room all of it."""
        return int(self.room.unread if self.is_direct else self.room.addressed)


def group_of(chat: Chat) -> int:
    """Where it stands in the list: what is new comes first, and each conversation once."""
    if chat.room.unread:
        return UNREAD
    return FAVOURITES if chat.room.is_favourite else DIRECT if chat.is_direct else NAMED


def place_of(chat: Chat) -> Place:
    """The key by which the list is sorted, and from which it goes on: by name, or what was talked in last."""
    group = group_of(chat)
    newest_id, name = (-chat.room.newest_id, "") if group == DIRECT else (0, fold(chat.room.name))
    return group, newest_id, name, chat.room.id


@dataclass(frozen=True)
class Part:
    """A part of a log, oldest first, and whether there is more on either side. `new_from` is the first that is new."""

    rows: Sequence[Row[Any]] | Sequence[Entry]
    has_older: bool = False
    has_newer: bool = False
    new_from: int = 0


def list_chats(db: Session, viewer: Person) -> list[Chat]:
    """All conversations of the viewer, in the order of their names; direct ones that nobody wrote in yet are left out."""
    rows = db.execute(MINE, _values(viewer)).all()
    others = direct_rooms.list_people(db, viewer, [row.id for row in rows if row.kind == "direct"])
    found = [Chat(row, others.get(row.id, ())) for row in rows if row.kind != "direct" or row.newest_id]
    return sorted(found, key=lambda each: (fold(each.room.name), each.room.id))


def count_addressed(db: Session, viewer: Person) -> int:
    """How much was said to the viewer and is new: where they were named, and in direct rooms."""
    return int(db.scalar(ADDRESSED, _values(viewer)) or 0)


def _values(viewer: Person) -> dict[str, int]:
    return {"viewer_id": viewer.id, "viewer_is_guest": int(viewer.is_guest), "cap": UNREAD_CAP}


def fetch(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A conversation that the viewer may read. Raises NotFound."""
    seen = room_queries.find_readable(db, viewer, slug=slug, room_id=room_id)
    if seen is None or seen.room.kind not in rules.KINDS:
        raise NotFound
    return seen


def fetch_message(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """A message that the viewer may read, with its room. Raises NotFound."""
    entry = entry_queries.find(db, viewer, entry_id)
    if entry is None or entry.kind != "message":
        raise NotFound
    return entry, fetch(db, viewer, room_id=entry.room_id)


def fetch_root(db: Session, viewer: Person, seen: SeenRoom, entry_id: int) -> Entry:
    """The message at the top of a thread of this room. Raises NotFound."""
    entry = entry_queries.find(db, viewer, entry_id)
    if entry is None or entry.kind != "message" or entry.room_id != seen.room.id or entry.thread_id:
        raise NotFound
    return entry


def fetch_people(db: Session, viewer: Person, usernames: Sequence[str]) -> list[Person]:
    """Those to whom the viewer wants to write. Raises NotFound for whom the viewer may not know of."""
    found = [people.find_by_username(db, username) for username in usernames]
    known = [each for each in found if each and not each.disabled_at and people.may_see(db, viewer, each)]
    if len(known) != len(usernames):
        raise NotFound
    return known


def read_log(
    db: Session, seen: SeenRoom, *, before: int | None = None, after: int | None = None, around: int | None = None,
    read_to: int | None = None, reader_id: int = 0, limit: int = caps.MESSAGES,
) -> Part:  # fmt: skip
    """The part of the log before or after an id, around one, or else around what its reader read last."""
    if before is None and after is None and around is None and read_to is not None:
        return _from_mark(db, seen, read_to, reader_id)
    read = partial(entry_queries.list_log, db, seen)
    return _read(read, before=before, after=after, around=around, limit=limit)


def read_thread(
    db: Session, root: Entry, *, before: int | None = None, after: int | None = None, around: int | None = None,
    limit: int = caps.MESSAGES,
) -> Part:  # fmt: skip
    """The newest answers in a thread, those before or after an id, or those around one."""
    around = None if around == root.id else around
    read = partial(entry_queries.list_thread, db, root.id)
    return _read(read, before=before, after=after, around=around, limit=limit)


def _read(
    read: Callable[..., Sequence[Any]], *, before: int | None, after: int | None, around: int | None, limit: int
) -> Part:
    """`read` answers with what stands before or after an id, oldest first."""
    if around is not None:
        half, rest = limit // 2, limit - limit // 2
        older, newer = read(before=around, limit=half + 1), read(after=around - 1, limit=rest + 1)
        shown = [*older[max(len(older) - half, 0) :], *newer[:rest]]
        return Part(shown, has_older=len(older) > half, has_newer=len(newer) > rest)
    rows = read(before=before, after=after, limit=limit + 1)
    is_more = len(rows) > limit
    if after is not None:
        return Part(rows[:limit], has_older=after > 0, has_newer=is_more)
    return Part(rows[-limit:], has_older=is_more, has_newer=before is not None)


def _from_mark(db: Session, seen: SeenRoom, read_to: int, reader_id: int) -> Part:
    """The newest, unless there is so much that is new that what was read last would not be among them."""
    newest = read_log(db, seen)
    fresh = _fresh(newest, read_to, reader_id)
    if newest.has_older and fresh and newest.rows[0].id > read_to:
        newest = read_log(db, seen, around=read_to + 1)
        fresh = _fresh(newest, read_to, reader_id)
    return Part(newest.rows, newest.has_older, newest.has_newer, fresh[0] if fresh else 0)


def _fresh(part: Part, read_to: int, reader_id: int) -> list[int]:
    """One's own words are never new to oneself."""
    return [row.id for row in part.rows if row.id > read_to and row.author_id != reader_id]


def said_at(db: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these messages was said, which were found for a viewer before."""
    query = select(Entry.id, Entry.created_at).where(Entry.id.in_(ids))
    return {row[0]: row[1] for row in db.execute(query)}


def who_read(db: Session, entry: Entry, people: Collection[int]) -> set[int]:
    """Those of these people who have read the chat up to this message. What stands in a thread alone has no such mark."""
    if not (entry.in_log and people):
        return set()
    query = select(Membership.person_id).where(
        Membership.room_id == entry.room_id, Membership.person_id.in_(people), Membership.chat_read_to >= entry.id
    )
    return set(db.scalars(query))


def stands_in_thread(db: Session, root_id: int, author_id: int) -> bool:
    """Whether this person has said anything in the thread that still stands."""
    query = select(Entry.id).where(Entry.thread_id == root_id, Entry.author_id == author_id, Entry.removed_at.is_(None))
    return db.scalar(query.limit(1)) is not None


def find_unread_before(db: Session, entry: Entry, person_id: int) -> Entry | None:
    """The newest message of others before this one that the person has not read yet."""
    membership = room_queries.find_membership(db, entry.room_id, person_id)
    unread = (Entry.id > membership.chat_read_to, Entry.id < entry.id) if membership else (Entry.id < 0,)
    query = select(Entry).where(
        Entry.room_id == entry.room_id, Entry.in_log, Entry.removed_at.is_(None), Entry.author_id != person_id, *unread
    )
    return db.scalar(query.order_by(Entry.id.desc()).limit(1))
