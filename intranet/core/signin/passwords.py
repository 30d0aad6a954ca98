"""Local passwords, by argon2."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intranet.core.errors import Invalid
from intranet.core.forms import N_

SHORT = N_("Choose a password of at least 10 characters.")
LONG = N_("This is too long. Shorten it and send it again.")
UNEQUAL = N_("The two new passwords differ.")
CHARACTERS = N_("This holds characters that cannot be kept. Remove them and send it again.")
MIN_LENGTH, MAX_LENGTH = 10, 1000
AT_ONCE = 2  # each check takes 64 MB and a whole core: a flood must queue instead of taking the box

_hasher = PasswordHasher()
_gate = threading.BoundedSemaphore(AT_ONCE)
_nobody = _hasher.hash("nobody has this password")


def check_new(new: str, again: str) -> None:
    """A chosen password, typed twice. Raises Invalid for `new` or `again`."""
    if len(new) < MIN_LENGTH or not new.strip():
        raise Invalid({"new": SHORT})
    if len(new) > MAX_LENGTH:
        raise Invalid({"new": LONG})
    if not new.isprintable():
        raise Invalid({"new": CHARACTERS})
    if new != again:
        raise Invalid({"again": UNEQUAL})


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Takes the same time whether there is a hash or not."""
    with _gate:
        try:
            return _hasher.verify(hashed or _nobody, password) and hashed is not None
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def needs_rehash(hashed: str) -> bool:
    return _hasher.check_needs_rehash(hashed)
