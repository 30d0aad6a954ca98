"""Pages of keepers: make a code, change and stop it, print it."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.invites import changes, queries, rules, sheet
from intranet.features.invites.forms import InviteForm
from intranet.features.invites.rules import Terms
from intranet.plugin_api import Invalid, Routes, api, db, is_htmx, site, viewer, writing

routes = Routes("invites", __name__, access="person", url_prefix="/rooms/<slug>/invites")


@routes.get("")
def index(slug: str) -> Response:
    """The newest code that works; the form for a new one when there is none, or when it is asked for."""
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    working = [each for each in queries.list_invites(db(), seen) if each.state == "open"]
    return sheet.show(seen, working[0] if working and "new" not in request.args else None)


@routes.post("")
def create(slug: str) -> ResponseReturnValue:
    code = rules.new_code()
    sealed = site().vault.seal(code)
    try:
        terms = InviteForm.read(request.form).terms()
    except Invalid as refusal:
        return sheet.show(queries.fetch_room(db(), viewer(), slug=slug), None, status=422, errors=refusal.fields)
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), slug=slug)
        invite, is_new = changes.add(writer, viewer(), seen, terms, code=code, sealed=sealed, key=api.key())
        invite_id = invite.id
    return _answer(slug, invite_id, 201 if is_new else 200)


@routes.get("/<id:invite_id>")
def show(slug: str, invite_id: int) -> Response:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    return sheet.show(seen, queries.fetch_invite(db(), seen, invite_id))


@routes.post("/<id:invite_id>")
def update(slug: str, invite_id: int) -> ResponseReturnValue:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    found = queries.fetch_invite(db(), seen, invite_id)
    try:
        form = InviteForm.read(request.form)
    except Invalid as refusal:
        return sheet.show(seen, found, status=422, errors=refusal.fields)
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), slug=slug)
        invite = queries.fetch_invite(writer, seen, invite_id).invite
        terms = form.terms(Terms(max_uses=invite.max_uses))
        changes.change(writer, viewer(), seen, invite, terms, keeps_end=form.lasts == "keep")
    return _answer(slug, invite_id, said=gettext("Saved."))


@routes.post("/<id:invite_id>/stop")
def stop(slug: str, invite_id: int) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), slug=slug)
        changes.stop(writer, viewer(), seen, queries.fetch_invite(writer, seen, invite_id))
    return _answer(slug, invite_id)


def _answer(slug: str, invite_id: int, status: int = 200, said: str = "") -> ResponseReturnValue:
    """The code as it is now: in place where scripts run, else its page."""
    if not is_htmx():
        return redirect(f"/rooms/{slug}/invites/{invite_id}" + ("?saved=1" if said else ""), 303)
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    return sheet.show(seen, queries.fetch_invite(db(), seen, invite_id), status=status, said=said)
