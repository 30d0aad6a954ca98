"""My second factor: an app that shows codes, passkeys, and codes on paper."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.settings import changes
from intranet.features.settings.forms import CodeForm, PasskeyForm
from intranet.plugin_api import (
    N_,
    Invalid,
    NotFound,
    Routes,
    WrongLogin,
    address,
    ceremonies,
    confirmed,
    db,
    factors,
    first_step,
    page,
    part_of,
    passkeys,
    qr,
    settings_pages,
    site,
    viewer,
    writing,
)

routes = Routes("second_factor", __name__, access="person", url_prefix="/me")
PURPOSE = "new passkey"
NOT_MADE = N_("No passkey was made. Try again, and follow what your browser asks.")


@routes.get("/second-factor")
@part_of("factor")
def new() -> Response:
    """Both kinds, to choose from. Who must have one comes here from everywhere."""
    return _choice()


@routes.post("/second-factor/app")
@part_of("factor")
@confirmed
def begin_app() -> ResponseReturnValue:
    with writing() as writer:
        changes.begin_totp(writer, viewer().id)
    return redirect("/me/second-factor/app", 303)


@routes.get("/second-factor/app")
@part_of("factor")
def app() -> ResponseReturnValue:
    return _app({})


@routes.post("/second-factor/app/confirm")
@part_of("factor")
@confirmed
def confirm_app() -> ResponseReturnValue:
    """A wrong first code is counted as any other, and changes nothing."""
    house = site()
    try:
        form = CodeForm.read(request.form)
        with factors.guarded(house.database, house.throttle, viewer(), address=address(), door="set up"):
            codes = _confirm(form.code)
    except Invalid as refusal:
        return _app(refusal.fields, 422)
    return _shown_once(codes)


@routes.post("/second-factor/app/remove")
@confirmed
def remove_app() -> ResponseReturnValue:
    with writing() as writer:
        if not changes.remove_totp(writer, viewer().id, address=address()):
            raise NotFound
    return redirect("/me/devices?saved=1", 303)


@routes.post("/second-factor/codes")
@confirmed
def renew_codes() -> Response:
    with writing() as writer:
        codes = changes.renew_codes(writer, viewer().id, address=address())
    return _codes(codes)


@routes.post("/passkeys/question")
@part_of("factor")
def ask_passkey() -> Response:
    known = passkeys.list_for(db(), viewer().id)
    return ceremonies.ask(
        PURPOSE, passkeys.registration(ceremonies.place(), viewer(), known, company=site().company().name)
    )


@routes.post("/passkeys")
@part_of("factor")
@confirmed
def add_passkey() -> ResponseReturnValue:
    try:
        form = PasskeyForm.read(request.form)
        codes = _add_passkey(form)
    except Invalid as refusal:
        return _choice(refusal.fields, 422)
    return _shown_once(codes)


@routes.post("/passkeys/<id:passkey_id>/remove")
@confirmed
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    with writing() as writer:
        if not changes.remove_passkey(writer, viewer().id, passkey_id, address=address()):
            raise NotFound
    return redirect("/me/devices?saved=1", 303)


def _confirm(code: str) -> list[str]:
    """Raises Invalid."""
    with writing() as writer:
        return changes.confirm_totp(writer, viewer().id, code, address=address())


def _add_passkey(form: PasskeyForm) -> list[str]:
    """Raises Invalid."""
    try:
        challenge, place = ceremonies.take_challenge(PURPOSE), ceremonies.place()
        with writing() as writer:
            return changes.add_passkey(
                writer, viewer().id, place=place, challenge=challenge, answer=form.credential, name=form.name,
                address=address(),
            )  # fmt: skip
    except WrongLogin:
        raise Invalid({"name": NOT_MADE}) from None


def _choice(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return _page(
        "settings/second_factor.html", status, errors=errors or {}, obstacle=ceremonies.obstacle(),
        has_totp=factors.has_totp(db(), viewer().id), name=request.form.get("name", ""),
    )  # fmt: skip


def _app(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    secret = factors.unconfirmed_secret(db(), site().vault, viewer().id)
    if secret is None:
        return redirect("/me/second-factor", 303)
    address_of_it = factors.address_of(secret, username=viewer().username, company=site().company().name)
    spelt = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return _page("settings/app.html", status, errors=errors, picture=qr(address_of_it), secret=spelt)


def _shown_once(codes: list[str]) -> ResponseReturnValue:
    """New recovery codes; none were made where there are some already."""
    return _codes(codes) if codes else redirect("/me/devices?saved=1", 303)


def _codes(codes: list[str]) -> Response:
    """They are shown in this one answer and never again."""
    return _page("settings/codes.html", 201, codes=codes)


def _page(template: str, status: int, **values: object) -> Response:
    """Among my settings; or alone, where nothing else may be done yet."""
    is_held = first_step(viewer()) == "factor"
    return page(
        template,
        status=status,
        pages=[] if is_held else settings_pages(),
        is_held=is_held,
        below="/me/devices",
        **values,
    )
