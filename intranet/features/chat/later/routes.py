"""One's own messages that wait for their time: listed, changed, sent now, taken back."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat.later import changes, queries
from intranet.features.chat.later.forms import LaterForm
from intranet.features.chat.models import Later, LaterFile
from intranet.features.chat.queries import fetch_message
from intranet.plugin_api import (
    Invalid,
    Routes,
    api,
    clock,
    db,
    local_time,
    once,
    page,
    room_queries,
    send_blob,
    shapes,
    site,
    times,
    viewer,
    writing,
)

routes = Routes("chat_later", __name__, access="person")
log = logging.getLogger(__name__)


def send_due() -> None:
    """What the worker does each minute. One that fails keeps no other from its time."""
    database = site().database
    with database.read() as reader:
        due = queries.list_due(reader, clock.now())
    for later_id in due:
        try:
            with database.write() as writer:
                changes.send_due(writer, later_id)
        except Exception:
            log.exception("message %d could not be sent at its time", later_id)


@routes.get("/chat/later")
def index() -> Response:
    return _listed()


@routes.get("/chat/later/<id:later_id>")
def edit(later_id: int) -> Response:
    later = queries.fetch_own(db(), viewer(), later_id)
    return _editing(later, later.body, typed(later.publish_at), {})


@routes.post("/chat/later/<id:later_id>")
def update(later_id: int) -> ResponseReturnValue:
    later, said = queries.fetch_own(db(), viewer(), later_id), request.form
    try:
        form = LaterForm.read({**said.to_dict(), "removed": said.getlist("removed")})
        _save(later_id, form)
    except Invalid as refusal:
        return _editing(later, said.get("body", ""), said.get("publish_at", ""), refusal.fields)
    return redirect("/chat/later?saved=1", 303)


@routes.post("/chat/later/<id:later_id>/send")
def send(later_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry = changes.send_now(writer, viewer(), queries.fetch_own(writer, viewer(), later_id))
    return redirect(f"/chat/m/{entry.id}", 303)


@routes.post("/chat/later/<id:later_id>/remove")
def remove(later_id: int) -> ResponseReturnValue:
    with writing() as writer:
        changes.remove(writer, queries.fetch_own(writer, viewer(), later_id))
    return redirect("/chat/later", 303)


@routes.get("/chat/later/files/<id:later_file_id>")
@routes.get("/api/v1/later/files/<id:later_file_id>")
def show_file(later_file_id: int) -> Response:
    """For its author alone."""
    file = queries.fetch_file(db(), viewer(), later_file_id)
    is_picture = file.width is not None
    return send_blob(
        file.sha256, file.type if is_picture else "application/octet-stream", None if is_picture else file.name
    )


@routes.get("/api/v1/later")
def index_for_program() -> Response:
    found = queries.list_own(db(), viewer())
    files = queries.files(db(), [each.id for each in found])
    return jsonify(items=[shape(each, files.get(each.id, ())) for each in found], next=None)


@routes.patch("/api/v1/later/<id:later_id>")
def update_by_program(later_id: int) -> Response:
    """What is left out stays."""
    later = queries.fetch_own(db(), viewer(), later_id)
    kept = {"body": later.body, "publish_at": later.publish_at.isoformat()}
    _save(later_id, LaterForm.read({**kept, **api.body()}))
    later = queries.fetch_own(db(), viewer(), later_id)
    return jsonify(shape(later, queries.files(db(), [later_id]).get(later_id, ())))


@routes.delete("/api/v1/later/<id:later_id>")
def remove_by_program(later_id: int) -> Response:
    with writing() as writer:
        changes.remove(writer, queries.fetch_own(writer, viewer(), later_id))
    return api.done()


@routes.post("/api/v1/later/<id:later_id>/send")
def send_by_program(later_id: int) -> Response:
    """Now. The same key by the same person answers with the same message."""
    with writing() as writer:
        sent_id = once.find(writer, viewer().id, api.key(), "later")
        if sent_id is None:
            sent_id = changes.send_now(writer, viewer(), queries.fetch_own(writer, viewer(), later_id)).id
            once.keep(writer, viewer().id, api.key(), "later", sent_id)
    entry, _seen = fetch_message(db(), viewer(), sent_id)
    return api.created(shapes.entry(db(), entry, viewer()))


def shape(row: Later, files: Sequence[LaterFile]) -> dict[str, Any]:
    return {
        "id": row.id, "room_id": row.room_id, "thread_id": row.thread_id, "body": row.body,
        "publish_at": shapes.stamp(row.publish_at), "reason": row.reason,
        "files": [{"id": each.id, "name": each.name, "type": each.type, "size": each.size, "alt": each.alt} for each in files],
    }  # fmt: skip


def typed(moment: datetime) -> str:
    """As a field for day and time has it, in the company's zone."""
    return f"{local_time(moment):%Y-%m-%dT%H:%M}"


def _save(later_id: int, form: LaterForm) -> None:
    publish_at = times.read_moment(form.publish_at, site().zone)
    if publish_at is None:
        raise Invalid({"publish_at": times.NO_MOMENT})
    with writing() as writer:
        later = queries.fetch_own(writer, viewer(), later_id)
        changes.update(writer, viewer(), later, form.body, publish_at=publish_at, removed=form.removed)


def _listed() -> Response:
    found = queries.list_own(db(), viewer())
    readable = room_queries.readable_among(db(), viewer(), {row.room_id for row in found})
    return page(
        "chat/later.html", found=found, rooms=room_queries.names(db(), viewer(), readable),
        files=queries.files(db(), [each.id for each in found]),
    )  # fmt: skip


def _editing(later: Later, body: str, publish_at: str, errors: dict[str, str]) -> Response:
    return page(
        "chat/later_edit.html", status=422 if errors else 200, later=later, body=body, publish_at=publish_at,
        errors=errors, files=queries.files(db(), [later.id]).get(later.id, []), soonest=typed(clock.now()),
    )  # fmt: skip
