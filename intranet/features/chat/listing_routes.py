"""What the scripts of every page ask: how much is new, and where a few letters lead."""

from flask import Response, jsonify, request

from intranet.features.chat import listing, queries, switching
from intranet.plugin_api import Routes, caps, db, viewer

routes = Routes("chat_listing", __name__, access="person")


@routes.get("/chat/unread")
def unread() -> Response:
    """Each conversation with what is new in it, and how much of all was said to the viewer."""
    items = [listing.counted(each) for each in listing.chats()]
    return jsonify(items=items, total=queries.count_addressed(db(), viewer()))


@routes.get("/chat/switch")
def switch() -> Response:
    return jsonify(items=switching.found(request.args.get("q", "")[: caps.LINE].strip()))
