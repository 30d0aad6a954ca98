"""The sign-in page: name and password, or a passkey alone."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.signin import ways
from intranet.plugin_api import (
    DirectoryDown,
    Person,
    Routes,
    TooManyTries,
    WrongLogin,
    address,
    begin_sign_in,
    ceremonies,
    i18n,
    known_device,
    passkeys,
    public,
    sign_in,
    sign_out,
    site,
    viewer_or_none,
)

routes = Routes("signin", __name__, access="public")
YEAR_S = 31_536_000


@routes.get("/login")
@public("nobody is signed in yet")
def new() -> ResponseReturnValue:
    if viewer_or_none():
        return redirect(ways.wanted())
    return ways.form()


@routes.post("/login")
@public("nobody is signed in yet")
def create() -> ResponseReturnValue:
    login = site().login
    username, password = request.form.get("username", "")[:254], request.form.get("password", "")
    try:
        person = login.check(username, password, address=address(), door="web", device=known_device(username))
    except (WrongLogin, TooManyTries, DirectoryDown) as refusal:
        return ways.refused(refusal, gettext("This user name and password do not go together."))
    login.note_success(person)
    if begin_sign_in(person, keep="keep" in request.form):
        return ways.go_on(person)
    return redirect(ways.second_step(), 303)


@routes.post("/login/passkey/question")
@public("nobody is signed in yet")
def ask_passkey() -> Response:
    return ceremonies.ask("sign in", passkeys.authentication(ceremonies.place(), None))


@routes.post("/login/passkey")
@public("nobody is signed in yet")
def create_by_passkey() -> ResponseReturnValue:
    try:
        person = _check_passkey()
    except (WrongLogin, TooManyTries) as refusal:
        return ways.refused(refusal, gettext("This passkey does not open the door here."))
    sign_in(person, keep="keep" in request.form)
    return ways.go_on(person)


@routes.post("/logout")
@public("signing out twice is no error")
def remove() -> ResponseReturnValue:
    sign_out()
    return redirect("/login", 303)


@routes.post("/language")
@public("the sign-in page can be read in each language")
def language() -> ResponseReturnValue:
    response = make_response(redirect(ways.wanted("/login"), 303))
    chosen = request.form.get("language", "")
    if chosen in i18n.LANGUAGES:
        response.set_cookie("language", chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


def _check_passkey() -> Person:
    """Raises WrongPasskey or TooManyTries."""
    challenge, place = ceremonies.take_challenge("sign in"), ceremonies.place()
    return passkeys.sign_in(
        site().database, site().throttle, place=place, challenge=challenge,
        answer=request.form.get("credential", ""), address=address(),
    )  # fmt: skip
