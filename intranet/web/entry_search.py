"""Finding entries of some kinds, for the search of whichever feature has them."""

from collections.abc import Sequence

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.entries import queries
from intranet.core.models import Person
from intranet.core.rooms import queries as room_queries
from intranet.core.search import scope
from intranet.kernel.search.language import excerpt
from intranet.kernel.search.ranking import did_you_mean, find_ranked
from intranet.web.offers import Found, SearchHit, Sought
from intranet.web.site import site


def find_entries(db: Session, viewer: Person, sought: Sought, kinds: Sequence[str]) -> Found:
    """Entries of these kinds that the viewer may read."""
    if sought.query.filters.kind not in (None, "", *kinds) or sought.query.filters.type:
        return Found([], 0)
    visible = scope(db, viewer, sought.query, site().zone, room_id=sought.room_id)
    wanted = {f"kind_{place}": kind for place, kind in enumerate(kinds)}
    sql = visible.sql + f" AND e.kind IN ({', '.join(':' + name for name in wanted)})"
    values = {**visible.values, **wanted}
    connection = db.connection()
    hits = find_ranked(
        connection, sought.query, visible_sql=sql, params=values, limit=sought.limit, offset=sought.offset
    )
    suggestion = None if hits.items else did_you_mean(connection, sought.query, visible_sql=sql, params=values)
    return Found(_shown(db, viewer, sought, [hit.docid for hit in hits.items]), hits.total, suggestion)


def _shown(db: Session, viewer: Person, sought: Sought, ids: list[int]) -> list[SearchHit]:
    found = queries.by_ids(db, ids)
    authors = people.by_ids(db, {entry.author_id for entry in found.values()})
    rooms = room_queries.names(db, viewer, {entry.room_id for entry in found.values()})
    hits = []
    for entry in (found[each] for each in ids if each in found):
        author = authors[entry.author_id]
        hits.append(
            SearchHit(
                entry.kind, entry.id, escape(author.name), Markup(excerpt(entry.body, sought.query.words)),
                site().entry_kinds[entry.kind].address_of(entry), entry.room_id, rooms.get(entry.room_id, ""), author.name,
                entry.created_at, avatar_url=author.avatar_url, hue=author.hue, initials=author.initials,
            )
        )  # fmt: skip
    return hits
