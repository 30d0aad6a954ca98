"""What a conversation keeps at hand: pinned messages, and the files that came with messages."""

from flask import redirect
from flask.typing import ResponseReturnValue

from intranet.features.chat import lines, queries
from intranet.features.chat.showing import fetch, head
from intranet.plugin_api import Routes, api, caps, db, entry_queries, mine, page, site, viewer

routes = Routes("chat_shelf", __name__, access="person")


@routes.get("/chat/<slug>/pinned")
@routes.get("/chat/dm/<id:room_id>/pinned")
def pinned(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(seen)
    rows = queries.list_pinned(db(), seen)
    html = site().fragments.get(db(), [(row.id, row.version) for row in rows])
    kept = [seen.room.id] if seen.is_keeper else []
    return page(
        "chat/pinned.html", lines=lines.draw(rows, html), mine=mine(db(), viewer(), [row.id for row in rows], kept),
        **head(seen),
    )  # fmt: skip


@routes.get("/chat/<slug>/files")
@routes.get("/chat/dm/<id:room_id>/files")
def files(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """Newest first, a page at a time."""
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(seen)
    found = queries.list_files(db(), seen, before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    older = found[caps.PAGE - 1][0].id if len(found) > caps.PAGE else None
    return page("chat/files.html", files=found[: caps.PAGE], older=older, **head(seen))
