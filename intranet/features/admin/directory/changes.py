"""Every write about the directories."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intranet.features.admin.directory import queries
from intranet.features.admin.directory.drafts import DirectorySettings
from intranet.plugin_api import N_, Conflict, DirectoryRun, Person, audit, directory_previews, house, site

TAKEN = N_("There is a directory of this name already.")
MOVED_ON = N_("Another sync has ended meanwhile. Look at what it says.")


def add(db: Session, settings: DirectorySettings, *, actor: Person) -> None:
    """Raises Conflict."""
    if settings.name in queries.fixed() or settings.name in house.read_value(db, "directories", {}):
        raise Conflict(TAKEN)
    site().directories.keep(db, settings, actor)


def save(db: Session, settings: DirectorySettings, *, actor: Person) -> None:
    site().directories.keep(db, settings, actor)


def begin_preview(db: Session, settings: DirectorySettings) -> int:
    return directory_previews.begin(db, settings.name)


def remove(db: Session, name: str, *, actor: Person) -> None:
    site().directories.remove(db, name, actor)


def answer(
    db: Session, run_id: int, run: DirectoryRun | None, *, accepts: bool, actor: Person, address: str
) -> Sequence[int]:
    """The ids of the people whom the admin saw and agreed to disable. Raises Conflict when another sync was faster."""
    if run is None or run.id != run_id or run.outcome != "waiting":
        raise Conflict(MOVED_ON)
    leaving = [int(each[0]) for each in run.report.get("leaving", [])]
    action = "directory.accepted" if accepts else "directory.left"
    audit.write(db, action, run.directory, actor_id=actor.id, address=address, people=len(leaving))
    return leaving if accepts else []
