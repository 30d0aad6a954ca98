"""Browsers in which somebody signed in before: whoever tries other people's names does not lock them out here."""

import hashlib
import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from intranet.core.models import Person
from intranet.core.people import normal_username

COOKIE = "device"
KEPT_S = 31_536_000
MOST = 12  # marks: the names of a few people who share a machine


def known_device(typed: str) -> str:
    """What tells this browser and name from all others; empty where this name never signed in."""
    device, marks = _read()
    mark = _mark(device, typed)
    return f"{device}:{mark}" if mark in marks else ""


def remember_device(response: Response, person: Person) -> None:
    """After a whole sign-in. The cookie opens nothing."""
    device, marks = _read()
    device = device or secrets.token_urlsafe(12)
    theirs = [_mark(device, name) for name in (person.username, person.email) if name]
    marks = [*theirs, *(each for each in marks if each not in theirs)][:MOST]
    settings = current_app.config
    response.set_cookie(
        COOKIE, _signer().dumps([device, marks]), max_age=KEPT_S, httponly=True,
        samesite="Lax", secure=settings["SESSION_COOKIE_SECURE"],
    )  # fmt: skip


def _read() -> tuple[str, list[str]]:
    try:
        device, marks = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return "", []
    return device, marks


def _mark(device: str, name: str) -> str:
    return hashlib.sha256(f"{device} {normal_username(name)[:254]}".encode("utf-8", "replace")).hexdigest()[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="device")
