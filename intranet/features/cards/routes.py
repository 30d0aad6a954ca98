"""Pages of those who print cards. Each page with codes is the answer to a form and cannot be fetched again."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from sqlalchemy.orm import Session

from intranet.features.cards import changes, queries
from intranet.features.cards.changes import PrintedCard
from intranet.features.cards.forms import SHEET, CardForm, RenewForm, SheetForm
from intranet.plugin_api import (
    Invalid,
    Routes,
    SeenRoom,
    absolute,
    api,
    db,
    newcomers,
    page,
    qr,
    site,
    tickets,
    viewer,
    writing,
)

routes = Routes("cards", __name__, access="person", url_prefix="/rooms/<slug>/cards")


@routes.get("")
def index(slug: str) -> Response:
    return _index(_room(db(), slug))


@routes.get("/username")
def suggest(slug: str) -> Response:
    """The field with the user name that this name would get; what was typed into it stays."""
    _room(db(), slug)
    typed, name = request.args.get("username", "")[:64], request.args.get("name", "")[:120]
    return page("cards/_username.html", username=typed or newcomers.suggest_username(db(), name), errors={})


@routes.post("")
def create(slug: str) -> ResponseReturnValue:
    seen = _room(db(), slug)
    is_sheet = "people" in request.form
    try:
        form = SheetForm.read(request.form) if is_sheet else CardForm.read(request.form)
        names = form.names() if isinstance(form, SheetForm) else [(form.name, form.username)]
        lasts = newcomers.lasting(form.days)
        with writing() as writer:
            seen = _room(writer, slug)
            cards = changes.add_people(writer, viewer(), seen, names, lasts=lasts, key=api.key())
    except Invalid as refusal:
        return _index(seen, errors=_in_fields(refusal.fields, is_sheet), status=422)
    return _printed(seen, cards) if cards else redirect(f"/rooms/{slug}/cards", 303)


@routes.post("/renew")
def renew(slug: str) -> ResponseReturnValue:
    seen = _room(db(), slug)
    usernames = list(dict.fromkeys(request.form.getlist("username")))[:SHEET]
    if not usernames:
        return redirect(f"/rooms/{slug}/cards", 303)
    try:
        lasts = newcomers.lasting(RenewForm.read(request.form).days)
    except Invalid as refusal:
        return _index(seen, errors=refusal.fields, status=422)
    with writing() as writer:
        seen = _room(writer, slug)
        cards = changes.renew(writer, viewer(), seen, usernames, lasts=lasts)
    return _printed(seen, cards)


@routes.post("/withdraw")
def withdraw(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = _room(writer, slug)
        changes.withdraw(writer, viewer(), seen, request.form.get("username", "")[:64])
    return redirect(f"/rooms/{slug}/cards", 303)


def _room(session: Session, slug: str) -> SeenRoom:
    return newcomers.fetch_room(session, viewer(), slug, keepers_may=newcomers.keepers_may(site().values()))


def _in_fields(errors: dict[str, str], is_sheet: bool) -> dict[str, str]:
    """On a sheet there is one field for all names."""
    return {"people": next(iter(errors.values()))} if is_sheet and "days" not in errors else errors


def _index(seen: SeenRoom, *, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    values: dict[str, Any] = {"form": request.form, "errors": errors or {}, "days": newcomers.DAYS}
    return page(
        "cards/index.html", status=status, room=seen.room, waiting=queries.list_waiting(db(), seen),
        has_address=bool(absolute("/")), client_key=secrets.token_urlsafe(12), **values,
    )  # fmt: skip


def _printed(seen: SeenRoom, cards: Sequence[PrintedCard]) -> Response:
    drawn = [
        (card, format_date(card.ends_at, "d MMMM yyyy"), tickets.grouped(card.code), _square(card.code))
        for card in cards
    ]
    return page("cards/printed.html", status=201, room=seen.room, cards=drawn, address=absolute("/card"))


def _square(code: str) -> object:
    address = absolute(f"/card/{code}")
    return qr(address) if address else None
