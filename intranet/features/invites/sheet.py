"""What the keepers' page of codes shows; the dialog over another page shows the same."""

import secrets
from typing import Any

from flask import Response, request

from intranet.features.invites import queries, words
from intranet.features.invites.forms import LASTS, PEOPLE
from intranet.features.invites.models import Invite
from intranet.features.invites.queries import SeenInvite
from intranet.plugin_api import SeenRoom, Unreadable, absolute, db, i18n, is_htmx, page, qr, site, tickets, viewer

OTHER_WAYS = "/invites"


def show(
    seen: SeenRoom, found: SeenInvite | None, *, status: int = 200, errors: dict[str, str] | None = None, said: str = ""
) -> Response:  # fmt: skip
    """One code of the room, or the form for a new one."""
    template = "invites/_dialog.html" if is_htmx() else "invites/index.html"
    values: dict[str, Any] = {"code": "", "address": "", "uses": []} | (_shown(found) if found else {})
    listed = queries.list_invites(db(), seen)
    return page(
        template, status=status, room=seen.room, found=found, errors=errors or {}, said=said,
        others=[(each, _name(each)) for each in listed if not found or each.invite.id != found.invite.id],
        keepers=queries.list_keepers(db(), seen.room.id), ways=_other_ways(seen), lasts=LASTS, people=PEOPLE,
        client_key=secrets.token_urlsafe(12), has_address=bool(absolute("/")), chosen_language=i18n.current(), words=words,
        **values,
    )  # fmt: skip


def code_of(invite: Invite) -> str:
    """The code, in fours. Empty when it was sealed with another key."""
    try:
        return tickets.grouped(site().vault.open(invite.code_sealed))
    except Unreadable:
        return ""


def address_of(code: str) -> str:
    """The whole address that leads into the room; empty when the box does not know its own."""
    return absolute(f"/j/{code}") if code else ""


def _shown(found: SeenInvite) -> dict[str, Any]:
    code = code_of(found.invite)
    address = address_of(code)
    return {
        "code": code, "address": address, "square": qr(address) if address else None,
        "uses": queries.list_uses(db(), found.invite.id),
    }  # fmt: skip


def _name(found: SeenInvite) -> str:
    """How a code is called in a list: its beginning tells it from the others, and nobody who looks over a shoulder can use it."""
    return code_of(found.invite)[: tickets.TYPED_GROUP] + "…"


def _other_ways(seen: SeenRoom) -> list[Any]:
    """What else brings people into this room."""
    asked = site().plugins.ask("room_actions", viewer=viewer(), seen=seen)
    return sorted((each for each in asked if each.url != request.path), key=lambda each: each.order)
