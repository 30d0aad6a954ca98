"""What waits for the keepers of a room."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.posts.drafts import changes, queries
from intranet.features.posts.drafts.forms import ReturnForm
from intranet.plugin_api import Invalid, Routes, caps, db, page, people, render, viewer, writing

routes = Routes("posts_queue", __name__, access="person", url_prefix="/rooms/<slug>/waiting")


@routes.get("")
def index(slug: str) -> Response:
    return _index(slug)


@routes.post("/<id:draft_id>/approve")
def approve(slug: str, draft_id: int) -> ResponseReturnValue:
    try:
        with writing() as writer:
            seen = queries.fetch_kept_room(writer, viewer(), slug)
            changes.approve(writer, seen, viewer(), queries.fetch_waiting(writer, seen, draft_id))
    except Invalid as refusal:
        return _index(slug, draft_id, refusal.fields)
    return redirect(f"/rooms/{slug}/waiting", 303)


@routes.post("/<id:draft_id>/return")
def send_back(slug: str, draft_id: int) -> ResponseReturnValue:
    seen = queries.fetch_kept_room(db(), viewer(), slug)
    queries.fetch_waiting(db(), seen, draft_id)
    try:
        form = ReturnForm.read(request.form)
    except Invalid as refusal:
        return _index(slug, draft_id, refusal.fields)
    with writing() as writer:
        seen = queries.fetch_kept_room(writer, viewer(), slug)
        changes.send_back(writer, viewer(), queries.fetch_waiting(writer, seen, draft_id), form.reason)
    return redirect(f"/rooms/{slug}/waiting", 303)


def _index(slug: str, wrong_id: int = 0, errors: dict[str, str] | None = None) -> Response:
    seen = queries.fetch_kept_room(db(), viewer(), slug)
    found = queries.list_waiting(db(), seen, limit=caps.PAGE + 1)
    shown = found[: caps.PAGE]
    authors = people.by_ids(db(), {each.author_id for each in shown})
    return page(
        "posts/drafts/waiting.html", status=422 if errors else 200, room=seen.room, seen=seen, more=len(found) > caps.PAGE,
        waiting=[(each, authors[each.author_id], render(each.body).html) for each in shown],
        files=queries.files(db(), [each.id for each in shown]), wrong_id=wrong_id, errors=errors or {},
        reason=request.form.get("reason", ""),
    )  # fmt: skip
