"""Pages of those who invite guests. The page with the code is the answer to a form and cannot be fetched again."""

import secrets
from datetime import date

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext

from intranet.features.guests import changes, queries
from intranet.features.guests.forms import InvitationForm
from intranet.plugin_api import (
    Invalid,
    NotFound,
    Routes,
    SeenRoom,
    Ticket,
    absolute,
    api,
    clock,
    db,
    newcomers,
    page,
    qr,
    room_queries,
    site,
    tickets,
    viewer,
    writing,
)

routes = Routes("guests", __name__, access="person", url_prefix="/rooms/<slug>/guests")


def keepers_may() -> bool:
    return newcomers.keepers_may(site().values())


def today() -> date:
    return clock.now().astimezone(site().zone).date()


def end_stays() -> None:
    """What the worker does now and then."""
    with site().database.write() as writer:
        changes.end_stays(writer, today())


@routes.get("")
def index(slug: str) -> Response:
    return _index(queries.fetch_room(db(), viewer(), slug, keepers_may=keepers_may()))


@routes.post("")
def create(slug: str) -> ResponseReturnValue:
    seen = queries.fetch_room(db(), viewer(), slug, keepers_may=keepers_may())
    try:
        form = InvitationForm.read(request.form)
        values = {"name": form.name, "email": form.address(), "last_day": form.last_day(today())}
        lasts = newcomers.lasting(form.days)
        with writing() as writer:
            rooms = [queries.fetch_room(writer, viewer(), each, keepers_may=keepers_may()) for each in _slugs(slug)]
            invited = changes.invite(writer, viewer(), rooms, lasts=lasts, key=api.key(), **values)  # type: ignore[arg-type]
    except Invalid as refusal:
        return _index(seen, errors=refusal.fields, status=422)
    return _invited(seen, *invited, rooms) if invited else redirect(f"/rooms/{slug}/guests", 303)


@routes.post("/withdraw")
def withdraw(slug: str) -> ResponseReturnValue:
    said = request.form.get("invitation", "")
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), slug, keepers_may=keepers_may())
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            raise NotFound
        changes.withdraw(writer, viewer(), seen, int(said))
    return redirect(f"/rooms/{slug}/guests", 303)


def _slugs(slug: str) -> list[str]:
    """This room, and the others that were ticked."""
    return list(dict.fromkeys([slug, *request.form.getlist("room")]))[: queries.ROOMS]


def _index(seen: SeenRoom, *, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    own = queries.list_own_rooms(db(), viewer(), keepers_may=keepers_may())
    waiting = queries.list_open(db(), seen)
    return page(
        "guests/index.html", status=status, room=seen.room, form=request.form, errors=errors or {},
        ticked=request.form.getlist("room"), others=[each.room for each in own if each.room.id != seen.room.id],
        waiting=[(each, _shown_rooms(each)) for each in waiting], days=newcomers.DAYS, today=today().isoformat(),
        guests=[(each.person, in_words(each.last_day)) for each in queries.list_guests(db(), seen)],
        client_key=secrets.token_urlsafe(12), sends_mail=site().mailer.is_ready and bool(absolute("/")),
    )  # fmt: skip


def _shown_rooms(ticket: Ticket) -> list[str]:
    """The names of those rooms of an invitation that the viewer may know of."""
    found = (room_queries.find(db(), viewer(), room_id=room_id) for room_id in ticket.data["rooms"])
    return [each.room.name for each in found if each]


def in_words(day: date | None) -> str:
    return format_date(day, "d MMMM yyyy") if day else ""


def _invited(seen: SeenRoom, ticket: Ticket, code: str, rooms: list[SeenRoom]) -> Response:
    address = absolute(f"/guest/{code}")
    is_sent = bool(address) and site().mailer.is_ready
    if is_sent:
        _send(str(ticket.data["email"]), address, [each.room.name for each in rooms], ticket)
    return page(
        "guests/invited.html", status=201, room=seen.room, rooms=[each.room for each in rooms], ticket=ticket,
        code=tickets.grouped(code), address=address, square=qr(address) if address else None, is_sent=is_sent,
        ends=format_date(ticket.expires_at, "d MMMM yyyy"), door=absolute("/card"),
    )  # fmt: skip


def _send(to: str, address: str, rooms: list[str], ticket: Ticket) -> None:
    company = site().company().name
    subject = gettext("%(name)s invites you to %(company)s", name=viewer().name, company=company)
    words = gettext(
        "Hello %(guest)s,\n\n%(name)s invites you as a guest into: %(rooms)s.\n\nOpen this address and choose a password:\n"
        "%(address)s\n\nIt works once, until %(date)s. If you did not expect this, leave it unanswered.",
        guest=ticket.data["name"], name=viewer().name, rooms=", ".join(rooms), address=address,
        date=format_date(ticket.expires_at, "d MMMM yyyy"),
    )  # fmt: skip
    site().jobs.start("core.mail", to, subject, words)
