"""Channels and rooms with a chat: those one is in, and those one could join."""

from collections.abc import Sequence

from flask import Response, jsonify, request

from intranet.plugin_api import Routes, SeenRoom, api, caps, db, fold, my_rooms, page, room_queries, shapes, viewer

routes = Routes("chat_channels", __name__, access="person")


@routes.get("/chat/channels")
def index() -> Response:
    found = _list(caps.LIST)
    shown = found[: caps.LIST]
    return page(
        "chat/channels.html", words=_words(), found=shown, more=_more(found, caps.LIST),
        counts=room_queries.member_counts(db(), [each.room.id for each in shown]),
    )  # fmt: skip


@routes.get("/api/v1/channels")
def index_for_program() -> Response:
    """By name, without what is archived. Where `role` is null one may join, or ask to be let in."""
    limit = api.limit()
    found, unread = _list(limit), {room.id: room.unread for room in my_rooms()}
    items = shapes.rooms(db(), [(each.room, each.role) for each in found[:limit]], unread)
    return jsonify(items=items, next=_more(found, limit))


def _words() -> str:
    return request.args.get("q", "")[: caps.NAME].strip()


def _list(limit: int) -> Sequence[SeenRoom]:
    """What `?q=` and `?cursor=` ask for, and one more when there are more."""
    name, room_id = api.read_place(str, int) or ("", 0)
    return room_queries.list_by_name(db(), viewer(), words=_words(), after=(name, room_id), limit=limit + 1)


def _more(found: Sequence[SeenRoom], limit: int) -> str | None:
    """The cursor of the next part."""
    if len(found) <= limit:
        return None
    last = found[limit - 1].room
    return api.place(fold(last.name), last.id)
