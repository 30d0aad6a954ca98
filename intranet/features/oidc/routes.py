"""Signing in by the provider. Every refusal is one sentence here, and its cause stands in the audit log."""

import logging
from urllib.parse import quote

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.oidc import changes, claims, dance
from intranet.plugin_api import (
    Conflict,
    NotFound,
    Person,
    Refused,
    Routes,
    TooManyTries,
    address,
    audit,
    begin_sign_in,
    page,
    public,
    remember_device,
    site,
    viewer_or_none,
    writing,
)

routes = Routes("oidc", __name__, access="public", url_prefix="/oidc")
routes.before_request(lambda: claims.section() and None)
PER_ADDRESS = "20 per 5 minute"
log = logging.getLogger(__name__)


@routes.get("")
@public("nobody is signed in yet")
def new() -> ResponseReturnValue:
    wanted = dance.local_path(request.args.get("next", "/"))
    if viewer_or_none():
        return redirect(wanted)
    try:
        _refuse_floods()
        return redirect(dance.begin(wanted=wanted))
    except Refused as refusal:
        return refused(refusal)


@routes.get("/callback")
@public("the provider sends people back here")
def callback() -> ResponseReturnValue:
    try:
        _refuse_floods()
        note = dance.take_note()
        from intranet.features.oidc import provider

        said = provider.finish()
        return _connect(said, note.person_id) if note.person_id else _come_in(said, note.wanted)
    except NotFound:
        raise
    except Refused as refusal:
        return refused(refusal)


def _come_in(said: claims.Claims, wanted: str) -> Response:
    """A second factor of ours is asked for here too. The session is short: tomorrow the provider is asked again."""
    with writing() as writer:
        person: Person = changes.let_in(writer, said, adds_people=claims.section().adds_people, address=address())
    is_in = begin_sign_in(person, keep=False)
    response = make_response(redirect(wanted if is_in else f"/login/second?next={quote(wanted, safe='/')}", 303))
    if is_in:
        remember_device(response, person)
    return response


def _connect(said: claims.Claims, person_id: int) -> ResponseReturnValue:
    """Only for who began it, and is still signed in."""
    viewer = viewer_or_none()
    if viewer is None or viewer.id != person_id:
        raise claims.NotLetIn("somebody else began to connect an account")
    with writing() as writer:
        changes.connect(writer, writer.get_one(Person, person_id), said, address=address())
    return redirect("/me/oidc?saved=1", 303)


def refused(refusal: Refused) -> Response:
    words, status = _in_words(refusal)
    if isinstance(refusal, claims.ProviderDown):
        log.warning("the OpenID provider cannot be used: %s", refusal)
    if not isinstance(refusal, TooManyTries):
        site().throttle.count(PER_ADDRESS, "oidc", address())
        with writing() as writer:
            audit.write(
                writer, "signin.failed", "", address=address(), door="oidc", code=refusal.code, cause=str(refusal)[:200]
            )
    return page("oidc/refused.html", status=status, words=words, is_signed_in=viewer_or_none() is not None)


def _in_words(refusal: Refused) -> tuple[str, int]:
    label = claims.section().label
    if isinstance(refusal, Conflict):
        return gettext(str(refusal)), 409
    if isinstance(refusal, TooManyTries):
        return gettext("Too many tries. Wait a few minutes and try again."), 429
    if isinstance(refusal, claims.ProviderDown):
        return gettext(
            "%(label)s does not answer. Try again in a few minutes, or sign in another way.", label=label
        ), 503
    return gettext("Signing in with %(label)s did not work. Try again, or sign in another way.", label=label), 401


def _refuse_floods() -> None:
    """Raises TooManyTries."""
    if not site().throttle.may_try(PER_ADDRESS, "oidc", address()):
        raise TooManyTries(site().throttle.seconds_left(PER_ADDRESS, "oidc", address()))
