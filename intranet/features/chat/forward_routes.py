"""Forwarding a message into another conversation. Each viewer fetches it by their own rights: nobody sees more than before."""

import secrets

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.chat import changes, listing, queries
from intranet.features.chat.forms import ForwardForm
from intranet.plugin_api import (
    N_,
    Entry,
    Invalid,
    NotFound,
    Routes,
    api,
    asked,
    db,
    is_htmx,
    shapes,
    viewer,
    writing,
)

routes = Routes("chat_forward", __name__, access="person")
NO_CHAT = N_("Choose one of your chats.")


@routes.get("/chat/m/<id:entry_id>/forward")
def new(entry_id: int) -> Response:
    entry, _seen = queries.fetch_message(db(), viewer(), entry_id)
    return _asking(entry)


@routes.post("/chat/m/<id:entry_id>/forward")
def create(entry_id: int) -> ResponseReturnValue:
    entry, _seen = queries.fetch_message(db(), viewer(), entry_id)
    try:
        address = f"/chat/m/{_forward(entry_id, ForwardForm.read(request.form)).id}"
    except Invalid as refusal:
        return _asking(entry, refusal.fields)
    if not is_htmx():
        return redirect(address, 303)
    return asked("chat/_forwarded.html", gettext("Forwarded"), status=201, address=address)


@routes.post("/api/v1/entries/<id:entry_id>/forward")
def create_by_program(entry_id: int) -> Response:
    queries.fetch_message(db(), viewer(), entry_id)
    sent = _forward(entry_id, ForwardForm.read(api.body()))
    return api.created(shapes.entry(db(), sent, viewer()))


def _forward(entry_id: int, form: ForwardForm) -> Entry:
    """What was sent. Raises Invalid, Forbidden or NotFound."""
    with writing() as writer:
        entry, _seen = queries.fetch_message(writer, viewer(), entry_id)
        try:
            target = queries.fetch(writer, viewer(), room_id=form.room_id)
        except NotFound:
            raise Invalid({"room_id": NO_CHAT}) from None
        return changes.forward(writer, target, viewer(), entry, form.body, key=api.key())


def _asking(entry: Entry, errors: dict[str, str] | None = None) -> Response:
    chats = [(each.room.id, listing.title(each)) for each in listing.chats() if each.room.id != entry.room_id]
    return asked(
        "chat/_forward_form.html", gettext("Forward"), status=422 if errors else 200, entry=entry, chats=chats,
        errors=errors or {}, body=request.form.get("body", ""), chosen=request.form.get("room_id", ""),
        client_key=request.form.get("client_key") or secrets.token_urlsafe(12),
    )  # fmt: skip
