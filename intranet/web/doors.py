"""The few addresses that belong to no feature: theme files, health, attachments, pictures of people and rooms."""

from flask import Response, jsonify, request, send_file, send_from_directory
from sqlalchemy import text

from intranet.core import people
from intranet.core.entries import queries
from intranet.core.errors import NotFound
from intranet.core.models import Attachment
from intranet.core.rooms import queries as rooms
from intranet.kernel import sounds
from intranet.kernel.db import DatabaseBusy
from intranet.web.headers import STRANGERS_FILE
from intranet.web.requests import db, viewer
from intranet.web.routing import Routes, public
from intranet.web.site import site

routes = Routes("doors", __name__, access="person")
DAY_S = 86_400


@routes.get("/theme/<name>/<path:path>")
@public("the sign-in page is dressed too")
def theme_file(name: str, path: str) -> Response:
    themes = site().themes
    found = themes.find_file(name, path) if name in themes.all else None
    if found is None:
        raise NotFound
    response = send_from_directory(found[0], found[1], max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@routes.get("/healthz")
@public("a monitor has no account")
def alive() -> Response:
    return jsonify(status="alive")


@routes.get("/readyz")
@public("a monitor has no account")
def ready() -> tuple[Response, int]:
    """Whether the database can be written now."""
    try:
        with site().database.write() as writer:
            writer.execute(text("SELECT 1"))
    except DatabaseBusy:
        return jsonify(status="busy"), 503
    return jsonify(status="ready"), 200


@routes.get("/attachments/<id:attachment_id>")
@routes.get("/api/v1/attachments/<id:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """A picture that we made safe is shown, a recording is played; everything else is only ever a download."""
    row = queries.find_attachment(db(), viewer(), attachment_id)
    if row is None:
        raise NotFound
    if "download" not in request.args and (kind := row.type if row.is_picture else _playable(row)):
        return send_blob(row.sha256, kind)
    return send_blob(row.sha256, "application/octet-stream", row.name)


def _playable(row: Attachment) -> str | None:
    """The type of a recording by its own bytes: what it was called says nothing."""
    path = site().blobs.path(row.sha256)
    if not (row.is_sound and path.is_file()):
        return None
    with path.open("rb") as file:
        return sounds.sniff(file.read(sounds.HEAD))


@routes.get("/people/<username>/picture")
def picture(username: str) -> Response:
    person = people.find_by_username(db(), username)
    if person is None or person.avatar is None or not people.may_see(db(), viewer(), person):
        raise NotFound
    return send_blob(person.avatar, "image/webp")


@routes.get("/rooms/<slug>/cover")
def cover(slug: str) -> Response:
    """For whoever may know of the room."""
    seen = rooms.find(db(), viewer(), slug=slug)
    if seen is None or seen.room.cover is None:
        raise NotFound
    return send_blob(seen.room.cover, "image/webp")


def send_blob(sha256: str, kind: str, download_name: str | None = None) -> Response:
    """Kept bytes, for a viewer who may have them; the caller answers for that. Raises NotFound."""
    path = site().blobs.path(sha256)
    if not path.is_file():
        raise NotFound
    response = send_file(
        path, mimetype=kind, as_attachment=download_name is not None, download_name=download_name, etag=sha256,
        max_age=DAY_S,
    )  # fmt: skip
    response.headers["Cache-Control"] = f"private, max-age={DAY_S}"
    response.headers["Content-Security-Policy"] = STRANGERS_FILE
    return response
