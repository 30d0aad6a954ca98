"""The API of one's own status; in the chat it is `/away` and `/back`."""

from flask import Response, jsonify, request

from intranet.features.chat.status import changes, queries
from intranet.features.chat.status.forms import StatusForm
from intranet.features.chat.status.shaping import of_people, shaped
from intranet.plugin_api import MAX_ID, NotFound, Routes, api, db, people, site, times, viewer, writing

MOST = 200  # people of whom one may ask at once

routes = Routes("chat_status", __name__, access="person", url_prefix="/api/v1")


@routes.get("/statuses")
def index() -> Response:
    """`?people=1,2,3`: what those of them say whom the viewer may see."""
    typed = request.args.get("people", "").split(",")[:MOST]
    ids = {int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 20}
    return jsonify(items=of_people([each for each in ids if each <= MAX_ID])["items"])


@routes.get("/people/<username>/status")
def show(username: str) -> Response:
    """What a person says of themselves now. Raises NotFound when that is nothing."""
    person = people.find_by_username(db(), username)
    if person is None or person.disabled_at or not people.may_see(db(), viewer(), person):
        raise NotFound
    status = queries.find(db(), person.id)
    if status is None:
        raise NotFound
    return jsonify(shaped(status))


@routes.put("/me/status")
def update() -> Response:
    form = StatusForm.read(api.body())
    until = times.read_moment(form.until, site().zone, field="until")
    with writing() as writer:
        changes.say(writer, viewer(), form.words, until=until, is_quiet=form.is_quiet)
    return api.done()


@routes.delete("/me/status")
def remove() -> Response:
    with writing() as writer:
        changes.end(writer, viewer())
    return api.done()
