"""A page of a room that has another name now leads to where it stands."""

from urllib.parse import quote

from flask import request

from intranet.core.rooms import queries
from intranet.web.requests import db, viewer_or_none


def new_address() -> str | None:
    """The same page of the room that had this name before, if the viewer may know of that room."""
    slug, viewer = (request.view_args or {}).get("slug"), viewer_or_none()
    begin = f"/rooms/{slug}"
    if (
        request.method not in ("GET", "HEAD")
        or slug is None
        or viewer is None
        or not f"{request.path}/".startswith(f"{begin}/")
    ):
        return None
    seen = queries.find_by_former_slug(db(), viewer, slug)
    if seen is None:
        return None
    asked = request.query_string.decode("ascii", "replace")
    return quote(f"/rooms/{seen.room.slug}{request.path[len(begin) :]}") + (f"?{asked}" if asked else "")
