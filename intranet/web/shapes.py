"""The JSON shapes of the API: person, room, entry, file."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.entries import queries
from intranet.core.models import Attachment, Entry, Person, Room
from intranet.core.rooms.queries import member_counts
from intranet.web.site import site


def stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


def person(row: Person, manager: Person | None = None) -> dict[str, Any]:
    return {
        "id": row.id, "username": row.username, "name": row.name, "email": row.email, "title": row.title,
        "department": row.department, "phone": row.phone, "location": row.location,
        "manager": manager.username if manager else None, "avatar_url": row.avatar_url,
        "disabled": row.disabled_at is not None,
    }  # fmt: skip


def people_list(db: Session, rows: Sequence[Person]) -> list[dict[str, Any]]:
    managers = people.by_ids(db, {row.manager_id for row in rows if row.manager_id})
    return [person(row, managers.get(row.manager_id or 0)) for row in rows]


def author(row: Person) -> dict[str, Any]:
    return {"id": row.id, "username": row.username, "name": row.name}


def room(db: Session, row: Room, role: str | None, unread: int = 0) -> dict[str, Any]:
    return rooms(db, [(row, role)], {row.id: unread})[0]


def rooms(db: Session, found: Sequence[tuple[Room, str | None]], unread: dict[int, int]) -> list[dict[str, Any]]:
    counts = member_counts(db, [row.id for row, _ in found])
    return [
        {
            "id": row.id, "slug": row.slug, "name": row.name, "description": row.description, "kind": row.kind,
            "access": row.access, "archived": row.archived_at is not None, "member_count": counts.get(row.id, 0),
            "unread": unread.get(row.id, 0), "role": role,
        }
        for row, role in found
    ]  # fmt: skip


def file(row: Attachment, room_id: int) -> dict[str, Any]:
    return {
        "id": row.id, "room_id": room_id, "parent_id": None, "kind": "file", "name": row.name, "path": row.name,
        "type": row.type, "size": row.size, "version": 1, "sha256": row.sha256, "modified_at": None,
        "url": f"/attachments/{row.id}", "alt": row.alt,
    }  # fmt: skip


def entries(db: Session, rows: Sequence[Entry], viewer: Person | None) -> list[dict[str, Any]]:
    """Entries as the API says them. Without a viewer nothing is `mine`: the shape for everyone."""
    given = queries.reactions(db, [row.id for row in rows if row.is_changed])
    attached = queries.attachments(db, rows)
    mine = {viewer.id: viewer} if viewer else {}
    authors = mine | people.by_ids(db, {row.author_id for row in rows} - mine.keys())
    viewer_id = viewer.id if viewer else 0
    return [
        drawn(row, authors[row.author_id], given.get(row.id, {}), attached.get(row.id, []), viewer_id=viewer_id)
        for row in rows
    ]


def drawn(
    row: Entry, by: Person, given: Mapping[str, Collection[int]], files: Sequence[Attachment], *, viewer_id: int = 0
) -> dict[str, Any]:
    """An entry of which all that belongs to it was loaded: whoever gave each reaction, and its files."""
    return {
        "id": row.id, "kind": row.kind, "room_id": row.room_id, "author": author(by), "parent_id": row.parent_id,
        "thread_id": row.thread_id, "body": row.body, "html": row.html,
        "created_at": stamp(row.created_at), "edited_at": stamp(row.edited_at),
        "pinned": row.pinned_at is not None, "locked": row.locked_at is not None, "shared_id": row.shared_id, "comment_count": row.comment_count,
        "reactions": [{"emoji": emoji, "count": len(ids), "mine": viewer_id in ids} for emoji, ids in given.items()],
        "files": [file(each, row.room_id) for each in files],
    }  # fmt: skip


def kept_entries(db: Session, found: Sequence[Row[Any]], viewer: Person) -> list[dict[str, Any]]:
    """The same for entries given by id and version: their shapes are kept, only what is the viewer's own is asked."""
    return _with_own(db, shared_entries(db, found), viewer)


def shared_entries(db: Session, found: Sequence[Row[Any]] | Sequence[Entry]) -> list[dict[str, Any]]:
    """Their shapes for everyone, kept by id and version."""
    keys, kept = [(row.id, row.version) for row in found], site().fragments.shapes
    ready = kept.among(keys)
    missing = [key for key in keys if key not in ready]
    rows = list(queries.by_ids(db, [entry_id for entry_id, _ in missing]).values()) if missing else []
    for row, shape in zip(rows, entries(db, rows, None), strict=True) if rows else ():
        ready[row.id, row.version] = shape
        kept.keep((row.id, row.version), shape)
    return [ready[key] for key in keys if key in ready]


def _with_own(db: Session, shapes: list[dict[str, Any]], viewer: Person) -> list[dict[str, Any]]:
    given = queries.own_reactions(db, viewer, [each["id"] for each in shapes if each["reactions"]])
    return [
        {**each, "reactions": [{**one, "mine": one["emoji"] in given.get(each["id"], ())} for one in each["reactions"]]}
        for each in shapes
    ]


def entry(db: Session, row: Entry, viewer: Person | None) -> dict[str, Any]:
    return entries(db, [row], viewer)[0]
