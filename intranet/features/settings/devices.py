"""Where I am signed in, my password, and what my programs use."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.settings import changes
from intranet.features.settings.forms import PasswordForm, TokenForm
from intranet.plugin_api import (
    N_,
    DirectoryDown,
    Invalid,
    NotFound,
    Routes,
    WrongLogin,
    address,
    ceremonies,
    check_password,
    clock,
    confirmed,
    db,
    factors,
    first_step,
    identity,
    page,
    part_of,
    passkeys,
    passwords,
    sessions,
    settings_pages,
    sign_out,
    tokens,
    viewer,
    writing,
)

routes = Routes("devices", __name__, access="person", url_prefix="/me")
WRONG = N_("This is not your current password.")


@routes.get("/devices")
def index() -> Response:
    return _devices()


@routes.post("/devices/<id:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    with writing() as writer:
        if not sessions.end(writer, viewer().id, session_id):
            raise NotFound
    return redirect("/me/devices", 303)


@routes.post("/devices/end-others")
def end_others() -> ResponseReturnValue:
    _end(except_id=identity().session_id)
    return redirect("/me/devices?saved=1", 303)


@routes.post("/devices/end-all")
def end_all() -> ResponseReturnValue:
    _end(except_id=None)
    sign_out()
    return redirect("/login", 303)


@routes.get("/password")
@part_of("password")
def password() -> ResponseReturnValue:
    """Who must choose a new one comes here from everywhere."""
    if first_step(viewer()) != "password":
        return redirect("/me/devices")
    return _new_password({})


@routes.post("/password")
@part_of("password")
def change_password() -> ResponseReturnValue:
    must = first_step(viewer()) == "password"
    if viewer().password_hash is None and not must:
        raise NotFound
    form = PasswordForm.read(request.form)
    try:
        _check(form)
    except Invalid as refusal:
        return _new_password(refusal.fields, 422) if must else _devices(errors=refusal.fields, status=422)
    hashed, session_id = passwords.hash_password(form.new), identity().session_id
    with writing() as writer:
        changes.change_password(
            writer, viewer().id, hashed, session_id=session_id, with_tokens=bool(form.revokes_tokens), address=address()
        )
    return redirect("/" if must else "/me/devices?saved=1", 303)


@routes.post("/tokens")
@confirmed
def create_token() -> ResponseReturnValue:
    """The token is shown in this one answer and never again."""
    try:
        form = TokenForm.read(request.form)
        ends_at = form.ends_at()
    except Invalid as refusal:
        return _devices(errors=refusal.fields, status=422)
    with writing() as writer:
        token = tokens.create(
            writer, viewer(), form.name, scopes=form.scopes.split(), expires_at=ends_at, address=address()
        )
    return _devices(token=token, status=201)


@routes.post("/tokens/<id:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    with writing() as writer:
        if not tokens.revoke(writer, viewer().id, token_id, address=address()):
            raise NotFound
    return redirect("/me/devices", 303)


def _end(*, except_id: int | None) -> None:
    with_tokens = "revokes_tokens" in request.form
    with writing() as writer:
        changes.sign_out_everywhere(
            writer, viewer().id, except_id=except_id, with_tokens=with_tokens, address=address()
        )


def _check(form: PasswordForm) -> None:
    """Raises Invalid, TooManyTries or DirectoryDown. Who never had a password has none to say."""
    form.check()
    if viewer().password_hash is None:
        return
    try:
        check_password(viewer(), form.current, door="password")
    except (WrongLogin, DirectoryDown):
        raise Invalid({"current": WRONG}) from None


def _new_password(errors: dict[str, str], status: int = 200) -> Response:
    return page(
        "settings/new_password.html", status=status, errors=errors, has_password=viewer().password_hash is not None
    )


def _devices(*, errors: dict[str, str] | None = None, token: str = "", status: int = 200) -> Response:
    person = viewer()
    shown: dict[str, Any] = {
        "sessions": sessions.list_for(db(), person.id), "current_id": identity().session_id,
        "tokens": tokens.list_for(db(), person.id), "passkeys": passkeys.list_for(db(), person.id),
        "has_totp": factors.has_totp(db(), person.id), "codes_left": factors.count_recovery_codes(db(), person.id),
        "has_password": person.password_hash is not None, "obstacle": ceremonies.obstacle(), "now": clock.now(),
    }  # fmt: skip
    return page(
        "settings/devices.html", status=status, pages=settings_pages(), errors=errors or {}, form={} if token else request.form,
        token=token, **shown,
    )  # fmt: skip
