"""Who asks, with which database: decided once for each request, before any route runs."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import quote

from flask import Flask, abort, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestURITooLarge, Unauthorized

from intranet.core import sessions, tokens
from intranet.core.models import Person
from intranet.kernel import clock
from intranet.web import caps
from intranet.web.routing import rule_of
from intranet.web.site import site


class SignedIn(UserMixin):  # type: ignore[misc]
    """The viewer of a request, by a browser's session or by a token."""

    def __init__(self, person: Person, *, session_id: int | None, token_id: int | None, token: str) -> None:
        self.person, self.session_id, self.token_id, self._token = person, session_id, token_id, token

    def get_id(self) -> str:
        return self._token


def install(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)
    app.before_request(_decide)
    app.teardown_request(_close)


def db() -> Session:
    """This request's reading session."""
    if "db" not in g:
        g.db = Session(site().database.engine, autoflush=False)
    return cast(Session, g.db)


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction. What the request reads afterwards is what stands then."""
    _close(None)
    with site().database.write() as writer:
        yield writer
    _close(None)


def viewer() -> Person:
    """Who asks. Only for routes whose rule says that somebody does."""
    person = viewer_or_none()
    if person is None:
        raise Unauthorized
    return person


def viewer_or_none() -> Person | None:
    if "viewer" not in g:
        g.viewer = current_user.person if getattr(current_user, "is_authenticated", False) else None
    return cast(Person | None, g.viewer)


def identity() -> SignedIn:
    viewer()
    return cast(SignedIn, current_user)


def address() -> str:
    """The socket's peer, or what a configured proxy says of it."""
    return request.remote_addr or ""


def is_api() -> bool:
    return request.path.startswith("/api/")


def is_htmx() -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def sign_in(person: Person, *, keep: bool) -> None:
    """A new session with a new id: whatever the browser brought along is left behind."""
    sign_out()
    session.clear()
    agent = request.user_agent.string
    with writing() as writer:
        token = sessions.start(writer, person, agent=agent, address=address(), keep=keep)
    session.permanent = keep
    g.viewer = person
    login_user(SignedIn(person, session_id=None, token_id=None, token=token))


def sign_out() -> None:
    """Ends the session in the database, so that a copied cookie is worth nothing."""
    found = _found_session()
    if found is not None and found.session_id is not None:
        with writing() as writer:
            sessions.end(writer, found.person.id, found.session_id)
    logout_user()
    session.clear()
    g.viewer = None


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)


def _found_session() -> SignedIn | None:
    return current_user._get_current_object() if getattr(current_user, "session_id", None) else None


def _by_session(token: str) -> SignedIn | None:
    found = sessions.find(db(), token)
    if found is None:
        return None
    row, person = found
    is_stream = request.path.startswith(("/live", "/api/v1/events"))  # that process writes nothing
    if clock.now() - row.seen_at > sessions.SEEN_EVERY and not is_stream:
        with site().database.write() as writer:
            sessions.touch(writer, row.id, clock.now())
    return SignedIn(person, session_id=row.id, token_id=None, token=token)


def _by_token(incoming: Any) -> SignedIn | None:
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return None
    found = tokens.find(db(), token.strip())
    return SignedIn(found[1], session_id=None, token_id=found[0].id, token="") if found else None


def _decide() -> ResponseReturnValue | None:
    if len(request.full_path) > caps.PATH:
        raise RequestURITooLarge
    if request.mimetype != "multipart/form-data":
        request.max_content_length = caps.FORM_MEMORY  # only files need more
    if request.endpoint is None:
        raise request.routing_exception or NotFound()
    rule = rule_of(current_app, request.endpoint)
    if rule == "public":
        return None
    person = viewer_or_none()
    if person is None:
        return _ask_to_sign_in()
    if rule == "admin" and not person.is_admin:
        abort(404)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if is_api() or is_htmx() or request.method != "GET" or request.path.startswith("/live"):
        raise Unauthorized
    wanted = request.full_path.rstrip("?")
    return redirect("/login" if wanted == "/" else f"/login?next={quote(wanted, safe='/')}")


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.pop("db").close()
