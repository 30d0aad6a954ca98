"""What a conversation keeps at hand: pinned messages, and the files that came with messages."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, redirect
from flask.typing import ResponseReturnValue

from intranet.features.chat import lines, queries, shelf
from intranet.features.chat.showing import fetch, head
from intranet.plugin_api import Routes, api, caps, db, entry_queries, mine, page, shapes, site, viewer

routes = Routes("chat_shelf", __name__, access="person")


@routes.get("/chat/<slug>/pinned")
@routes.get("/chat/dm/<id:room_id>/pinned")
def pinned(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """A page at a time, the last first; each in the order in which it was said."""
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(seen)
    found = shelf.list_pinned(db(), seen, before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    rows = found[: caps.PAGE][::-1]
    html = site().fragments.get(db(), [(row.id, row.version) for row in rows])
    kept = [seen.room.id] if seen.is_keeper else []
    return page(
        "chat/pinned.html", lines=lines.draw(rows, html), mine=mine(db(), viewer(), [row.id for row in rows], kept),
        older=rows[0].id if len(found) > caps.PAGE else None, **head(seen),
    )  # fmt: skip


@routes.get("/chat/<slug>/files")
@routes.get("/chat/dm/<id:room_id>/files")
def files(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """Newest first, a page at a time."""
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(seen)
    found = shelf.list_files(db(), seen, before=_before(), limit=caps.PAGE + 1)
    return page("chat/files.html", files=found[: caps.PAGE], older=_older(found, caps.PAGE), **head(seen))


@routes.get("/api/v1/rooms/<id:room_id>/pinned")
def pinned_for_program(room_id: int) -> Response:
    """What was said last comes first."""
    seen, limit = queries.fetch(db(), viewer(), room_id=room_id), api.limit()
    found = shelf.list_pinned(db(), seen, before=api.cursor(entry_queries.NEWEST), limit=limit + 1)
    return api.listing(found, limit, lambda rows: shapes.entries(db(), rows, viewer()))


@routes.get("/api/v1/rooms/<id:room_id>/files")
def files_for_program(room_id: int) -> Response:
    """Newest first, each with its message and who said it."""
    seen, limit = queries.fetch(db(), viewer(), room_id=room_id), api.limit()
    found = shelf.list_files(db(), seen, before=_before(), limit=limit + 1)
    items = [
        {
            **shapes.file(file, room_id), "entry_id": entry.id, "author": shapes.author(author),
            "created_at": shapes.stamp(entry.created_at),
        }
        for file, entry, author in found[:limit]
    ]  # fmt: skip
    return jsonify(items=items, next=_older(found, limit))


def _before() -> tuple[int, int]:
    """Where the last part of the files ended, as the address says it."""
    entry_id, file_id = api.read_place(int, int) or shelf.NEWEST
    return entry_id, file_id


def _older(found: Sequence[Any], limit: int) -> str | None:
    """What the next part's address says; `found` holds one more than the limit when there are more."""
    return api.place(found[limit - 1][0].entry_id, found[limit - 1][0].id) if len(found) > limit else None
