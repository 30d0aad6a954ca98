"""Reading entries, always for a viewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.orm import Session

from intranet.core.entries.words import emoji_order
from intranet.core.models import Attachment, Entry, Person, Reaction
from intranet.core.rooms import access

FEED = text(
    "SELECT e.id, e.version, e.room_id FROM memberships m JOIN rooms r ON r.id = m.room_id"
    " JOIN entries e ON e.id IN (SELECT x.id FROM entries x WHERE x.room_id = m.room_id AND x.kind = 'post'"
    " AND x.removed_at IS NULL AND x.id < :before ORDER BY x.id DESC LIMIT :limit)"
    " WHERE m.person_id = :viewer_id AND r.removed_at IS NULL AND (:room_id = 0 OR r.id = :room_id)"
    " AND (:kind = '' OR r.kind = :kind)"
    " ORDER BY e.id DESC LIMIT :limit"
)
ROOM_POSTS = text(
    "SELECT id, version, room_id FROM entries WHERE room_id = :room_id AND kind = 'post' AND removed_at IS NULL"
    " AND id < :before ORDER BY id DESC LIMIT :limit"
)
PINNED = text(
    "SELECT e.id, e.version, e.room_id FROM entries e JOIN memberships m ON m.room_id = e.room_id"
    " JOIN rooms r ON r.id = e.room_id WHERE m.person_id = :viewer_id AND e.pinned_at IS NOT NULL"
    " AND e.removed_at IS NULL AND r.removed_at IS NULL AND (:room_id = 0 OR r.id = :room_id)"
    " ORDER BY e.pinned_at DESC LIMIT 3"
)
LAST_COMMENTS = text(
    "SELECT c.id FROM entries p JOIN entries c ON c.id IN (SELECT x.id FROM entries x WHERE x.parent_id = p.id"
    " AND x.removed_at IS NULL ORDER BY x.id DESC LIMIT :count) WHERE p.id IN :ids ORDER BY c.id"
).bindparams(bindparam("ids", expanding=True))
OWN_REACTIONS = text(
    "SELECT r.entry_id, r.emoji FROM reactions r WHERE r.person_id = :viewer_id AND (r.entry_id IN :ids"
    " OR r.entry_id IN (SELECT c.id FROM entries c WHERE c.parent_id IN :ids))"
).bindparams(bindparam("ids", expanding=True))
NEWEST = (1 << 63) - 1


def list_feed(
    db: Session, viewer: Person, *, before: int = NEWEST, limit: int = 20, kind: str = ""
) -> Sequence[Row[Any]]:
    """Posts of the viewer's rooms, newest first: id, version, room. Cost is bounded by rooms times limit."""
    values = {"viewer_id": viewer.id, "before": before, "limit": limit, "room_id": 0, "kind": kind}
    return db.execute(FEED, values).all()


def list_pinned(db: Session, viewer: Person, *, room_id: int = 0) -> Sequence[Row[Any]]:
    """The newest three pinned posts of the viewer's rooms, or of one of them: id, version, room."""
    return db.execute(PINNED, {"viewer_id": viewer.id, "room_id": room_id}).all()


def list_room(db: Session, room_id: int, *, before: int = NEWEST, limit: int = 20) -> Sequence[Row[Any]]:
    """Posts of one room that the caller has fetched for its viewer."""
    return db.execute(ROOM_POSTS, {"room_id": room_id, "before": before, "limit": limit}).all()


def find(db: Session, viewer: Person, entry_id: int) -> Entry | None:
    """The entry, if it stands in a room that the viewer may read."""
    query = select(Entry).where(
        Entry.id == entry_id, Entry.removed_at.is_(None), Entry.room_id.in_(access.readable_ids(viewer))
    )
    return db.scalar(query)


def find_removed(db: Session, viewer: Person, entry_id: int) -> Entry | None:
    """An entry in the bin that the viewer wrote."""
    query = select(Entry).where(
        Entry.id == entry_id, Entry.removed_at.is_not(None), Entry.author_id == viewer.id,
        Entry.room_id.in_(access.readable_ids(viewer)),
    )  # fmt: skip
    return db.scalar(query)


def by_ids(db: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """Entries that were found for a viewer before; the caller answers for that."""
    return {e.id: e for e in db.scalars(select(Entry).where(Entry.id.in_(ids), Entry.removed_at.is_(None)))}


def list_comments(db: Session, parent_id: int, *, after: int = 0, limit: int = 200) -> Sequence[Entry]:
    query = select(Entry).where(Entry.parent_id == parent_id, Entry.id > after, Entry.removed_at.is_(None))
    return db.scalars(query.order_by(Entry.id).limit(limit)).all()


def last_comment_ids(db: Session, parent_ids: Sequence[int], count: int = 2) -> list[int]:
    return list(db.scalars(LAST_COMMENTS, {"ids": list(parent_ids), "count": count}))


def reactions(db: Session, ids: Sequence[int]) -> dict[int, dict[str, list[int]]]:
    """For each entry: emoji to the ids of who reacted, oldest first."""
    query = select(Reaction.entry_id, Reaction.emoji, Reaction.person_id).where(Reaction.entry_id.in_(ids))
    found: dict[int, dict[str, list[int]]] = {}
    for entry_id, emoji, person_id in db.execute(query.order_by(Reaction.at, Reaction.person_id)):
        found.setdefault(entry_id, {}).setdefault(emoji, []).append(person_id)
    return {entry_id: dict(sorted(each.items(), key=emoji_order)) for entry_id, each in found.items()}


def own_reactions(db: Session, viewer: Person, ids: Sequence[int]) -> dict[int, list[str]]:
    """What the viewer reacted with on these entries and on their comments."""
    if not ids:
        return {}
    found: dict[int, list[str]] = {}
    for entry_id, emoji in db.execute(OWN_REACTIONS, {"viewer_id": viewer.id, "ids": list(ids)}):
        found.setdefault(entry_id, []).append(emoji)
    return found


def attachments(db: Session, ids: Sequence[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for row in db.scalars(select(Attachment).where(Attachment.entry_id.in_(ids)).order_by(Attachment.id)):
        found.setdefault(row.entry_id, []).append(row)
    return found


def find_attachment(db: Session, viewer: Person, attachment_id: int) -> Attachment | None:
    """The attachment, if its entry stands in a room that the viewer may read."""
    query = (
        select(Attachment)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(
            Attachment.id == attachment_id, Entry.removed_at.is_(None), Entry.room_id.in_(access.readable_ids(viewer))
        )
    )
    return db.scalar(query)
