"""The API of posts, comments and reactions."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request

from intranet.features.posts import changes, queries
from intranet.features.posts.drafts.changes import Words, submit
from intranet.features.posts.drafts.forms import read_moment
from intranet.features.posts.forms import CommentForm, EditForm, PostForm, RemovalForm, ShareForm
from intranet.features.posts.models import Draft
from intranet.plugin_api import (
    Entry,
    EntryRevision,
    Routes,
    api,
    db,
    entry_changes,
    entry_queries,
    entry_words,
    read_attachments,
    shapes,
    site,
    viewer,
    writing,
)

routes = Routes("posts_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/feed")
def feed() -> Response:
    """The newest posts, or with `?since=ID` those that came after it."""
    limit, before = api.limit(), api.cursor(entry_queries.NEWEST)
    rows = entry_queries.list_feed(db(), viewer(), before=before, after=api.cursor(name="since"), limit=limit + 1)
    return api.listing(rows, limit, show_entries)


@routes.get("/rooms/<id:room_id>/posts")
def index(room_id: int) -> Response:
    seen = queries.fetch_room(db(), viewer(), room_id=room_id)
    limit, before = api.limit(), api.cursor(entry_queries.NEWEST)
    rows = entry_queries.list_room(db(), seen, before=before, limit=limit + 1)
    return api.listing(rows, limit, show_entries)


@routes.post("/rooms/<id:room_id>/posts")
def create(room_id: int) -> Response:
    seen = queries.fetch_room(db(), viewer(), room_id=room_id)
    form = PostForm.read(api.body())
    words = Words(form.body, read_attachments(), publish_at=read_moment(form.publish_at, site().zone))
    entry_words.prepare(form.body)
    with writing() as writer:
        said = submit(writer, seen, viewer(), words, api.key())
    return _submitted(said)


def _submitted(said: Entry | Draft) -> Response:
    """201 with the entry, or 202 when a keeper has to look at it first, or when its time has not come."""
    if isinstance(said, Entry):
        return api.created(_entry(said.id))
    response = jsonify(state=said.state, publish_at=shapes.stamp(said.publish_at))
    response.status_code = 202
    return response


@routes.get("/entries/<id:entry_id>")
def show(entry_id: int) -> Response:
    queries.fetch(db(), viewer(), entry_id)
    return jsonify(_entry(entry_id))


@routes.patch("/entries/<id:entry_id>")
def update(entry_id: int) -> Response:
    said = api.body()
    form = EditForm.read(said)
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        body = form.body if "body" in said else entry.body
        changes.edit(writer, seen, viewer(), entry, body=body, alts=form.alts)
    return jsonify(_entry(entry_id))


@routes.delete("/entries/<id:entry_id>")
def remove(entry_id: int) -> Response:
    """`?reason=` is what a keeper says to the author."""
    form = RemovalForm.read(request.args)
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.remove(writer, seen, viewer(), entry, form.reason)
    return api.done()


@routes.post("/entries/<id:entry_id>/restore")
def restore(entry_id: int) -> Response:
    """Out of the bin."""
    with writing() as writer:
        entry, _seen = queries.fetch_removed(writer, viewer(), entry_id)
        entry_changes.restore(writer, entry, viewer())
    return jsonify(_entry(entry_id))


@routes.get("/entries/<id:entry_id>/revisions")
def revisions(entry_id: int) -> Response:
    """Earlier words, newest first; the present ones are the entry's own."""
    queries.fetch(db(), viewer(), entry_id)
    limit, before = api.limit(), api.cursor(entry_queries.NEWEST)
    rows = entry_queries.list_revisions(db(), entry_id, before=before, limit=limit + 1)
    return api.listing(rows, limit, _revisions, by="revision")


def _revisions(rows: Sequence[EntryRevision]) -> list[dict[str, Any]]:
    return [{"revision": row.revision, "body": row.body, "html": row.html, "at": shapes.stamp(row.at)} for row in rows]


@routes.get("/entries/<id:entry_id>/comments")
def comments(entry_id: int) -> Response:
    queries.fetch(db(), viewer(), entry_id)
    limit = api.limit()
    rows = entry_queries.list_comments(db(), entry_id, after=api.cursor(), limit=limit + 1)
    return api.listing(rows, limit, lambda shown: shapes.entries(db(), shown, viewer()))


@routes.post("/entries/<id:entry_id>/comments")
def comment(entry_id: int) -> Response:
    form = CommentForm.read(api.body())
    with writing() as writer:
        parent, seen = queries.fetch(writer, viewer(), entry_id)
        entry = changes.add_comment(writer, seen, viewer(), parent, form.body, api.key())
    return api.created(_entry(entry.id))


@routes.post("/entries/<id:entry_id>/share")
def share(entry_id: int) -> Response:
    """A post in another room (`room_id`) that leads to this one; who may not read this one learns nothing of it."""
    said = api.body()
    form, room_id = ShareForm.read(said), said.get("room_id")
    entry_words.prepare(form.body)
    with writing() as writer:
        post, _seen = queries.fetch_shareable(writer, viewer(), entry_id)
        room = queries.fetch_room(writer, viewer(), room_id=room_id if isinstance(room_id, int) else 0)
        source = queries.find_source(writer, viewer(), post)
        shared = submit(writer, room, viewer(), Words(form.body, shared_id=source.id), api.key())
    return _submitted(shared)


@routes.route("/entries/<id:entry_id>/reactions/<emoji>", methods=["PUT", "DELETE"])
def react(entry_id: int, emoji: str) -> Response:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.react(writer, seen, viewer(), entry, emoji, on=request.method == "PUT")
    return api.done()


def _entry(entry_id: int) -> dict[str, object]:
    return shapes.entry(db(), entry_queries.by_ids(db(), [entry_id])[entry_id], viewer())


def show_entries(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows with ids that were found for the viewer."""
    return shapes.kept_entries(db(), rows, viewer())
