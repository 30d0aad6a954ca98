"""Finding messages."""

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from intranet.plugin_api import (
    N_,
    Found,
    Person,
    SearchHit,
    Sought,
    did_you_mean,
    entry_queries,
    excerpt,
    find_ranked,
    people,
    room_queries,
    search_scope,
    site,
)

LABEL = N_("Messages")


def find(db: Session, viewer: Person, sought: Sought) -> Found:
    """Messages in rooms that the viewer may read."""
    if sought.query.filters.kind not in (None, "", "message") or sought.query.filters.type:
        return Found([], 0)
    visible = search_scope(db, viewer, sought.query, site().zone, room_id=sought.room_id)
    sql = visible.sql + " AND e.kind = 'message'"
    hits = find_ranked(
        db.connection(), sought.query, visible_sql=sql, params=visible.values, limit=sought.limit, offset=sought.offset
    )
    suggestion = None
    if not hits.items:
        suggestion = did_you_mean(db.connection(), sought.query, visible_sql=sql, params=visible.values)
    return Found(_shown(db, viewer, sought, [hit.docid for hit in hits.items]), hits.total, suggestion)


def _shown(db: Session, viewer: Person, sought: Sought, ids: list[int]) -> list[SearchHit]:
    found = entry_queries.by_ids(db, ids)
    authors = people.by_ids(db, {entry.author_id for entry in found.values()})
    names = room_queries.names(db, viewer, {entry.room_id for entry in found.values()})
    hits = []
    for entry in (found[each] for each in ids if each in found):
        author = authors[entry.author_id]
        hits.append(
            SearchHit(
                entry.kind, entry.id, escape(author.name), Markup(excerpt(entry.body, sought.query.words)),
                f"/chat/m/{entry.id}", entry.room_id, names.get(entry.room_id, ""), author.name, entry.created_at,
                avatar_url=author.avatar_url, hue=author.hue, initials=author.initials,
            )
        )  # fmt: skip
    return hits
