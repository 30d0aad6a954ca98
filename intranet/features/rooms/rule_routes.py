"""Rules of a room: who is in it because of their profile."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.rooms import bringing, matching, phrases, queries
from intranet.features.rooms.forms import RuleForm
from intranet.features.rooms.models import RoomRule
from intranet.features.rooms.settings_routes import settings_page
from intranet.plugin_api import Invalid, NotFound, Routes, SeenRoom, db, is_htmx, page, viewer, writing

routes = Routes("room_rules", __name__, access="person", url_prefix="/rooms/<slug>/settings/rules")
NAMES = 10


@routes.get("")
def preview(slug: str) -> Response:
    """Who would come in, before anything is saved."""
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    try:
        shown = _preview(seen, RuleForm.read(request.args.to_dict()))
    except Invalid:  # nothing is chosen yet
        shown = {}
    return page("rooms/_rule_effects.html", room=seen.room, **shown) if is_htmx() else settings_page(seen, rule=shown)


@routes.post("")
def create(slug: str) -> ResponseReturnValue:
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    try:
        form = RuleForm.read(request.form.to_dict())
    except Invalid as refusal:
        return settings_page(seen, errors={"match": next(iter(refusal.fields.values()))}, status=422)
    with writing() as writer:
        bringing.add_rule(writer, queries.fetch_kept(writer, viewer(), slug=slug), viewer(), **form.model_dump())
    return redirect(f"/rooms/{slug}/settings?saved=1#rules", 303)


@routes.post("/<id:rule_id>/remove")
def remove(slug: str, rule_id: int) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        if not bringing.remove_rule(writer, seen, viewer(), rule_id):
            raise NotFound
    return redirect(f"/rooms/{slug}/settings?saved=1#rules", 303)


def _preview(seen: SeenRoom, form: RuleForm) -> dict[str, Any]:
    rule = RoomRule(room_id=seen.room.id, **form.model_dump())
    found = matching.preview(db(), seen.room, rule)
    return {"rule": rule, "found": found, "first": found.coming[:NAMES], "phrases": phrases}
