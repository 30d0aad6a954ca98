"""One instance of a process for each data folder."""

import fcntl
import os
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another process holds the lock; the message names it."""


def take(run: Path, name: str) -> IO[str]:
    """Holds `run/NAME.lock` until the returned file is closed. Raises AlreadyRunning."""
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (run / f"{name}.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise AlreadyRunning(
            f"This data folder is already in use: {name} runs as process {holder}. Stop it first, or choose another --data."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
