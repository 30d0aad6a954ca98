"""Cross-site requests: a token with every change, and an Origin that is ours."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

SAFE = ("GET", "HEAD", "OPTIONS")
# Fragments are the same for every viewer, so they carry this mark where a page puts the viewer's token.
# It is new in each process and never sent, so nobody can write it into a post.
PLACEHOLDER = "csrf-" + secrets.token_hex(24)


def install(app: Flask) -> None:
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protection = CSRFProtect(app)

    @app.before_request
    def refuse_other_sites() -> None:
        _refuse_foreign_streams()
        if request.method in SAFE or getattr(current_user, "token_id", None):
            return
        _refuse_foreign_origin()
        protection.protect()


def token() -> str:
    return str(generate_csrf())


def fill(html: str) -> str:
    """The page with the viewer's token in every form."""
    return html.replace(PLACEHOLDER, token()) if PLACEHOLDER in html else html


def _refuse_foreign_origin() -> None:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise CSRFError("The request comes from another site.")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CSRFError("The request comes from another site.")


def _refuse_foreign_streams() -> None:
    if request.path.startswith(("/live", "/api/v1/events")) and not getattr(current_user, "token_id", None):
        _refuse_foreign_origin()
