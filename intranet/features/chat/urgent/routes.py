"""Saying that one has seen an urgent message, and who has."""

from flask import Response, jsonify, redirect
from flask.typing import ResponseReturnValue

from intranet.features.chat.queries import fetch_message
from intranet.features.chat.urgent import changes, queries
from intranet.plugin_api import (
    Entry,
    Routes,
    api,
    db,
    entry_queries,
    html,
    is_htmx,
    page,
    shapes,
    site,
    viewer,
    writing,
)

routes = Routes("chat_urgent", __name__, access="person")


@routes.get("/chat/m/<id:entry_id>/seen")
def index(entry_id: int) -> Response:
    """For its author and for those whom it names."""
    entry, _seen = fetch_message(db(), viewer(), entry_id)
    rows = queries.list_seen(db(), viewer(), entry)
    waits = any(person.id == viewer().id and seen_at is None for person, seen_at in rows)
    return page("chat/_seen.html" if is_htmx() else "chat/seen.html", entry=entry, rows=rows, waits=waits)


@routes.post("/chat/m/<id:entry_id>/seen")
def create(entry_id: int) -> ResponseReturnValue:
    entry = _mark_seen(entry_id)
    if not is_htmx():
        return redirect(f"/chat/m/{entry_id}", 303)
    fresh = entry_queries.by_ids(db(), [entry.id])[entry.id]
    return html(site().fragments.one(db(), fresh))


@routes.get("/api/v1/entries/<id:entry_id>/seen")
def index_for_program(entry_id: int) -> Response:
    entry, _seen = fetch_message(db(), viewer(), entry_id)
    rows = queries.list_seen(db(), viewer(), entry)
    return jsonify(people=[{"person": shapes.author(each), "seen_at": shapes.stamp(seen_at)} for each, seen_at in rows])


@routes.put("/api/v1/entries/<id:entry_id>/seen")
def create_by_program(entry_id: int) -> Response:
    _mark_seen(entry_id)
    return api.done()


def _mark_seen(entry_id: int) -> Entry:
    with writing() as writer:
        entry, _seen = fetch_message(writer, viewer(), entry_id)
        changes.mark_seen(writer, viewer(), entry)
    return entry
