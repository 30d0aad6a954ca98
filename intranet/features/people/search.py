"""Finding people by name, title, department, number and what they can be asked about."""

from markupsafe import escape
from sqlalchemy.orm import Session

from intranet.features.people import directory
from intranet.plugin_api import N_, Found, Person, SearchHit, Sought

LABEL = N_("People")
LOOKED_AT = 100


def find(db: Session, viewer: Person, sought: Sought) -> Found:
    """People whom the viewer may see."""
    if not sought.query.words or sought.query.filters.kind not in (None, "", "person") or sought.room_id:
        return Found([], 0)
    filters = directory.Filters(" ".join(sought.query.words))
    listing = directory.list_directory(db, viewer, filters, limit=LOOKED_AT)
    found = [listing.people[line.id] for line in listing.lines]
    hits = [
        SearchHit(
            "person", each.id, escape(each.name), escape(" · ".join(filter(None, (each.title, each.department)))),
            f"/people/{each.username}", author=each.name, avatar_url=each.avatar_url, hue=each.hue, initials=each.initials,
        )
        for each in found
    ]  # fmt: skip
    return Found(hits[sought.offset : sought.offset + sought.limit], min(listing.total, LOOKED_AT))
