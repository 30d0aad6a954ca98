"""Who can see this? For a room, and for one entry in it."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.rooms import phrases, queries
from intranet.plugin_api import (
    Entry,
    NotFound,
    Routes,
    SeenRoom,
    db,
    entry_queries,
    is_htmx,
    page,
    room_queries,
    viewer,
)

routes = Routes("audience", __name__, access="person")
SHOWN = 50


@routes.get("/rooms/<slug>/audience")
def show(slug: str) -> Response:
    """A page, and what a dialog shows of it."""
    seen = queries.fetch_readable(db(), viewer(), slug=slug)
    entry = asked_entry(seen)
    after = request.args.get("after", "")[:64]
    found = queries.list_audience(db(), viewer(), seen, entry, after=after, limit=SHOWN)
    template = "rooms/audience.html" if not is_htmx() else "rooms/_readers.html" if after else "rooms/_audience.html"
    return page(
        template, room=seen.room, seen=seen, entry=entry, found=found, phrases=phrases,
        keepers=queries.list_keepers(db(), seen.room.id, limit=SHOWN),
        why=phrases.why(seen.room, found, is_entry=entry is not None),
    )  # fmt: skip


@routes.get("/p/<id:entry_id>/audience")
@routes.get("/entries/<id:entry_id>/audience")
def of_entry(entry_id: int) -> ResponseReturnValue:
    """Whoever has only the entry's number finds the page."""
    entry = entry_queries.find(db(), viewer(), entry_id)
    seen = room_queries.find_readable(db(), viewer(), room_id=entry.room_id) if entry else None
    if entry is None or seen is None:
        raise NotFound
    return redirect(f"/rooms/{seen.room.slug}/audience?entry={entry.id}")


def asked_entry(seen: SeenRoom) -> Entry | None:
    """`?entry=`. Raises NotFound for what is not there, or not in this room."""
    said = request.args.get("entry", "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise NotFound
    return queries.fetch_entry(db(), viewer(), seen, int(said))
