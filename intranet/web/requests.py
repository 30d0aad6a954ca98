"""Who asks, with which database: decided once for each request, before any route runs."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import Flask, abort, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestURITooLarge, Unauthorized

from intranet.core import people, sessions, tokens
from intranet.core.models import Person
from intranet.core.signin.login import PER_ADDRESS, TooManyTries
from intranet.kernel import clock
from intranet.web import caps, gates
from intranet.web.routing import rule_of
from intranet.web.site import site

T = TypeVar("T")


class Cookies(SecureCookieSessionInterface):
    """The cookie's signer is made once, not for each request: the key stays while we run."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class SignedIn(UserMixin):  # type: ignore[misc]
    """The viewer of a request, by a browser's session or by a token."""

    def __init__(
        self, person: Person, *, session_id: int | None = None, token_id: int | None = None, token: str = "",
        signed_in_at: datetime | None = None, scopes: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.person, self.session_id, self.token_id, self._token = person, session_id, token_id, token
        self.signed_in_at, self.scopes = signed_in_at, frozenset(scopes)

    def get_id(self) -> str:
        return self._token


def install(app: Flask) -> None:
    app.session_interface = Cookies()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)
    app.before_request(_decide)
    app.teardown_request(_close)


def db() -> Session:
    """This request's reading session."""
    if "db" not in g:
        g.told_to = told_to()
        g.db = site().database.reading()
    return cast(Session, g.db)


def told_to() -> int:
    """The last event that this request has certainly seen. What happens while a page is put together is told to it afterwards."""
    return cast(int, g.told_to) if "told_to" in g else site().hub.delivered_id


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction. What the request reads afterwards is what stands then."""
    _close(None)
    with site().database.write() as writer:
        yield writer
    _end_writing()


def transact(work: Callable[[Session], T]) -> T:
    """The same for what many do at once: the work is done in this request's context, by whichever thread is writing."""
    _close(None)
    result = site().database.run(work)
    _end_writing()
    return result


def _end_writing() -> None:
    site().forget_people()  # the events of it come a moment later
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
    login_user(SignedIn(person, token=token, signed_in_at=clock.now()))


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
    if clock.now() - row.seen_at > sessions.SEEN_EVERY and not _is_stream():
        with site().database.write() as writer:
            sessions.touch(writer, row.id, clock.now())
    return SignedIn(person, session_id=row.id, token=token, signed_in_at=row.created_at)


def _by_token(incoming: Any) -> SignedIn | None:
    """`Bearer TOKEN`, or `Basic` with user name and token as network drives send it."""
    username, token = _sent_token(incoming)
    if not token:
        return None
    found = tokens.find(db(), token)
    if found is None or username not in (None, found[1].username):
        _count_wrong_token()
        return None
    row, person = found
    _note_use(row)
    return SignedIn(person, token_id=row.id, scopes=row.scopes.split())


def _sent_token(incoming: Any) -> tuple[str | None, str]:
    kind, _, rest = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return None, rest.strip()
    is_for_us = kind.lower() == "basic" and incoming.path.startswith(gates.FOR_PROGRAMS)  # elsewhere it is a proxy's
    sent = incoming.authorization if is_for_us else None
    return (people.normal_username(sent.username or ""), sent.password or "") if sent else (None, "")


def _note_use(row: tokens.Found) -> None:
    now = clock.now()
    if (row.used_at is None or now - row.used_at > tokens.USED_EVERY) and not _is_stream():
        with site().database.write() as writer:
            tokens.touch(writer, row.id, now)


def _count_wrong_token() -> None:
    """One counter with the sign-in page. Who has a right token is let in whatever their neighbours try."""
    key = "login", f"address:{address()}"
    if not site().throttle.may_try(PER_ADDRESS, *key):
        g.seconds_to_wait = site().throttle.seconds_left(PER_ADDRESS, *key)
    elif not _is_stream():
        site().throttle.count(PER_ADDRESS, *key)


def _is_stream() -> bool:
    """That process writes nothing."""
    return request.path.startswith(("/live", "/api/v1/events"))


def _decide() -> ResponseReturnValue | None:
    if len(request.full_path) > caps.PATH:
        raise RequestURITooLarge
    if request.mimetype != "multipart/form-data":
        request.max_content_length = caps.FORM_MEMORY  # only files need more
    rule = rule_of(current_app, request.endpoint) if request.endpoint else ""
    if rule == "public":
        return None
    person = viewer_or_none()
    if seconds := g.get("seconds_to_wait"):
        raise TooManyTries(seconds)
    if person is not None and (held := _hold_back(person)):
        return held
    if not rule:
        raise request.routing_exception or NotFound()
    if person is None:
        return _ask_to_sign_in()
    if rule == "admin" and not person.is_admin:
        abort(404)
    return None


def _hold_back(person: Person) -> ResponseReturnValue | None:
    who = identity()
    if who.token_id is not None:
        gates.refuse_out_of_scope(who.scopes)
    is_page = who.token_id is None and not (is_api() or is_htmx() or _is_stream())
    return gates.hold(person, is_page=is_page)


def _ask_to_sign_in() -> ResponseReturnValue:
    if is_api() or is_htmx() or request.method != "GET" or request.path.startswith("/live"):
        raise Unauthorized
    wanted = request.full_path.rstrip("?")
    return redirect("/login" if wanted == "/" else f"/login?next={quote(wanted, safe='/')}")


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.pop("db").close()
