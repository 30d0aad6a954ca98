"""Passkeys in a browser: where we are, and questions that count once and for five minutes."""

import base64
import hashlib
from datetime import timedelta

from flask import Response, request, session

from intranet.core.forms import N_
from intranet.core.signin.passkeys import NoPlace, Place, WrongPasskey, place_at
from intranet.kernel import clock
from intranet.web.site import site

LASTS = timedelta(minutes=5)
ONCE = "1 per 6 minute"  # longer than a question lasts
KEY = "passkey"


def place() -> Place:
    """The configured address, else the one that was asked for. Raises NoPlace."""
    configured = site().settings.base_url
    if not configured:
        return place_at(request.host_url)
    found = place_at(configured)
    if request.host.partition(":")[0] != found.rp_id:
        raise NoPlace(N_("Passkeys work only at the intranet's own address. Open it there."))
    return found


def obstacle() -> str:
    """Why there can be no passkeys here, as a gettext id; empty where there can."""
    try:
        place()
    except NoPlace as reason:
        return str(reason)
    return ""


def ask(purpose: str, question: tuple[bytes, str]) -> Response:
    """Keeps the challenge for its purpose and answers with what the browser is asked."""
    challenge, options = question
    until = (clock.now() + LASTS).timestamp()
    session[KEY] = {"for": purpose, "challenge": base64.urlsafe_b64encode(challenge).decode(), "until": until}
    return Response(options, mimetype="application/json")


def take_challenge(purpose: str) -> bytes:
    """The challenge of that purpose, once: a copied cookie does not bring it back. Raises WrongPasskey."""
    note = session.pop(KEY, None)
    if not isinstance(note, dict) or note["for"] != purpose or note["until"] < clock.now().timestamp():
        raise WrongPasskey
    mark = hashlib.sha256(note["challenge"].encode()).hexdigest()
    if not site().throttle.may_try(ONCE, "challenge", mark):
        raise WrongPasskey
    site().throttle.count(ONCE, "challenge", mark)
    return base64.urlsafe_b64decode(note["challenge"])
