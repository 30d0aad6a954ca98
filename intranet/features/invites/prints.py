"""A code to take along: as a picture, and as a poster."""

import io
from urllib.parse import urlsplit

import segno
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from intranet.features.invites import poster, queries, rules, sheet, words
from intranet.features.invites.models import Invite
from intranet.features.invites.poster import Poster
from intranet.plugin_api import N_, Conflict, NotFound, Room, Routes, absolute, db, i18n, site, viewer

routes = Routes("invite_prints", __name__, access="person", url_prefix="/rooms/<slug>/invites/<id:invite_id>")
DARK = "#12201c"
TYPES = {"png": "image/png", "svg": "image/svg+xml"}
UNREADABLE = N_("This code cannot be shown any more, because the key of the box is another one. Make a new code.")


@routes.get("/code.<any(png, svg):kind>")
def picture(slug: str, invite_id: int, kind: str) -> ResponseReturnValue:
    """The square alone. A box that does not know its address has none, and its page says so."""
    _, invite = _fetch(slug, invite_id)
    address = sheet.address_of(_code(invite))
    if not address:
        return redirect(f"/rooms/{slug}/invites/{invite_id}")
    drawn = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(drawn, kind=kind, scale=16, border=poster.QUIET_ZONE, dark=DARK, light="#fff")
    return _file(drawn.getvalue(), TYPES[kind], f"{slug}.{kind}", "attachment")


@routes.get("/poster.pdf")
def show_poster(slug: str, invite_id: int) -> Response:
    """The poster on the paper and in the language of `?paper=` and `?language=`."""
    paper, language = request.args.get("paper", "a4"), request.args.get("language", i18n.current())
    if paper not in poster.PAPERS or language not in i18n.LANGUAGES:
        raise NotFound
    room, invite = _fetch(slug, invite_id)
    with force_locale(language):
        made = _poster(room, invite, language)
    return _file(poster.draw(made, paper), "application/pdf", f"{slug}-{paper}.pdf", "inline")


def _fetch(slug: str, invite_id: int) -> tuple[Room, Invite]:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    return seen.room, queries.fetch_invite(db(), seen, invite_id).invite


def _code(invite: Invite) -> str:
    """Raises Conflict."""
    code = sheet.code_of(invite)
    if not code:
        raise Conflict(UNREADABLE)
    return code


def _poster(room: Room, invite: Invite, language: str) -> Poster:
    code, door = _code(invite), absolute("/join")
    parts = urlsplit(door)
    return Poster(
        language=language, company=site().company().name, room=room.name, initials=room.initials, icon=room.icon,
        hue=room.hue, address=sheet.address_of(code), code=code, scan=gettext("Scan this with your phone to join."),
        type_it=gettext("Or open %(address)s and type the code.", address=parts.netloc + parts.path)
        if door
        else gettext("On the sign-in page choose “I have a room code” and type it."),
        notes=(
            gettext("A room keeper lets you in.") if rules.is_asked_for(invite, room) else gettext("You are in at once."),
            words.ends(invite.ends_at),
        ),
    )  # fmt: skip


def _file(content: bytes, kind: str, name: str, disposition: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return response
