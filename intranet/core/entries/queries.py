"""Reading entries, always for a viewer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from intranet.core.entries.words import emoji_order
from intranet.core.models import Attachment, Entry, EntryRevision, EntryTag, Membership, Person, Reaction, SavedEntry
from intranet.core.rooms import access
from intranet.core.rooms.queries import SeenRoom

FEED_SQL = (
    "SELECT e.id, e.version, e.room_id FROM memberships m JOIN rooms r ON r.id = m.room_id"
    " JOIN entries e ON e.id IN (SELECT x.id FROM entries x WHERE x.room_id = m.room_id AND x.kind = 'post'"
    " AND x.removed_at IS NULL AND x.id < :before AND x.id > max(m.history_from, :after)"
    " ORDER BY x.id DESC LIMIT :limit) WHERE m.person_id = :viewer_id AND r.removed_at IS NULL"
    " AND (:room_id = 0 OR r.id = :room_id) AND (:kind = '' OR r.kind = :kind)"
    " ORDER BY e.id DESC LIMIT :limit"
)
ROOM_POSTS = text(
    "SELECT id, version, room_id FROM entries WHERE room_id = :room_id AND kind = 'post' AND removed_at IS NULL"
    " AND id < :before AND id > :after ORDER BY id DESC LIMIT :limit"
)
PINNED_SQL = (
    "SELECT e.id, e.version, e.room_id, e.pinned_at FROM entries e JOIN memberships m ON m.room_id = e.room_id"
    " JOIN rooms r ON r.id = e.room_id WHERE m.person_id = :viewer_id AND e.pinned_at IS NOT NULL AND e.kind != 'message'"
    " AND e.removed_at IS NULL AND e.id > m.history_from AND r.removed_at IS NULL"
    " AND (:room_id = 0 OR r.id = :room_id) ORDER BY e.pinned_at DESC LIMIT 3"
)
FEED, PINNED = text(FEED_SQL), text(PINNED_SQL)
FIRST_PAGE = text(
    f"SELECT * FROM ({PINNED_SQL}) UNION ALL SELECT id, version, room_id, NULL AS pinned_at FROM ({FEED_SQL})"  # noqa: S608
)
# Whoever reacted or commented counts once for each post, its author not at all; at most LOOKED_AT posts of each room.
TALKED_ABOUT = text(
    "SELECT e.id, e.version, e.room_id, (SELECT count(DISTINCT who) FROM ("
    " SELECT x.person_id AS who FROM reactions x WHERE x.entry_id = e.id"
    " UNION SELECT c.author_id FROM entries c WHERE c.thread_id = e.id AND c.removed_at IS NULL)"
    " WHERE who != e.author_id) AS people FROM memberships m JOIN rooms r ON r.id = m.room_id"
    " JOIN entries e ON e.id IN (SELECT x.id FROM entries x WHERE x.room_id = m.room_id AND x.kind = 'post'"
    " AND x.removed_at IS NULL AND x.id > m.history_from ORDER BY x.id DESC LIMIT :looked)"
    " WHERE m.person_id = :viewer_id AND r.removed_at IS NULL AND e.created_at >= :since AND people > 0"
    " ORDER BY people DESC, e.id DESC LIMIT :limit"
)
LOG_BEFORE = text(
    "SELECT id, version, author_id, created_at FROM entries WHERE room_id = :room_id AND in_log AND removed_at IS NULL"
    " AND id < :before AND id > :history_from AND coalesce(thread_id, id) > :history_from ORDER BY id DESC LIMIT :limit"
).columns(Entry.id, Entry.version, Entry.author_id, Entry.created_at)
LOG_AFTER = text(
    "SELECT id, version, author_id, created_at FROM entries WHERE room_id = :room_id AND in_log AND removed_at IS NULL"
    " AND id > :after AND coalesce(thread_id, id) > :history_from ORDER BY id LIMIT :limit"
).columns(Entry.id, Entry.version, Entry.author_id, Entry.created_at)
LOG_SINCE = text(
    "SELECT id FROM entries WHERE room_id = :room_id AND in_log AND removed_at IS NULL AND created_at >= :moment"
    " AND coalesce(thread_id, id) > :history_from ORDER BY created_at, id LIMIT 1"
)
LAST_COMMENTS = text(
    "SELECT c.id FROM entries p JOIN entries c ON c.id IN (SELECT x.id FROM entries x WHERE x.parent_id = p.id"
    " AND x.removed_at IS NULL ORDER BY x.id DESC LIMIT :count) WHERE p.id IN :ids ORDER BY c.id"
).bindparams(bindparam("ids", expanding=True))
OWN_MARKS = text(
    "WITH shown(id) AS MATERIALIZED (SELECT value FROM json_each(:ids))"
    " SELECT r.entry_id, r.emoji FROM reactions r WHERE r.person_id = :viewer_id AND (r.entry_id IN shown"
    " OR r.entry_id IN (SELECT c.id FROM shown JOIN entries c ON c.thread_id = shown.id))"
    " UNION ALL SELECT s.entry_id, '' FROM saved_entries s WHERE s.person_id = :viewer_id AND (s.entry_id IN shown"
    " OR s.entry_id IN (SELECT c.id FROM shown JOIN entries c ON c.thread_id = shown.id))"
)
# Written once, because everything that is drawn asks them.
IDS: BindParameter[int] = bindparam("ids", expanding=True)
BY_IDS = select(Entry).where(Entry.id.in_(IDS), Entry.removed_at.is_(None))
ATTACHMENTS = select(Attachment).where(Attachment.entry_id.in_(IDS)).order_by(Attachment.id)
REACTIONS = (
    select(Reaction.entry_id, Reaction.emoji, Reaction.person_id)
    .where(Reaction.entry_id.in_(IDS))
    .order_by(Reaction.at, Reaction.person_id)
)
ANSWERED = (
    select(Entry.thread_id, Entry.author_id, func.max(Entry.created_at))
    .where(Entry.thread_id.in_(IDS), Entry.removed_at.is_(None))
    .group_by(Entry.thread_id, Entry.author_id)
    .order_by(func.max(Entry.id).desc())
)
NEWEST = (1 << 63) - 1
LOOKED_AT = 200


def list_feed(
    db: Session, viewer: Person, *, before: int = NEWEST, after: int = 0, limit: int = 20, kind: str = ""
) -> Sequence[Row[Any]]:
    """Posts of the viewer's rooms, newest first: id, version, room. Cost is bounded by rooms times limit."""
    values = {"viewer_id": viewer.id, "before": before, "after": after, "limit": limit, "room_id": 0, "kind": kind}
    return db.execute(FEED, values).all()


