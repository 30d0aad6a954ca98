"""The API of marks: pinned and ended by keepers, kept for later by each for themselves."""

from flask import Response, request

from intranet.features.posts import changes, queries
from intranet.features.posts.api import show_entries
from intranet.plugin_api import Routes, api, db, entry_changes, entry_queries, viewer, writing

routes = Routes("posts_marks_api", __name__, access="person", url_prefix="/api/v1")


@routes.route("/entries/<id:entry_id>/pin", methods=["PUT", "DELETE"])
def pin(entry_id: int) -> Response:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.pin(writer, seen, entry, pinned=request.method == "PUT")
    return api.done()


@routes.route("/entries/<id:entry_id>/lock", methods=["PUT", "DELETE"])
def lock(entry_id: int) -> Response:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.lock(writer, seen, viewer(), entry, locked=request.method == "PUT")
    return api.done()


@routes.route("/entries/<id:entry_id>/saved", methods=["PUT", "DELETE"])
def save(entry_id: int) -> Response:
    with writing() as writer:
        entry, _seen = queries.fetch(writer, viewer(), entry_id)
        entry_changes.save_for_later(writer, entry, viewer(), on=request.method == "PUT")
    return api.done()


@routes.put("/entries/<id:entry_id>/unread")
def mark_unread(entry_id: int) -> Response:
    """This post or message and whatever came after it is new again."""
    with writing() as writer:
        entry, _seen = queries.fetch(writer, viewer(), entry_id)
        changes.mark_unread(writer, viewer(), entry)
    return api.done()


@routes.get("/me/saved")
def saved() -> Response:
    limit, before = api.limit(), api.cursor(entry_queries.NEWEST)
    rows = entry_queries.list_saved(db(), viewer(), before=before, limit=limit + 1)
    return api.listing(rows, limit, show_entries)
