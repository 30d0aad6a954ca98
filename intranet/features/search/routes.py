"""The search page and the box that answers while one types."""

from flask import Response, request

from intranet.features.search import queries
from intranet.plugin_api import Routes, api, caps, db, page, room_queries, viewer

routes = Routes("search", __name__, access="person")
BOX = 5


@routes.get("/search")
def index() -> Response:
    typed = request.args.get("q", "")[: caps.QUERY]
    kind = request.args.get("kind", "")
    kind = kind if kind in queries.labels() else ""
    offset = min(api.cursor(), 400)
    limit = caps.PAGE if kind else BOX
    results = queries.seek(db(), viewer(), typed, kind=kind, limit=limit, offset=offset if kind else 0)
    shown = {each: found for each, found in results.found.items() if kind in ("", each)}
    following = offset + limit if kind and shown[kind].count > offset + limit else None
    return page(
        "search/index.html", typed=typed, kind=kind, results=results, shown=shown, labels=queries.labels(),
        following=following, rooms=room_queries.list_mine(db(), viewer()),
    )  # fmt: skip


@routes.get("/search/box")
def box() -> Response:
    """The best few of every kind, for the listbox under the search field."""
    typed = request.args.get("q", "")[: caps.QUERY]
    results = queries.seek(db(), viewer(), typed, limit=BOX)
    hits = [hit for found in results.found.values() for hit in found.hits][:BOX]
    return page("search/_box.html", typed=typed, hits=hits, labels=queries.labels())
