"""Local passwords, by argon2."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH, MAX_LENGTH = 10, 1000
AT_ONCE = 2  # each check takes 64 MB and a whole core: a flood must queue instead of taking the box

_hasher = PasswordHasher()
_gate = threading.BoundedSemaphore(AT_ONCE)
_nobody = _hasher.hash("nobody has this password")


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
