"""Between the password and the second factor: a signed note in the browser that opens nothing."""

import hashlib
from datetime import timedelta

from flask import session

from intranet.core.models import Person
from intranet.kernel import clock
from intranet.web.requests import db, sign_in

LASTS = timedelta(minutes=10)
KEY = "pending"


def begin_sign_in(person: Person, *, keep: bool) -> bool:
    """Signs in who has no second factor. Else notes who is coming, and the second step is due at `/login/second`."""
    if not person.has_second_factor:
        sign_in(person, keep=keep)
        return True
    until = (clock.now() + LASTS).timestamp()
    session[KEY] = {"person": person.id, "stamp": _stamp(person), "keep": keep, "until": until}
    return False


def waiting() -> Person | None:
    """Who gave the right password a moment ago, while it still is the right one."""
    note = session.get(KEY)
    if not isinstance(note, dict) or note["until"] < clock.now().timestamp():
        return None
    person = db().get(Person, note["person"])
    return person if person and not person.disabled_at and note["stamp"] == _stamp(person) else None


def finish(person: Person) -> None:
    """The second step is done. The note goes with everything else that the browser brought along."""
    sign_in(person, keep=bool(session.get(KEY, {}).get("keep")))


def _stamp(person: Person) -> str:
    return hashlib.sha256((person.password_hash or "").encode()).hexdigest()[:16]
