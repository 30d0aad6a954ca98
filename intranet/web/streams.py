"""The doors to the live stream: `/live` for pages, `/api/v1/events` for programs."""

from flask import Response, request

from intranet.web import i18n, live
from intranet.web.requests import db, identity
from intranet.web.routing import MAX_ID, Routes
from intranet.web.site import site

routes = Routes("live", __name__, access="person")


@routes.get("/live")
@routes.get("/api/v1/events")
def index() -> Response:
    """Everything that happens in the rooms the viewer may see, from `Last-Event-ID` (or `?since=`) on."""
    who, place = identity(), _place()
    hub = site().hub
    stream = hub.open(live.Stream(who.person.id, i18n.current(), who.session_id, who.token_id, after=place or 0))
    db().close()  # a stream must not hold a connection
    response = Response(live.run(hub, stream, place), mimetype="text/event-stream")
    response.call_on_close(lambda: hub.leave(stream))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _place() -> int | None:
    said = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    return min(int(said), MAX_ID) if said.isascii() and said.isdigit() and len(said) < 20 else None
