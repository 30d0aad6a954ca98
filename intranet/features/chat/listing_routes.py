"""What the scripts of every page ask: how much is new, and where a few letters lead."""

from flask import Response, jsonify, request

from intranet.features.chat import listing, queries, switching
from intranet.features.chat.newest import newest_in
from intranet.plugin_api import Routes, caps, db, viewer

routes = Routes("chat_listing", __name__, access="person")


@routes.get("/chat/unread")
def unread() -> Response:
    """Each conversation with what is new in it, and how much of all was said to the viewer; with `?newest=1` what was said last."""
    chats = listing.chats()
    newest = newest_in(chats) if "newest" in request.args else {}
    items = [listing.counted(each, newest.get(each.room.id)) for each in chats]
    return jsonify(items=items, total=queries.count_addressed(db(), viewer()))


@routes.get("/chat/switch")
def switch() -> Response:
    return jsonify(items=switching.found(request.args.get("q", "")[: caps.LINE].strip()))
