"""The doors to the live stream: `/live` for pages, `/api/v1/events` for programs, and what pages say themselves."""

from typing import Annotated, Literal

from flask import Response, abort, request
from pydantic import Field

from intranet.core import people
from intranet.core.entries import queries, rules
from intranet.core.errors import NotFound
from intranet.core.forms import Form
from intranet.core.models import Person
from intranet.core.rooms import queries as room_queries
from intranet.kernel import signals
from intranet.web import api, i18n, live
from intranet.web.requests import db, identity, viewer
from intranet.web.routing import MAX_ID, Routes
from intranet.web.site import site
from intranet.web.stream import Full, Stream

RowId = Annotated[int, Field(ge=1, le=MAX_ID)]
routes = Routes("live", __name__, access="person")


class TypingForm(Form):
    """Where somebody writes at this moment."""

    room_id: RowId
    thread_id: RowId | None = None


class AwayForm(Form):
    """Whether nobody looks at any page of this browser."""

    away: Literal["true", "false"]


@routes.get("/live")
@routes.get("/api/v1/events")
def index() -> Response:
    """Everything that happens in the rooms the viewer may see, from `Last-Event-ID` (or `?since=`) on."""
    who, place = identity(), _place()
    hub = site().hub
    stream = Stream(who.person.id, i18n.current(), who.session_id, who.token_id, after=place or 0)
    try:
        hub.open(stream)
    except Full:
        abort(503)
    db().close()  # a stream must not hold a connection
    response = Response(live.run(hub, stream, place, request.environ), mimetype="text/event-stream")
    response.call_on_close(lambda: None if stream.writer else hub.leave(stream))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _place() -> int | None:
    said = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    return min(int(said), MAX_ID) if said.isascii() and said.isdigit() and len(said) < 20 else None


@routes.post("/live/typing")
def typing() -> Response:
    """Tells those who may see the room that the viewer writes there; nothing of it is kept."""
    _tell_typing(TypingForm.read(request.form))
    return Response(status=204)


@routes.put("/api/v1/rooms/<id:room_id>/typing")
def typing_by_program(room_id: int) -> Response:
    _refuse_strangers(viewer(), TypingForm(room_id=room_id))
    _tell_typing(TypingForm.read({**api.body(), "room_id": room_id}))
    return api.done()


def _tell_typing(form: TypingForm) -> None:
    """Not oftener than others can read it, and not of who hides that they are here. Raises NotFound."""
    person = viewer()
    _refuse_strangers(person, form)
    if person.id not in people.hidden_ids(db()) and site().hub.typing.may((person.id, form.room_id)):
        where = {"room_id": form.room_id, "thread_id": form.thread_id}
        signals.send(site().settings.run, "typing", **where, person_id=person.id, name=person.name)


@routes.post("/live/away")
def away() -> Response:
    """Every tab of this browser is hidden or left alone, or somebody came back to one."""
    form = AwayForm.read(request.form)
    signals.send(site().settings.run, "away", session_id=identity().session_id, away=form.away == "true")
    return Response(status=204)


def _refuse_strangers(person: Person, form: TypingForm) -> None:
    """Raises NotFound unless the viewer may write there."""
    seen = room_queries.find_readable(db(), person, room_id=form.room_id)
    if seen is None or not rules.may_write(seen):
        raise NotFound
    if form.thread_id is not None:
        root = queries.find(db(), person, form.thread_id)
        if root is None or root.room_id != form.room_id or root.id != root.root_id or not rules.may_comment(root, seen):
            raise NotFound
