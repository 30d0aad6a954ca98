"""When the directories are asked, and that only one sync of each runs at a time."""

import logging
import time
from collections.abc import Collection
from datetime import timedelta

from intranet.core.directory import photos, sync
from intranet.core.directory.directory import Directory
from intranet.core.directory.errors import DirectoryUnavailable
from intranet.core.directory.store import Directories
from intranet.core.directory.sync import Outcome
from intranet.kernel import clock, locks
from intranet.kernel.blobs import Blobs
from intranet.kernel.settings import SettingsError
from intranet.kernel.vault import Unreadable

PHOTOS_AT_ONCE = 20
PHOTOS_S = 30.0
log = logging.getLogger(__name__)


def tick(directories: Directories, blobs: Blobs) -> None:
    """Called each minute: syncs what is due, and goes on with photos that wait."""
    directories.forget()  # an admin may have changed them in another process
    try:
        found = directories.all()
    except (SettingsError, Unreadable):
        log.exception("the directories cannot be opened")
        return
    for directory in found:
        try:
            if is_due(directories, directory):
                run_alone(directories, directory)
            refresh_photos(directories, blobs, directory)
        except (locks.AlreadyRunning, DirectoryUnavailable) as trouble:
            log.warning("directory %s: %s", directory.settings.name, trouble)


def refresh_photos(directories: Directories, blobs: Blobs, directory: Directory) -> int:
    """As many as go into PHOTOS_S; how many. The rest waits for the next minute. Raises DirectoryUnavailable."""
    until, looked_at = time.monotonic() + PHOTOS_S, 0
    while time.monotonic() < until:
        now = photos.refresh(directories.database, blobs, directory, limit=PHOTOS_AT_ONCE)
        looked_at += now
        if now < PHOTOS_AT_ONCE:
            break
    return looked_at


def is_due(directories: Directories, directory: Directory) -> bool:
    """Every `sync_minutes` (0: only by hand); a run that waits for an admin's yes is tried again all the same."""
    if not directory.settings.sync_minutes:
        return False
    with directories.database.read() as db:
        last = sync.newest_run(db, directory.settings.name)
    return last is None or clock.now() - last.at >= timedelta(minutes=directory.settings.sync_minutes)


def run_alone(directories: Directories, directory: Directory, *, accepted: Collection[int] = ()) -> Outcome:
    """Raises AlreadyRunning."""
    held = locks.take(directories.settings.run, f"directory-{directory.settings.name}")
    try:
        return sync.run(directories.database, directory, accepted=accepted)
    finally:
        held.close()


def run_by_name(directories: Directories, name: str, accepted: Collection[int] = ()) -> None:
    """What the admin's button starts in the worker."""
    directories.forget()
    if directory := directories.find(name):
        try:
            run_alone(directories, directory, accepted=accepted)
        except locks.AlreadyRunning as trouble:
            log.warning("directory %s: %s", name, trouble)
