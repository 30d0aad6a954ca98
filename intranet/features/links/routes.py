"""The page of the administration, and what belongs to the card of an entry."""

import json

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.links import changes, queries
from intranet.features.links.forms import LinksForm
from intranet.plugin_api import (
    Entry,
    Invalid,
    NotFound,
    Routes,
    address,
    admin_only,
    api,
    db,
    entry_rules,
    html,
    is_htmx,
    page,
    room_queries,
    send_blob,
    viewer,
    writing,
)

routes = Routes("links", __name__, access="person")


@routes.get("/admin/links")
@admin_only
def settings() -> Response:
    return _settings({})


@routes.post("/admin/links")
@admin_only
def update() -> ResponseReturnValue:
    try:
        form = LinksForm.read(request.form)
    except Invalid as refusal:
        return _settings(refusal.fields, 422)
    with writing() as writer:
        changes.switch(writer, on=form.is_on, actor=viewer(), address=address())
    return redirect("/admin/links?saved=1", 303)


def _settings(errors: dict[str, str], status: int = 200) -> Response:
    kept = queries.count_cards(db())
    return page("links/settings.html", status=status, errors=errors, is_on=queries.is_on(db()), kept=kept)


@routes.get("/entries/<id:entry_id>/link")
def show(entry_id: int) -> Response:
    """The card by itself: without JavaScript its author takes it away here."""
    entry, card = queries.fetch_card(db(), viewer(), entry_id)
    seen = room_queries.find_readable(db(), viewer(), room_id=entry.room_id)
    may_edit = seen is not None and entry_rules.may_edit(viewer(), entry, seen)
    return page("links/show.html", entry=entry, card=card, may_edit=may_edit)


@routes.get("/entries/<id:entry_id>/link/picture")
def picture(entry_id: int) -> Response:
    _entry, card = queries.fetch_card(db(), viewer(), entry_id)
    if card.picture is None:
        raise NotFound
    return send_blob(card.picture, "image/webp")


@routes.post("/entries/<id:entry_id>/link/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    entry = _take_away(entry_id)
    if not is_htmx():
        return redirect(f"/p/{entry.parent_id or entry.id}", 303)
    answer = html("")
    answer.headers["HX-Trigger"] = json.dumps({"said": gettext("The card is gone.")})
    return answer


@routes.delete("/api/v1/entries/<id:entry_id>/link")
def remove_by_program(entry_id: int) -> Response:
    _take_away(entry_id)
    return api.done()


def _take_away(entry_id: int) -> Entry:
    """Raises NotFound or Forbidden."""
    with writing() as writer:
        entry = queries.fetch_entry(writer, viewer(), entry_id)
        seen = room_queries.find_readable(writer, viewer(), room_id=entry.room_id)
        if seen is None:
            raise NotFound
        changes.take_away(writer, seen, viewer(), entry)
    return entry
