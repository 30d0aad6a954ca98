"""The API of the list of conversations, as the page shows it, and of what one sets in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from intranet.features.chat import changes, listing, queries
from intranet.features.chat.queries import Chat
from intranet.plugin_api import Routes, api, db, shapes, viewer, writing

routes = Routes("chats_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/chats")
def index() -> Response:
    """What is new first, then favourites, rooms and channels by name, and who was written with last.

    A conversation may change its place between two parts: what is new comes with the first.
    """
    limit, after = api.limit(), api.read_place(int, int, str, int)
    left = sorted(listing.chats(), key=queries.place_of)
    if after:
        left = [each for each in left if queries.place_of(each) > tuple(after)]
    shown = left[:limit]
    times = queries.said_at(db(), [each.room.newest_id for each in shown if each.room.newest_id])
    following = api.place(*queries.place_of(shown[-1])) if len(left) > limit else None
    total = queries.count_addressed(db(), viewer())
    return jsonify(items=[_shape(each, times) for each in shown], next=following, addressed=total)


@routes.route("/rooms/<id:room_id>/favourite", methods=["PUT", "DELETE"])
def set_favourite(room_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), room_id=room_id)
        changes.set_favourite(writer, seen, viewer(), on=request.method == "PUT")
    return api.done()


def _shape(chat: Chat, times: Mapping[int, datetime]) -> dict[str, Any]:
    room = chat.room
    return {
        "room_id": room.id, "kind": room.kind, "name": listing.title(chat), "access": room.access, "role": room.role,
        "people": [shapes.author(each) for each in chat.people], "url": chat.url, "unread": room.unread,
        "addressed": chat.addressed, "is_favourite": bool(room.is_favourite), "loudness": room.loudness,
        "read_to": room.chat_read_to, "last_id": room.newest_id, "last_at": shapes.stamp(times.get(room.newest_id)),
    }  # fmt: skip
