"""Finding people by name, title and department."""

from markupsafe import escape
from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Found, Person, SearchHit, Sought, people

LABEL = N_("People")


def find(db: Session, viewer: Person, sought: Sought) -> Found:
    """People whom the viewer may see."""
    if not sought.query.words or sought.query.filters.kind not in (None, "", "person") or sought.room_id:
        return Found([], 0)
    found = people.list_people(db, viewer, text=" ".join(sought.query.words), limit=100)
    hits = [
        SearchHit(
            "person", each.id, escape(each.name), escape(" · ".join(filter(None, (each.title, each.department)))),
            f"/people/{each.username}", author=each.name, avatar_url=each.avatar_url, hue=each.hue, initials=each.initials,
        )
        for each in found
    ]  # fmt: skip
    return Found(hits[sought.offset : sought.offset + sought.limit], len(hits))
