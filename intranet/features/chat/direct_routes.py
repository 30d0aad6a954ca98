"""Writing to people: the page that asks to whom, and the channels that one could join."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat import changes, queries, rules
from intranet.features.chat.forms import PeopleForm
from intranet.plugin_api import (
    N_,
    Invalid,
    NotFound,
    Routes,
    db,
    page,
    room_queries,
    viewer,
    writing,
)

routes = Routes("chat_direct", __name__, access="person")
NOBODY = N_("Nobody here has this user name. Choose one from the list.")


@routes.get("/chat/new")
def new() -> Response:
    return _asking(request.args.getlist("to"), {})


@routes.post("/chat/new")
def create() -> ResponseReturnValue:
    typed = [name for each in request.form.getlist("to") for name in each.replace(",", " ").split()]
    try:
        form = PeopleForm.read({"usernames": [each.lstrip("@").casefold() for each in typed]})
        with writing() as writer:
            others = queries.fetch_people(writer, viewer(), form.usernames)
            room = changes.open_direct(writer, viewer(), others)
            address = rules.address(room)
    except NotFound:
        return _asking(typed, {"to": NOBODY}, 422)
    except Invalid as refusal:
        return _asking(typed, {"to": next(iter(refusal.fields.values()))}, 422)
    return redirect(address, 303)


def _asking(typed: list[str], errors: dict[str, str], status: int = 200) -> Response:
    return page("chat/new.html", status=status, typed=typed, errors=errors)


@routes.get("/chat/channels")
def channels() -> Response:
    """Channels and rooms with a chat: those one is in, and those one could join."""
    words = request.args.get("q", "")[:80].strip()
    found = [
        each for each in room_queries.list_listed(db(), viewer(), words=words, limit=500) if not each.room.archived_at
    ]
    found.sort(key=lambda each: each.room.name.casefold())
    return page(
        "chat/channels.html",
        words=words,
        found=found,
        counts=room_queries.member_counts(db(), [each.room.id for each in found]),
    )
