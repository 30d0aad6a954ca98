"""The API of conversations."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request

from intranet.features.chat import changes, queries, saying
from intranet.features.chat.forms import MessageForm, PeopleForm
from intranet.features.chat.later.routes import shape as later_shape
from intranet.features.chat.models import Later
from intranet.plugin_api import (
    Routes,
    Whispered,
    api,
    db,
    entry_queries,
    read_attachments,
    shapes,
    site,
    times,
    viewer,
    writing,
)

routes = Routes("chat_api", __name__, access="person", url_prefix="/api/v1")


@routes.post("/direct")
def open_direct() -> Response:
    """The room of the viewer and these people; the same people always have the same room."""
    form = PeopleForm.read(api.body())
    with writing() as writer:
        others = queries.fetch_people(writer, viewer(), [each.casefold() for each in form.usernames])
        room_id = changes.open_direct(writer, viewer(), others).id
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    return api.created(shapes.room(db(), seen.room, seen.role))


@routes.get("/rooms/<id:room_id>/messages")
def index(room_id: int) -> Response:
    """A part of the log, oldest first: the newest, or those `?before=` or `?after=` an id."""
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    limit, before, after = api.limit(), api.cursor(name="before"), api.cursor(-1, name="after")
    is_forward = after >= 0
    rows = entry_queries.list_log(
        db(), seen, before=before or None, after=after if is_forward else None, limit=limit + 1
    )
    is_more = len(rows) > limit
    shown = rows[:limit] if is_forward else rows[-limit:]
    following = str(shown[-1].id if is_forward else shown[0].id) if is_more else None
    return jsonify(items=_messages([row.id for row in shown]), next=following)


@routes.post("/rooms/<id:room_id>/messages")
def create(room_id: int) -> Response:
    """`thread_id` answers in the thread of that message, `also_in_log` shows the answer in the chat too. A command may only tell something.

    What has a time is answered with 202.
    """
    form = MessageForm.read(api.body())
    publish_at = times.read_moment(form.publish_at, site().zone)
    if request.files:
        queries.fetch(db(), viewer(), room_id=room_id)  # nothing is kept of what may not be sent
    files = read_attachments()
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), room_id=room_id)
        said = saying.say(writer, seen, viewer(), saying.Sent(form, files, api.key(), publish_at))
    if isinstance(said, Whispered):
        return jsonify(told=said.words)
    if isinstance(said, Later):
        return api.accepted(later_shape(said))
    return api.created(shapes.entry(db(), said, viewer()))


@routes.get("/rooms/<id:room_id>/pinned")
def pinned(room_id: int) -> Response:
    """The pinned messages of a conversation, oldest first."""
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    return jsonify(items=_messages([row.id for row in queries.list_pinned(db(), seen)]), next=None)


@routes.get("/entries/<id:entry_id>/thread")
def thread(entry_id: int) -> Response:
    """The answers to a message, oldest first, in pages as a log is."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    root = queries.fetch_root(db(), viewer(), seen, entry.root_id)
    limit = api.limit()
    rows = entry_queries.list_thread(db(), root.id, after=api.cursor(name="after"), limit=limit + 1)
    return api.listing(rows, limit, lambda shown: shapes.entries(db(), shown, viewer()))


def _messages(ids: Sequence[int]) -> list[dict[str, Any]]:
    found = entry_queries.by_ids(db(), ids)
    return shapes.entries(db(), [found[each] for each in ids if each in found], viewer())
