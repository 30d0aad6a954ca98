"""The API of search."""

from flask import Response, jsonify, request

from intranet.features.search import queries
from intranet.plugin_api import NotFound, Routes, SearchHit, api, db, room_queries, shapes, viewer

routes = Routes("search_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/search")
def index() -> Response:
    kind, limit, offset = request.args.get("kind", ""), api.limit(), api.cursor()
    results = queries.seek(
        db(), viewer(), request.args.get("q", ""), kind=kind, room_id=_room_id(), limit=limit, offset=offset
    )
    hits = [hit for each, found in results.found.items() if kind in ("", each) for hit in found.hits]
    more = any(results.counts[each] > offset + limit for each in results.found if kind in ("", each))
    return jsonify(
        items=[_hit(hit) for hit in hits], next=str(offset + limit) if more else None, counts=results.counts,
        did_you_mean=results.suggestion, took_ms=results.took_ms,
    )  # fmt: skip


def _room_id() -> int | None:
    said = request.args.get("room", "")
    if not said:
        return None
    by_id = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    seen = room_queries.find_readable(db(), viewer(), room_id=by_id, slug=None if by_id else said)
    if seen is None:
        raise NotFound
    return seen.room.id


def _hit(hit: SearchHit) -> dict[str, object]:
    return {
        "kind": hit.kind, "id": hit.id, "title": hit.title, "excerpt": hit.excerpt, "url": hit.url,
        "room_id": hit.room_id, "author": hit.author, "at": shapes.stamp(hit.at),
    }  # fmt: skip
