"""Writing to people: the page that asks to whom."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat import changes, queries, rules
from intranet.features.chat.forms import PeopleForm
from intranet.plugin_api import (
    N_,
    Invalid,
    NotFound,
    Routes,
    page,
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
