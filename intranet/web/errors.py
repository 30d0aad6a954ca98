"""The one error boundary: whatever goes wrong becomes a sentence, a status and, for ours, a number in the log."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import OperationalError, StatementError
from werkzeug.exceptions import HTTPException

from intranet.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from intranet.core.forms import N_
from intranet.core.signin.login import DirectoryDown, TooManyTries, WrongLogin
from intranet.kernel.db import DatabaseBusy
from intranet.web import moved
from intranet.web.pages import html
from intranet.web.requests import is_api, is_htmx

log = logging.getLogger(__name__)
STATUS: dict[type[Refused], int] = {
    NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422, WrongLogin: 401, TooManyTries: 429, DirectoryDown: 503,
}  # fmt: skip
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 414: "too_long", 415: "unsupported_type", 422: "invalid", 429: "too_many",
    500: "internal", 503: "unavailable", 507: "no_space",
}  # fmt: skip
WORDS = {
    400: N_("This request cannot be understood. Go back and try again."),
    401: N_("Sign in to go on."),
    403: N_("This cannot be done from here. Load the page again and try once more."),
    404: N_("There is nothing here. It may have been moved or removed, or it is not for you."),
    405: N_("This address does not work that way."),
    409: N_("Somebody else was faster. Load the page again."),
    413: N_("This is too large to be kept. Send less, or smaller files."),
    414: N_("This address is too long."),
    415: N_("This kind of content cannot be used here."),
    422: N_("Something in the form needs another look."),
    429: N_("Too many tries. Wait a few minutes and try again."),
    500: N_("Something went wrong on the box. Nothing was lost that was saved before."),
    503: N_("The box is busy. Wait a moment and try again."),
    507: N_("The box has no space left. What you sent was not kept. Tell the person who looks after it."),
}


def install(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseBusy, lambda _error: answer(503, retry_after=2))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(UnicodeError, lambda _error: answer(400))
    app.register_error_handler(OverflowError, lambda _error: answer(404))
    app.register_error_handler(RecursionError, lambda _error: answer(400))
    app.register_error_handler(StatementError, _statement)
    app.register_error_handler(Exception, _unknown)


def answer(
    status: int, message: str = "", *, code: str = "", fields: dict[str, str] | None = None, retry_after: int = 0
) -> Response:
    """The error as JSON for programs, as a note for htmx, as a page for browsers."""
    words = gettext(message or WORDS.get(status, WORDS[500]))
    reference = getattr(request, "error_reference", "")
    if is_api():
        said = {"code": code or CODES.get(status, "error"), "message": words, "fields": fields or {}}
        response = jsonify(error=said)
    elif is_htmx():
        response = html(render_template("_notice.html", words=words, reference=reference))
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
    else:
        response = html(render_template("error.html", status=status, words=words, reference=reference))
    response.status_code = status
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refused(error: Refused) -> Response:
    if isinstance(error, NotFound) and (address := moved.new_address()):
        return make_response(redirect(address))
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    message = str(error) if isinstance(error, (Forbidden, Conflict)) else _first_words(error)
    fields = {name: gettext(words) for name, words in error.fields.items()} if isinstance(error, Invalid) else None
    seconds = error.seconds if isinstance(error, TooManyTries) else 0
    return answer(status, message, code=error.code, fields=fields, retry_after=seconds)


def _first_words(error: Refused) -> str:
    """What a page without that form says of what is wrong in it; programs get the words by field."""
    return next(iter(error.fields.values()), "") if isinstance(error, Invalid) and not is_api() else ""


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return Response(error.get_response(request.environ).get_data(), status, error.get_headers(request.environ))
    if type(error).__name__ == "CSRFError":
        status = 403
    response = answer(status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _database(error: OperationalError) -> Response:
    words = str(error.orig)
    if "locked" in words or "busy" in words:
        return answer(503, retry_after=2)
    if "full" in words:
        log.error("the disk is full")
        return answer(507)
    return _unknown(error)


def _statement(error: StatementError) -> Response:
    if isinstance(error.orig, (OverflowError, UnicodeError)):
        return answer(404)
    return _unknown(error)


def _unknown(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    request.error_reference = reference  # type: ignore[attr-defined]
    log.error("error %s: %s", reference, type(error).__name__, exc_info=error)
    return answer(500)
