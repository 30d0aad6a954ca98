"""Before a sensitive change: is it still the person who signed in?"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, request, session
from flask_babel import gettext

from intranet.core.errors import Forbidden, Refused
from intranet.core.forms import N_
from intranet.core.models import Person
from intranet.core.signin import factors
from intranet.core.signin.login import WrongLogin
from intranet.kernel import clock
from intranet.web import refusals
from intranet.web.pages import page
from intranet.web.requests import address, db, identity, is_htmx
from intranet.web.site import site

FRESH = timedelta(minutes=15)
KEY = "confirmed_at"
FIELD = "proof"
CODE = re.compile(r"\s*\d{3}\s?\d{3}\s*")


def confirmed(view: Any) -> Callable[..., Any]:
    """Marks a change (POST) for which somebody must have shown a moment ago who they are."""

    @wraps(view)
    def asked(**values: Any) -> Any:
        return ask_again() or view(**values)

    return asked


def ask_again() -> Response | None:
    """The page that asks who it is and then repeats what was sent; None when that was shown a moment ago."""
    if identity().token_id is not None:
        require_fresh()
    if is_fresh():
        return None
    if FIELD not in request.form:
        return _page("", 200)
    try:
        _prove(identity().person, request.form[FIELD])
    except Refused as refusal:
        words, status, again = refusals.in_words(
            refusal, gettext("This is not your password, and not a code that your app shows now.")
        )
        return _page(words, status, again)
    session[KEY] = int(clock.now().timestamp())
    return None


def require_fresh() -> None:
    """The same where nothing can be asked: for the API. Raises Forbidden."""
    if identity().token_id is not None:
        raise Forbidden(N_("This is done in a browser, not by a program."))
    if not is_fresh():
        raise Forbidden(N_("Do this on its page under My settings, where you can confirm that it is you."))


def is_fresh() -> bool:
    """Whether this browser's person signed in, or said again who they are, in the last 15 minutes."""
    who = identity()
    newest = max(who.signed_in_at.timestamp() if who.signed_in_at else 0, session.get(KEY, 0))
    return bool(newest > (clock.now() - FRESH).timestamp())


def _prove(person: Person, typed: str) -> None:
    """The password, wherever it is kept, or a code. Raises WrongLogin, TooManyTries or DirectoryDown."""
    if CODE.fullmatch(typed) and factors.has_totp(db(), person.id):
        house = site()
        factors.check(house.database, house.throttle, house.vault, person, typed, address=address(), door="confirm")
        return
    check_password(person, typed, door="confirm")


def check_password(person: Person, typed: str, *, door: str) -> None:
    """The viewer's own password, wherever it is kept. Raises WrongLogin, TooManyTries or DirectoryDown.

    Counted by session: who took a session over cannot lock its owner out.
    """
    device = f"session:{identity().session_id}"
    found = site().login.check(person.username, typed, address=address(), door=door, device=device)
    if found.id != person.id:
        raise WrongLogin


def _page(error: str, status: int, retry_after: int = 0) -> Response:
    if is_htmx():
        raise Forbidden(N_("Load the page again and try once more, so that you can confirm that it is you."))
    sent = [(name, value) for name, values in request.form.lists() for value in values]
    kept = [(name, value) for name, value in sent if name not in ("csrf_token", FIELD)]
    response = page(
        "confirm.html", status=status, kept=kept, error=error, has_files=any(each.filename for each in request.files.values()),
        has_code=factors.has_totp(db(), identity().person.id),
    )  # fmt: skip
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
