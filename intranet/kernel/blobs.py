"""Bytes named by their SHA-256: written once, never changed."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
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
        with self._held():
            if final.exists():
                os.utime(final)  # as good as new, so that nothing removes it before a row points to it
                return
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(final)
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def prefixes(self) -> list[str]:
        """The two letters with which the names of kept blobs begin."""
        return sorted(path.name for path in self.root.glob("??"))

    def remove_unused(self, prefix: str, used: Collection[str], before: datetime) -> int:
        """Removes the bytes that begin so, that nothing uses and nobody brought since; how many."""
        names = [path.name for path in (self.root / prefix).glob("*/*") if path.name not in used]
        return sum(self._remove_old(self.path(name), before) for name in names)

    def remove_unfinished(self, before: datetime) -> int:
        """Removes what a crash left of bytes that were on their way; how many."""
        return sum(self._remove_old(path, before) for path in self.root.glob("new-*"))

    def _remove_old(self, path: Path, before: datetime) -> bool:
        with self._held():
            is_old = path.exists() and path.stat().st_mtime < before.timestamp()
            if is_old:
                path.unlink()
        return is_old

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody else looks at a blob's age meanwhile."""
        with (self.root / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


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
