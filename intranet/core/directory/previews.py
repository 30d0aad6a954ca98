"""A preview of settings that are only typed yet: the worker looks, and the page asks how far it is.

It is kept beside the syncs, so that who is erased is erased there too, and goes after an hour.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.core.directory import sync
from intranet.core.directory.directory import Directory
from intranet.core.directory.settings import DirectorySettings
from intranet.core.models import DirectoryRun
from intranet.kernel import clock
from intranet.kernel.db import Database
from intranet.kernel.vault import Vault

LOOKING, LOOKED = "looking", "preview"
KEPT_FOR = timedelta(hours=1)
SILENT_FOR = timedelta(minutes=2)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preview:
    """How one stands. `outcome` is looking, broken, or how the sync would end; `done` of `of` people were looked at."""

    id: int
    directory: str
    outcome: str
    heard_at: datetime
    done: int = 0
    of: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    lines: list[list[str]] = field(default_factory=list)
    words: str = ""
    leaving: list[list[Any]] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        """Nobody works on it: the worker is busy with something long, or does not run."""
        return self.outcome == LOOKING and clock.now() - self.heard_at > SILENT_FOR


def begin(db: Session, name: str) -> int:
    """The id of a preview that `run` is then asked for. Those of an hour ago go."""
    ours = DirectoryRun.outcome.in_((LOOKING, LOOKED))
    db.execute(delete(DirectoryRun).where(ours, DirectoryRun.at < clock.now() - KEPT_FOR))
    row = DirectoryRun(directory=name, at=clock.now(), seconds=0.0, outcome=LOOKING, report={})
    db.add(row)
    db.flush()
    return row.id


def find(db: Session, preview_id: int) -> Preview | None:
    row = db.get(DirectoryRun, preview_id)
    if row is None or row.outcome not in (LOOKING, LOOKED):
        return None
    return Preview(row.id, row.directory, **{"outcome": LOOKING, "heard_at": row.at, **row.report})


def seal(vault: Vault, settings: DirectorySettings) -> str:
    """What waits in the queue holds a password."""
    return vault.seal(settings.model_dump_json())


def run(database: Database, vault: Vault, preview_id: int, sealed: str) -> None:
    """The worker's part. One that has ended, or is gone, is left alone."""
    if not _note(database, preview_id, {}):
        return
    try:
        report = _look(database, vault, preview_id, sealed)
    except Exception:
        log.exception("a preview of a directory broke off")
        report = {"outcome": "broken"}
    _note(database, preview_id, report, LOOKED)


def _look(database: Database, vault: Vault, preview_id: int, sealed: str) -> dict[str, Any]:
    def tell(done: int, of: int) -> None:
        _note(database, preview_id, {"done": done, "of": of})

    directory = Directory(DirectorySettings.model_validate_json(vault.open(sealed)))
    try:
        outcome = sync.preview(database, directory, tell=tell)
    finally:
        directory.close()
    leaving = [list(each) for each in outcome.leaving]
    return {**outcome.report.as_json(), "outcome": outcome.outcome, "words": outcome.words, "leaving": leaving}


def _note(database: Database, preview_id: int, report: Mapping[str, Any], outcome: str = LOOKING) -> bool:
    """Whether it is still looked at."""
    with database.write() as db:
        row = db.get(DirectoryRun, preview_id)
        if row is None or row.outcome != LOOKING:
            return False
        row.at, row.outcome, row.report = clock.now(), outcome, dict(report)
    return True
