"""The API of people."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request

from intranet.features.people import changes, directory, queries
from intranet.features.people.forms import ProfileForm, current, locked_values
from intranet.plugin_api import (
    Person,
    Routes,
    api,
    caps,
    clock,
    db,
    local_time,
    profiles,
    require_fresh,
    shapes,
    viewer,
    writing,
)

routes = Routes("people_api", __name__, access="person", url_prefix="/api/v1")
CONTACT = ("email", "phone", "mobile", "location")


@routes.get("/me")
def me() -> Response:
    return jsonify(_shapes([viewer()])[0])


@routes.patch("/me")
def update() -> Response:
    """The fields that are sent; all others, and those that the directory fills, stay."""
    profile, owned = profiles.read(db(), viewer().id), profiles.owned_fields(db(), viewer().id)
    sent = api.body()
    typed = {**current(viewer(), profile), **sent, **locked_values(viewer(), profile, owned)}
    fields = ProfileForm.read(typed).fields(local_time(clock.now()).date(), sent)
    if fields.get("email", viewer().email) != viewer().email:
        require_fresh()
    with writing() as writer:
        changes.save_profile(writer, viewer().id, fields)
    return jsonify(_shapes([db().get_one(Person, viewer().id)])[0])


@routes.get("/people")
def index() -> Response:
    filters = directory.Filters(request.args.get("q", "")[: caps.LINE])
    after = request.args.get("cursor", "")[:200]
    listing = directory.list_directory(db(), viewer(), filters, after=after, limit=api.limit())
    found = [listing.people[line.id] for line in listing.lines]
    return jsonify(items=_shapes(found), next=listing.next)


@routes.get("/people/<username>")
def show(username: str) -> Response:
    return jsonify(_shapes([queries.fetch(db(), viewer(), username)])[0])


def _shapes(rows: Sequence[Person]) -> list[dict[str, Any]]:
    """The contract's person, with what a profile adds. Who left is still an author, and cannot be reached."""
    ids = [row.id for row in rows]
    about, skills = profiles.by_ids(db(), ids), profiles.list_skills_of(db(), ids, viewer())
    today = local_time(clock.now()).date()
    said = []
    for row, shape in zip(rows, shapes.people_list(db(), rows), strict=True):
        until = about[row.id].absent_until if row.id in about else None
        until = until if until and until >= today else None
        names = [skill.name for skill in skills.get(row.id, ())]
        more = {"division": row.division, "mobile": row.mobile, "skills": names, "absent_until": until and f"{until}"}
        gone = dict.fromkeys(CONTACT, "") | {"absent_until": None, "manager": None} if row.disabled_at else {}
        said.append({**shape, **more, **gone})
    return said
