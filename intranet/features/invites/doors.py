"""The pages of who holds a code. Nothing is looked up before they sign in, and every wrong code gets one answer."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.invites import changes, queries, rules, words
from intranet.features.invites.changes import KIND, Came
from intranet.features.invites.forms import CodeForm, WordsForm
from intranet.features.invites.queries import HeldInvite
from intranet.features.invites.rules import State
from intranet.plugin_api import (
    Invalid,
    Routes,
    address,
    db,
    newcomers,
    page,
    public,
    room_queries,
    site,
    tickets,
    viewer,
    viewer_or_none,
    writing,
)

routes = Routes("invite_doors", __name__, access="person")


@routes.get("/join")
@public("a code may be typed first; it is looked up after signing in")
def index() -> Response:
    return _ask_code()


@routes.post("/join")
@public("a code may be typed first; it is looked up after signing in")
def find() -> ResponseReturnValue:
    """Leads to the code's page, which asks who comes."""
    try:
        code = rules.plain(CodeForm.read(request.form).code)
    except Invalid as refusal:
        return _ask_code(refusal.fields)
    return redirect(f"/j/{tickets.grouped(code)}", 303) if code else _ask_code(wrong=True, status=404)


@routes.get("/j/<code>")
def show(code: str) -> ResponseReturnValue:
    """What the code leads to, before anything is done."""
    held = _find(code)
    return _show(held, code) if held else _wrong()


@routes.post("/j/<code>")
def create(code: str) -> ResponseReturnValue:
    """Joins, or asks to."""
    held = _find(code)
    if held is None:
        return _wrong()
    try:
        said = WordsForm.read(request.form).words
    except Invalid as refusal:
        return _show(held, code, refusal.fields)
    came = come(code, said)
    if came is None:
        return _wrong()
    held, state = came
    if state == "in":
        return redirect(f"/rooms/{held.room.slug}", 303)
    if state == "asked":
        return redirect(f"/j/{_grouped(code)}", 303)
    return _closed(held, state)


def come(code: str, said: str) -> tuple[HeldInvite, Came] | None:
    """One transaction: what the code leads to now, and what came of it. None when it leads nowhere any more."""
    with writing() as writer:
        held = queries.find_held(writer, code)
        return (held, changes.come(writer, held, viewer(), said)) if held else None


def _find(code: str) -> HeldInvite | None:
    """Raises TooManyTries."""
    newcomers.refuse_floods(site().throttle, KIND, address())
    return queries.find_held(db(), code)


def note_wrong() -> None:
    newcomers.note_wrong(site().database, site().throttle, KIND, address())


def _wrong() -> Response:
    note_wrong()
    return _ask_code(wrong=True, status=404)


def _ask_code(errors: dict[str, str] | None = None, *, wrong: bool = False, status: int = 200) -> Response:
    """The field for a typed code. Who has not signed in sees the other ways in, too."""
    ways = [] if viewer_or_none() else sorted(site().plugins.ask("signin_choices"), key=lambda each: each.order)
    return page(
        "invites/find.html", status=422 if errors else status, errors=errors or {}, is_wrong=wrong,
        ways=[each for each in ways if each.url != "/join"],
    )  # fmt: skip


def _show(held: HeldInvite, code: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Raises Forbidden for guests whom the code is not for."""
    if queries.is_in(db(), held, viewer()):
        return redirect(f"/rooms/{held.room.slug}")
    changes.refuse_guests(held, viewer())
    state = queries.state_for(db(), held, viewer())
    if state not in ("archived", "removed") and room_queries.find_request(db(), held.room.id, viewer().id):
        return _page("invites/asked.html", held)
    if state != "open":
        return _closed(held, state)
    return _page(
        "invites/join.html", held, status=422 if errors else 200, code=_grouped(code), errors=errors or {}, form=request.form,
        asks=queries.must_ask(db(), held, viewer()), shows=held.invite.shows_history or held.room.access == "open",
    )  # fmt: skip


def _closed(held: HeldInvite, state: State) -> Response:
    ask = words.whom_to_ask(queries.list_keepers(db(), held.room.id))
    return _page("invites/closed.html", held, status=410, why=words.why_not(state), ask=ask)


def _page(template: str, held: HeldInvite, *, status: int = 200, **values: object) -> Response:
    return page(template, status=status, room=held.room, keepers=queries.list_keepers(db(), held.room.id), **values)


def _grouped(code: str) -> str:
    return tickets.grouped(rules.plain(code))
