"""The sign-in page."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from intranet.plugin_api import (
    DirectoryDown,
    Routes,
    TooManyTries,
    WrongLogin,
    address,
    i18n,
    is_htmx,
    page,
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
        return redirect(_next())
    return _form("")


@routes.post("/login")
@public("nobody is signed in yet")
def create() -> ResponseReturnValue:
    login = site().login
    username, password = request.form.get("username", "")[:254], request.form.get("password", "")
    try:
        person = login.check(username, password, address=address(), door="web")
    except WrongLogin:
        return _form(gettext("This user name and password do not go together."), 401)
    except TooManyTries as refusal:
        minutes = -(-refusal.seconds // 60)
        words = ngettext(
            "Too many tries. Try again in %(num)d minute.", "Too many tries. Try again in %(num)d minutes.", minutes
        )
        return _form(words, 429, refusal.seconds)
    except DirectoryDown:
        return _form(gettext("The company's directory does not answer. Try again in a few minutes."), 503, 60)
    login.note_success(person)
    sign_in(person, keep="keep" in request.form)
    return Response(status=204) if is_htmx() else redirect(_next(), 303)


@routes.post("/logout")
@public("signing out twice is no error")
def remove() -> ResponseReturnValue:
    sign_out()
    return redirect("/login", 303)


@routes.post("/language")
@public("the sign-in page can be read in each language")
def language() -> ResponseReturnValue:
    response = make_response(redirect(_next("/login"), 303))
    chosen = request.form.get("language", "")
    if chosen in i18n.LANGUAGES:
        response.set_cookie("language", chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


def _form(error: str, status: int = 200, retry_after: int = 0) -> Response:
    template = "signin/_dialog.html" if request.values.get("dialog") else "signin/new.html"
    typed = request.form.get("username", "")[:254]
    response = page(template, status=status, error=error, username=typed, next=_next())
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _next(otherwise: str = "/") -> str:
    """Only a path of ours is ever followed."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    clean = all(character.isprintable() and character != "\\" for character in wanted)
    return wanted if is_ours and clean and len(wanted) < 1000 else otherwise
