"""The pages of who holds an invitation. Wrong, used, ended, withdrawn: one answer that names nobody."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.guests import changes, queries
from intranet.features.guests.forms import GuestForm
from intranet.features.guests.queries import Invitation
from intranet.features.guests.routes import in_words, keepers_may, today
from intranet.plugin_api import (
    Conflict,
    Invalid,
    NotFound,
    Person,
    Routes,
    address,
    db,
    newcomers,
    page,
    public,
    remember_device,
    sign_in,
    site,
    viewer_or_none,
    writing,
)

routes = Routes("guest_doors", __name__, access="public", url_prefix="/guest")


@routes.get("/<code>")
@public("who is invited has no account yet")
def show(code: str) -> Response:
    invitation = _find(code)
    if invitation is None:
        return _wrong()
    if viewer_or_none() or newcomers.has_account(db(), invitation.email):
        return _has_account(invitation)
    suggested = newcomers.suggest_username(db(), invitation.name)
    return _form(invitation, code, {"name": invitation.name, "username": suggested})


@routes.post("/<code>")
@public("who is invited has no account yet")
def accept(code: str) -> ResponseReturnValue:
    """The account, its rooms and the used invitation are one transaction; then the guest is signed in."""
    invitation = _find(code)
    if invitation is None:
        return _wrong()
    if viewer_or_none():
        return _has_account(invitation, 409)
    try:
        form = GuestForm.read(request.form)
        guest = _accept(code, form, newcomers.hash_new_password(form.new, form.again))
    except Invalid as refusal:
        return _form(invitation, code, request.form, refusal.fields)
    except Conflict:
        return _has_account(invitation, 409)
    except NotFound:
        return _wrong()
    sign_in(guest, keep=bool(form.keep))
    response = make_response(redirect(f"/rooms/{invitation.rooms[0].slug}", 303))
    remember_device(response, guest)
    return response


def _accept(code: str, form: GuestForm, hashed: str) -> Person:
    with writing() as writer:
        invitation = queries.find_invitation(writer, code, keepers_may=keepers_may(), today=today())
        if invitation is None:
            raise NotFound
        return changes.accept(
            writer, invitation, name=form.name, username=form.username, hashed=hashed, address=address()
        )


def _find(code: str) -> Invitation | None:
    """Raises TooManyTries."""
    newcomers.refuse_floods(site().throttle, newcomers.GUEST, address())
    return queries.find_invitation(db(), code, keepers_may=keepers_may(), today=today())


def _wrong() -> Response:
    newcomers.note_wrong(site().database, site().throttle, newcomers.GUEST, address())
    return page("guests/wrong.html", status=404)


def _has_account(invitation: Invitation, status: int = 200) -> Response:
    return page("guests/has_account.html", status=status, invitation=invitation, other=viewer_or_none())


def _form(invitation: Invitation, code: str, form: object, errors: dict[str, str] | None = None) -> Response:
    status = 422 if errors else 200
    return page(
        "guests/accept.html", status=status, invitation=invitation, code=code, form=form, errors=errors or {},
        last_day=in_words(invitation.last_day),
    )  # fmt: skip
