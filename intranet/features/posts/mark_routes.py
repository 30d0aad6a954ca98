"""Marks on a post that keepers set: pinned, closed for comments."""

from flask import request
from flask.typing import ResponseReturnValue

from intranet.features.posts import changes, queries
from intranet.features.posts.answers import shown
from intranet.plugin_api import Routes, viewer, writing

routes = Routes("posts_marks", __name__, access="person")


@routes.post("/entries/<id:entry_id>/pin")
def pin(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.pin(writer, seen, entry, pinned=request.form.get("on", "1") == "1")
    return shown(entry, f"/p/{entry.id}", status=200)
