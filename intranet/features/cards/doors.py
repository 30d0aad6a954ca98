"""The pages of who holds a code. Wrong, used, ended: one answer that names nobody."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.cards import changes, queries
from intranet.features.cards.forms import PasswordForm
from intranet.plugin_api import (
    Invalid,
    NotFound,
    Routes,
    address,
    begin_sign_in,
    db,
    newcomers,
    page,
    public,
    remember_device,
    site,
    viewer_or_none,
    writing,
)

routes = Routes("card_doors", __name__, access="public", url_prefix="/card")


@routes.get("")
@public("who holds a card has no password yet")
def index() -> Response:
    return _ask_code(is_wrong=False)


@routes.post("")
@public("who holds a card has no password yet")
def find() -> ResponseReturnValue:
    """A typed code of any kind leads to its own page."""
    _refuse_floods()
    code = request.form.get("code", "").strip()
    ticket = newcomers.find_ticket(db(), code)
    return redirect(newcomers.DOORS[ticket.kind] + _clean(code), 303) if ticket else _wrong()


@routes.get("/<code>")
@public("the QR code on the card leads here")
def show(code: str) -> Response:
    _refuse_floods()
    held = queries.find_held(db(), code)
    return _form(held, code) if held else _wrong()


@routes.post("/<code>")
@public("who holds a card has no password yet")
def use(code: str) -> ResponseReturnValue:
    """The password is set and the card used up in one transaction; then its holder is signed in."""
    _refuse_floods()
    held = queries.find_held(db(), code)
    if held is None:
        return _wrong()
    try:
        form = PasswordForm.read(request.form)
        hashed = newcomers.hash_new_password(form.new, form.again)
        with writing() as writer:
            held = changes.use(writer, code, hashed, address=address())
    except Invalid as refusal:
        return _form(held, code, refusal.fields)
    except NotFound:
        return _wrong()
    site().login.note_success(held.person)
    landing = queries.find_landing(db(), held)
    if not begin_sign_in(held.person, keep=bool(form.keep)):
        return redirect(f"/login/second?next={landing}", 303)
    response = make_response(redirect(landing, 303))
    remember_device(response, held.person)
    return response


def _clean(code: str) -> str:
    return "".join(each for each in code if each.isascii() and (each.isalnum() or each in "-_"))


def _refuse_floods() -> None:
    newcomers.refuse_floods(site().throttle, newcomers.CARD, address())


def _wrong() -> Response:
    newcomers.note_wrong(site().database, site().throttle, newcomers.CARD, address())
    return _ask_code(is_wrong=True, status=404)


def _ask_code(*, is_wrong: bool, status: int = 200) -> Response:
    """The field for a code, and the other ways in: the code may be one of theirs."""
    asked = sorted(site().plugins.ask("signin_choices"), key=lambda each: each.order)
    return page(
        "cards/find.html", status=status, is_wrong=is_wrong, ways=[each for each in asked if each.url != "/card"]
    )


def _form(held: queries.HeldCard, code: str, errors: dict[str, str] | None = None) -> Response:
    status = 422 if errors else 200
    return page(
        "cards/use.html", status=status, person=held.person, code=code, errors=errors or {}, other=viewer_or_none()
    )
