"""Secrets that must be read again are sealed: a copy of the database alone tells nothing of them."""

import base64
import contextlib
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_SIZE = 32


class Unreadable(ValueError):
    """It was sealed by another box, or changed since."""


class Vault:
    """Seals and opens text by a key that is derived from the box's own (HKDF, RFC 5869; Fernet)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @cached_property
    def _fernet(self) -> "Fernet":
        """Made where a secret is really read: the library is large, and most houses keep none."""
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=b"intranet vault").derive(self._key)
        return Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises Unreadable."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError) as error:
            raise Unreadable("a stored secret cannot be read: it was kept with another secret.key") from error


def read_key(path: Path) -> bytes:
    """The box's own key; made once, readable by us alone."""
    with contextlib.suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(made, secrets.token_bytes(KEY_SIZE))
        os.close(made)
    return path.read_bytes()
