"""Finding entries: the words through the index, the rights in the same statement."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intranet.core.models import Person
from intranet.core.rooms.access import READABLE_ENTRY_SQL, viewer_values
from intranet.kernel.search.query import Query

KINDS = {"post": ("post", "comment"), "message": ("message",)}


@dataclass(frozen=True)
class Scope:
    """What a viewer's search may reach: a condition on `e` (the entry of a hit), with its values."""

    sql: str
    values: dict[str, Any]


def scope(db: Session, viewer: Person, query: Query, zone: ZoneInfo, *, room_id: int | None = None) -> Scope:
    """The viewer's rooms, narrowed by what the query asks for. An unknown name narrows to nothing."""
    parts = [READABLE_ENTRY_SQL]
    values: dict[str, Any] = dict(viewer_values(viewer))
    filters = query.filters
    if room_id is not None:
        _add(parts, values, "e.room_id = :only_room", only_room=room_id)
    if filters.in_:
        _add(parts, values, "e.room_id IN (SELECT id FROM rooms WHERE slug = :in_room)", in_room=filters.in_.lower())
    if filters.from_:
        name = viewer.username if filters.from_ == "me" else filters.from_.lower().lstrip("@")
        sql = (
            "e.author_id IN (SELECT id FROM people WHERE username = :author OR username LIKE :author_start ESCAPE '\\')"
        )
        start = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        _add(parts, values, sql, author=name, author_start=f"{start}.%")
    if filters.has == "file":
        parts.append("EXISTS (SELECT 1 FROM attachments a WHERE a.entry_id = e.id)")
    if filters.before:
        _add(parts, values, "e.created_at < :before", before=_moment(filters.before, zone))
    if filters.after:
        _add(parts, values, "e.created_at >= :after", after=_moment(filters.after, zone))
    return Scope(" AND ".join(parts), values)


def _add(parts: list[str], values: dict[str, Any], sql: str, **more: Any) -> None:
    parts.append(sql)
    values |= more


def _moment(day: Any, zone: ZoneInfo) -> str:
    start = datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))
    return start.strftime("%Y-%m-%d %H:%M:%S.000000")
