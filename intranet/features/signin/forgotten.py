"""A forgotten password: a letter is asked for, and its link sets a new one."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.signin import letters, ways
from intranet.features.signin.forms import ForgottenForm, NewPasswordForm
from intranet.plugin_api import (
    Invalid,
    NotFound,
    Routes,
    TooManyTries,
    address,
    db,
    page,
    passwords,
    people,
    public,
    refusals,
    resets,
    site,
    writing,
)

routes = Routes("forgotten", __name__, access="public")
PER_NAME, PER_ADDRESS = "3 per 60 minute", "30 per 60 minute"


@routes.get("/forgot")
@public("who forgot the password is not signed in")
def new() -> Response:
    return _form()


@routes.post("/forgot")
@public("who forgot the password is not signed in")
def create() -> ResponseReturnValue:
    """The same answer whether there is such a person or not; the worker finds out."""
    if not letters.can_be_sent():
        return _form()
    try:
        form = ForgottenForm.read(request.form)
        _count(PER_NAME, f"name:{people.normal_username(form.username)}")
        _count(PER_ADDRESS, f"address:{address()}")
    except Invalid as refusal:
        return _form(errors=refusal.fields, status=422)
    except TooManyTries as refusal:
        words, status, seconds = refusals.in_words(refusal, "")
        return ways.again_after(_form(error=words, status=status), seconds)
    site().jobs.start(letters.JOB, form.username)
    return redirect("/forgot?sent=1", 303)


@routes.get("/reset/<code>")
@public("the link from the letter")
def edit(code: str) -> Response:
    try:
        _find(code)
    except NotFound:
        return _ended()
    return _new_password(code)


@routes.post("/reset/<code>")
@public("the link from the letter")
def update(code: str) -> ResponseReturnValue:
    form = NewPasswordForm.read(request.form)
    try:
        _find(code)
        form.check()
        hashed = passwords.hash_password(form.new)
        with writing() as writer:
            resets.use(writer, code, hashed, with_tokens=bool(form.revokes_tokens), address=address())
    except NotFound:
        return _ended()
    except Invalid as refusal:
        return _new_password(code, errors=refusal.fields, status=422)
    return redirect("/login?reset=1", 303)


def _find(code: str) -> None:
    """Raises NotFound or TooManyTries."""
    resets.find_counted(db(), site().throttle, code, address=address())


def _count(rate: str, key: str) -> None:
    """Raises TooManyTries."""
    if not site().throttle.may_try(rate, "forgot", key):
        raise TooManyTries(site().throttle.seconds_left(rate, "forgot", key))
    site().throttle.count(rate, "forgot", key)


def _form(*, error: str = "", errors: dict[str, str] | None = None, status: int = 200) -> Response:
    can_send = letters.can_be_sent()
    if not can_send:
        letters.tell_why()
    return page(
        "signin/forgot.html", status=status, error=error, errors=errors or {}, can_send=can_send,
        username=request.form.get("username", "")[:254], was_sent="sent" in request.args,
    )  # fmt: skip


def _new_password(code: str, *, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return page("signin/reset.html", status=status, code=code, errors=errors or {})


def _ended() -> Response:
    return page("signin/ended.html", status=404)
