"""Bytes named by their SHA-256: written once, never changed."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 1 << 20


class TooLarge(ValueError):
    """More bytes than allowed. Nothing was kept."""


@dataclass(frozen=True)
class Blob:
    """`sha256` in hexadecimal, `size` in bytes."""

    sha256: str
    size: int


class Blobs:
    """The folder of all blobs: `ab/cd/abcd…`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise ValueError("not a blob's name")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, source: IO[bytes], *, limit: int) -> Blob:
        """Keeps the bytes durably (file and folder synced) before it returns. Raises TooLarge."""
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="new-", delete=False) as target:
            temporary = Path(target.name)
            try:
                blob = _copy(source, target, limit)
                self._place(temporary, blob)
            finally:
                temporary.unlink(missing_ok=True)
        return blob

    def _place(self, temporary: Path, blob: Blob) -> None:
        final = self.path(blob.sha256)
        if final.exists():
            return
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(final)
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> Blob:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return Blob(digest.hexdigest(), size)
