"""The API of conversations."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, jsonify, request

from intranet.features.chat import changes, listing, queries, saying
from intranet.features.chat.forms import MessageForm, PeopleForm
from intranet.features.chat.later.queries import files as later_files
from intranet.features.chat.later.routes import shape as later_shape
from intranet.features.chat.models import Later
from intranet.features.chat.queries import Part
from intranet.features.chat.showing import beginning_of
from intranet.plugin_api import (
    MAX_ID,
    N_,
    Invalid,
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
NO_DAY = N_("Give a day, like 2026-12-04.")


@routes.post("/direct")
def open_direct() -> Response:
    """The room of the viewer and these people; the same people always have the same room."""
    form = PeopleForm.read(api.body())
    with writing() as writer:
        others = queries.fetch_people(writer, viewer(), [each.casefold() for each in form.usernames])
        room_id = changes.open_direct(writer, viewer(), others).id
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    return api.created({**shapes.room(db(), seen.room, seen.role), "name": listing.name_of(others or [viewer()])})


@routes.get("/rooms/<id:room_id>/messages")
def index(room_id: int) -> Response:
    """A part of the log, oldest first: the newest, those `?before=`, `?after=` or `?around=` an id, or from a day `?on=`."""
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    where = _asked_part()
    if "on" in request.args:
        first_id = entry_queries.find_first_since(db(), seen, _day())
        where = {"after": first_id - 1 if first_id else MAX_ID}
    return _part(queries.read_log(db(), seen, **where, limit=api.limit()), where)


@routes.post("/rooms/<id:room_id>/messages")
def create(room_id: int) -> Response:
    """`thread_id` answers in the thread of that message, `also_in_log` shows the answer in the chat too. A command may only tell something.

    What has a time is answered with 202.
    """
    form = MessageForm.read(api.body())
    publish_at = times.read_moment(form.publish_at, site().zone)
    if request.files:
        queries.fetch(db(), viewer(), room_id=room_id)  # nothing is kept of what may not be sent
    sent = saying.Sent(form, read_attachments(), api.key(), publish_at)
    said = saying.submit(viewer(), sent, room_id=room_id)
    if isinstance(said, Whispered):
        return jsonify(told=said.words)
    if isinstance(said, Later):
        return api.accepted(later_shape(said, later_files(db(), [said.id]).get(said.id, ())))
    return api.created(shapes.entry(db(), said, viewer()))


@routes.get("/entries/<id:entry_id>/thread")
def thread(entry_id: int) -> Response:
    """The answers to a message, oldest first: the first of them, or a part as a log has it."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    root = queries.fetch_root(db(), viewer(), seen, entry.root_id)
    where = _asked_part() or {"after": 0}
    return _part(queries.read_thread(db(), root, **where, limit=api.limit()), where)


def _asked_part() -> dict[str, int]:
    """Which part of a log the address asks for."""
    for name in ("around", "before"):
        if said := api.cursor(name=name):
            return {name: said}
    after = api.cursor(-1, name="after")
    return {"after": after} if after >= 0 else {}


def _day() -> datetime:
    """Raises Invalid."""
    if day := beginning_of(request.args["on"]):
        return day
    raise Invalid({"on": NO_DAY})


def _part(part: Part, where: Mapping[str, int]) -> Response:
    """`older` and `newer` go on in that direction, and `next` in the one that was asked for."""
    ids = [row.id for row in part.rows]
    older = str(ids[0]) if ids and part.has_older else None
    newer = str(ids[-1]) if ids and part.has_newer else None
    following = newer if "after" in where or "around" in where else older
    found = entry_queries.by_ids(db(), ids)
    items = shapes.entries(db(), [found[each] for each in ids if each in found], viewer())
    return jsonify(items=items, next=following, older=older, newer=newer)
