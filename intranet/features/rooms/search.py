"""Finding rooms by name."""

from markupsafe import escape
from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Found, Person, SearchHit, Sought, room_queries

LABEL = N_("Rooms")


def find(db: Session, viewer: Person, sought: Sought) -> Found:
    """Rooms that the viewer may know of, by the words of their names."""
    if not sought.query.words or sought.query.filters.kind not in (None, "", "room") or sought.room_id:
        return Found([], 0)
    found = room_queries.list_listed(db, viewer, words=" ".join(sought.query.words), limit=100)
    hits = [
        SearchHit(
            "room", seen.room.id, escape(seen.room.name), escape(seen.room.description), f"/rooms/{seen.room.slug}",
            room_id=seen.room.id, room=seen.room.name, icon=seen.room.icon, hue=seen.room.hue, initials=seen.room.initials,
        )
        for seen in found
    ]  # fmt: skip
    return Found(hits[sought.offset : sought.offset + sought.limit], len(hits))