def list_first(
    db: Session, viewer: Person, *, limit: int = 20, kind: str = ""
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """What the home page begins with, in one statement: the newest three pinned posts, and the newest of all."""
    values = {"viewer_id": viewer.id, "before": NEWEST, "after": 0, "limit": limit, "room_id": 0, "kind": kind}
    rows = db.execute(FIRST_PAGE, values).all()
    pinned = sorted((row for row in rows if row.pinned_at), key=lambda row: row.pinned_at, reverse=True)
    return pinned, sorted((row for row in rows if not row.pinned_at), key=lambda row: row.id, reverse=True)


def list_pinned(db: Session, viewer: Person, *, room_id: int = 0) -> Sequence[Row[Any]]:
    """The newest three pinned posts of the viewer's rooms, or of one of them: id, version, room."""
    return db.execute(PINNED, {"viewer_id": viewer.id, "room_id": room_id}).all()


def list_room(db: Session, seen: SeenRoom, *, before: int = NEWEST, limit: int = 20) -> Sequence[Row[Any]]:
    """Posts of one room as its viewer has it, newest first: id, version, room."""
    values = {"room_id": seen.room.id, "before": before, "after": seen.history_from, "limit": limit}
    return db.execute(ROOM_POSTS, values).all()


def list_log(
    db: Session, seen: SeenRoom, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """A part of the room's chat as its viewer has it, oldest first: id, version, author_id, created_at.

    The newest before that id, or the oldest after that id; with neither, the newest.
    """
    values = {"room_id": seen.room.id, "history_from": seen.history_from, "limit": limit}
    if after is not None:
        return db.execute(LOG_AFTER, {**values, "after": after}).all()
    return db.execute(LOG_BEFORE, {**values, "before": NEWEST if before is None else before}).all()[::-1]


def find_first_since(db: Session, seen: SeenRoom, moment: datetime) -> int | None:
    """The first of the room's chat from that moment on."""
    values = {"room_id": seen.room.id, "history_from": seen.history_from, "moment": _stored(moment)}
    found: int | None = db.scalar(LOG_SINCE, values)
    return found


def list_thread(
    db: Session, root_id: int, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Sequence[Entry]:
    """A part of what stands under an entry that was found for its viewer, oldest first, as `list_log` does."""
    query = select(Entry).where(Entry.thread_id == root_id, Entry.removed_at.is_(None))
    if after is not None:
        return db.scalars(query.where(Entry.id > after).order_by(Entry.id).limit(limit)).all()
    newest = query.where(Entry.id < (NEWEST if before is None else before)).order_by(Entry.id.desc()).limit(limit)
    return db.scalars(newest).all()[::-1]


def list_talked_about(db: Session, viewer: Person, *, since: datetime, limit: int = 20) -> Sequence[Row[Any]]:
    """Posts of the viewer's rooms since that moment, by how many people reacted or commented: id, version, room, score."""
    values = {
        "viewer_id": viewer.id,
        "since": _stored(since),
        "limit": limit,
        "looked": LOOKED_AT,
    }
    return db.execute(TALKED_ABOUT, values).all()


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def find(db: Session, viewer: Person, entry_id: int) -> Entry | None:
    """The entry, if it stands in a room that the viewer may read."""
    query = select(Entry).where(Entry.id == entry_id, Entry.removed_at.is_(None), access.readable(viewer))
    return db.scalar(query)


def find_many(db: Session, viewer: Person, ids: Sequence[int]) -> dict[int, Entry]:
    """The same of several, by their ids."""
    query = select(Entry).where(Entry.id.in_(ids), Entry.removed_at.is_(None), access.readable(viewer))
    return {entry.id: entry for entry in db.scalars(query)}


def find_removed(db: Session, viewer: Person, entry_id: int) -> Entry | None:
    """An entry in the bin that the viewer may take out again: their own, or as keeper whatever a keeper removed."""
    return db.scalar(select(Entry).where(Entry.id == entry_id, _in_bin(viewer)))


def list_removed(
    db: Session, viewer: Person, *, room_id: int | None = None, before: int = NEWEST, limit: int = 20
) -> Sequence[Entry]:
    """What the viewer may take out of the bin, newest first."""
    query = select(Entry).where(_in_bin(viewer), Entry.id < before)
    if room_id is not None:
        query = query.where(Entry.room_id == room_id)
    return db.scalars(query.order_by(Entry.id.desc()).limit(limit)).all()


def _in_bin(viewer: Person) -> ColumnElement[bool]:
    """What went along with something else comes back with it; what a keeper took away its author cannot bring back."""
    own = and_(Entry.author_id == viewer.id, func.coalesce(Entry.removed_by, viewer.id) == viewer.id)
    kept = select(Membership.room_id).where(Membership.person_id == viewer.id, Membership.role == "keeper")
    by_keeper = and_(Entry.room_id.in_(kept), Entry.removed_by.is_not(None), Entry.removed_by != Entry.author_id)
    above = aliased(Entry)
    stands = ~(
        select(above.id)
        .where(above.id.in_((Entry.parent_id, Entry.thread_id)), above.removed_at.is_not(None))
        .correlate(Entry)
        .exists()
    )
    in_bin = and_(Entry.removed_at.is_not(None), Entry.removed_with.is_(None), stands)
    return and_(in_bin, access.readable(viewer), or_(own, by_keeper))


def by_ids(db: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """Entries that were found for a viewer before; the caller answers for that."""
    return {e.id: e for e in db.scalars(BY_IDS, {"ids": list(ids)})} if ids else {}


@dataclass(frozen=True)
class Window:
    """A part of what stands right under an entry, oldest first, and whether more stands before and behind it."""

    entries: Sequence[Entry]
    has_earlier: bool = False
    has_later: bool = False


def list_window(db: Session, parent_id: int, *, pivot: int, older: int, newer: int) -> Window:
    """At most so many that are older than the pivot, and so many that are not."""
    query = select(Entry).where(Entry.parent_id == parent_id, Entry.removed_at.is_(None))
    before = db.scalars(query.where(Entry.id < pivot).order_by(Entry.id.desc()).limit(older + 1)).all()
    behind = db.scalars(query.where(Entry.id >= pivot).order_by(Entry.id).limit(newer + 1)).all()
    shown = [*reversed(before[:older]), *behind[:newer]]
    return Window(shown, has_earlier=len(before) > older, has_later=len(behind) > newer)


def list_newest(db: Session, parent_ids: Sequence[int], count: int) -> dict[int, Window]:
    """The newest under each of these entries, in two statements."""
    under: dict[int, list[Entry]] = {}
    found = by_ids(db, last_comment_ids(db, parent_ids, count + 1)) if parent_ids else {}
    for entry_id in sorted(found):
        under.setdefault(found[entry_id].parent_id or 0, []).append(found[entry_id])
    return {parent_id: Window(each[-count:], has_earlier=len(each) > count) for parent_id, each in under.items()}


def list_comments(db: Session, parent_id: int, *, after: int = 0, limit: int) -> Sequence[Entry]:
    query = select(Entry).where(Entry.parent_id == parent_id, Entry.id > after, Entry.removed_at.is_(None))
    return db.scalars(query.order_by(Entry.id).limit(limit)).all()


def last_comment_ids(db: Session, parent_ids: Sequence[int], count: int = 2) -> list[int]:
    return list(db.scalars(LAST_COMMENTS, {"ids": list(parent_ids), "count": count}))


def list_answerers(db: Session, root_ids: Sequence[int]) -> dict[int, list[tuple[int, datetime]]]:
    """Who answered under each of these, whoever did so last first, with their last answer's time."""
    found: dict[int, list[tuple[int, datetime]]] = {}
    for root_id, author_id, at in db.execute(ANSWERED, {"ids": list(root_ids)}) if root_ids else ():
        found.setdefault(root_id or 0, []).append((author_id, at))
    return found


def list_revisions(
    db: Session, entry_id: int, *, before: int = NEWEST, limit: int | None = None
) -> Sequence[EntryRevision]:
    """Earlier words of an entry that was found for its viewer, newest first."""
    query = select(EntryRevision).where(EntryRevision.entry_id == entry_id, EntryRevision.revision < before)
    return db.scalars(query.order_by(EntryRevision.revision.desc()).limit(limit)).all()


def list_saved(
    db: Session, viewer: Person, *, before: int = NEWEST, limit: int = 20
) -> Sequence[Row[int, int, str, int | None, int | None]]:
    """What the viewer keeps for later and may still read, by the entry's id: id, version, kind, parent_id, thread_id."""
    query = (
        select(Entry.id, Entry.version, Entry.kind, Entry.parent_id, Entry.thread_id)
        .join(SavedEntry, SavedEntry.entry_id == Entry.id)
        .where(
            SavedEntry.person_id == viewer.id, Entry.removed_at.is_(None), access.readable(viewer), Entry.id < before
        )
    )
    return db.execute(query.order_by(Entry.id.desc()).limit(limit)).all()


def suggest_tags(db: Session, viewer: Person, start: str, *, limit: int = 8) -> list[str]:
    """Tags that begin so, of entries that the viewer may read, most used first."""
    query = (
        select(EntryTag.tag)
        .join(Entry, Entry.id == EntryTag.entry_id)
        .where(EntryTag.tag.startswith(start.casefold(), autoescape=True), Entry.removed_at.is_(None))
        .where(access.readable(viewer))
        .group_by(EntryTag.tag)
        .order_by(func.count().desc(), EntryTag.tag)
    )
    return list(db.scalars(query.limit(limit)))


def reactions(db: Session, ids: Sequence[int]) -> dict[int, dict[str, list[int]]]:
    """For each entry: emoji to the ids of who reacted, oldest first."""
    found: dict[int, dict[str, list[int]]] = {}
    for entry_id, emoji, person_id in db.execute(REACTIONS, {"ids": list(ids)}) if ids else ():
        found.setdefault(entry_id, {}).setdefault(emoji, []).append(person_id)
    return {entry_id: dict(sorted(each.items(), key=emoji_order)) for entry_id, each in found.items()}


def own_reactions(db: Session, viewer: Person, ids: Sequence[int]) -> dict[int, list[str]]:
    """What the viewer reacted with on these entries and on their comments."""
    return own_marks(db, viewer, ids)[0]


def own_marks(db: Session, viewer: Person, ids: Sequence[int]) -> tuple[dict[int, list[str]], list[int]]:
    """The viewer's reactions on these entries and on their comments, and which of them they keep for later."""
    given: dict[int, list[str]] = {}
    saved: list[int] = []
    for entry_id, emoji in db.execute(OWN_MARKS, {"viewer_id": viewer.id, "ids": str(list(ids))}) if ids else ():
        if emoji:
            given.setdefault(entry_id, []).append(emoji)
        else:
            saved.append(entry_id)
    return given, saved


def attachments(db: Session, entries: Collection[Entry]) -> dict[int, list[Attachment]]:
    """The pictures and files of these entries, by their ids. Where none came with any, nobody is asked."""
    ids = [each.id for each in entries if each.has_files]
    found: dict[int, list[Attachment]] = {}
    for row in db.scalars(ATTACHMENTS, {"ids": ids}) if ids else ():
        found.setdefault(row.entry_id, []).append(row)
    return found


def find_attachment(db: Session, viewer: Person, attachment_id: int) -> Attachment | None:
    """The attachment, if its entry stands in a room that the viewer may read."""
    query = (
        select(Attachment)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Attachment.id == attachment_id, Entry.removed_at.is_(None), access.readable(viewer))
    )
    return db.scalar(query)
