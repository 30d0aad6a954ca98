"""The API of announcements."""

from typing import Any

from flask import Response, jsonify, request

from intranet.features.announcements import changes, queries, rules
from intranet.features.announcements.forms import AnnouncementForm, EndForm
from intranet.features.announcements.queries import Announced, Asked
from intranet.plugin_api import Routes, api, db, entry_queries, read_attachments, shapes, viewer, writing

routes = Routes("announcements_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/announcements")
def index() -> Response:
    """Those that are or were for the person who asks."""
    before, limit = api.cursor(entry_queries.NEWEST), api.limit()
    found, following = queries.list_mine(db(), viewer(), before=before, limit=limit)
    read = queries.read_by(db(), viewer(), [each.entry.id for each in found])
    items = [{**_shape(each), "read_at": shapes.stamp(read.get(each.entry.id))} for each in found]
    return jsonify(items=items, next=str(following) if following else None)


@routes.post("/rooms/<id:room_id>/announcements")
def create(room_id: int) -> Response:
    queries.fetch_room(db(), viewer(), room_id=room_id)
    form = AnnouncementForm.read_lists(request.form) if request.form else AnnouncementForm.read(api.body())
    ends_at, files = form.ends_at(), read_attachments()
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), room_id=room_id)
        entry = changes.announce(
            writer, seen, viewer(), form.body, ends_at=ends_at, sets=form.sets(), key=api.key(), files=files
        )
    return api.created(_whole(queries.fetch(db(), viewer(), entry.id)))


@routes.get("/announcements/<id:entry_id>")
def show(entry_id: int) -> Response:
    """With who has read it, for those who look after it."""
    return jsonify(_whole(queries.fetch(db(), viewer(), entry_id)))


@routes.patch("/announcements/<id:entry_id>")
def update(entry_id: int) -> Response:
    queries.fetch_kept(db(), viewer(), entry_id)
    ends_at = EndForm.read(api.body()).ends_at()
    with writing() as writer:
        changes.set_end(writer, queries.fetch_kept(writer, viewer(), entry_id), ends_at)
    return jsonify(_whole(queries.fetch(db(), viewer(), entry_id)))


@routes.route("/announcements/<id:entry_id>/read", methods=["PUT", "DELETE"])
def read(entry_id: int) -> Response:
    with writing() as writer:
        found = queries.fetch(writer, viewer(), entry_id)
        changes.mark_read(writer, viewer(), found, read=request.method == "PUT")
    return api.done()


@routes.post("/announcements/<id:entry_id>/reminders")
def remind(entry_id: int) -> Response:
    with writing() as writer:
        reminded = changes.remind(writer, queries.fetch_kept(writer, viewer(), entry_id), viewer())
    return api.created({"reminded": [shapes.author(each.person) for each in reminded]})


def _whole(found: Announced) -> dict[str, Any]:
    if not rules.may_look_after(viewer(), found.entry, found.seen):
        read_at = queries.read_by(db(), viewer(), [found.entry.id]).get(found.entry.id)
        return {**_shape(found), "read_at": shapes.stamp(read_at)}
    return {**_shape(found), "people": [_asked(each) for each in queries.asked_of(db(), found)]}


def _asked(asked: Asked) -> dict[str, Any]:
    return {"person": shapes.author(asked.person), "read_at": shapes.stamp(asked.read_at)}


def _shape(found: Announced) -> dict[str, Any]:
    return {
        "id": found.entry.id, "room_id": found.entry.room_id, "body": found.entry.body, "html": found.entry.html,
        "ends_at": shapes.stamp(found.about.ends_at), "has_ended": found.has_ended, "sets": found.about.sets,
        "is_for_me": queries.is_for(viewer(), found),
    }  # fmt: skip
