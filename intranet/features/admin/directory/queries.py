"""Reading what is known of the directories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.admin.directory.drafts import DirectorySettings, unchecked
from intranet.plugin_api import (
    DirectoryAccount,
    DirectoryRun,
    NotFound,
    Person,
    Room,
    SettingsError,
    Unreadable,
    directory_previews,
    directory_settings,
    directory_sync,
    folded,
    house,
    readable_ids,
    site,
)

RUNS = 10
Preview = directory_previews.Preview


@dataclass(frozen=True)
class Known:
    """A directory with what became of it. `is_fixed`: it stands in intranet.toml. `trouble`: why it cannot be used."""

    settings: DirectorySettings
    is_fixed: bool
    trouble: str
    people: int
    run: DirectoryRun | None

    @property
    def name(self) -> str:
        return self.settings.name


def list_known(db: Session) -> Sequence[Known]:
    """All of them, in the order in which they are asked; one that cannot be used is there too."""
    in_file, counts = fixed(), _counts(db)
    kept: Mapping[str, Mapping[str, Any]] = house.read_value(db, "directories", {})
    said = [*in_file.items(), *((name, each) for name, each in kept.items() if name not in in_file)]
    found = [(*_read(name, each, is_fixed=name in in_file), name in in_file) for name, each in said]
    return [
        Known(settings, is_fixed, trouble, counts.get(settings.name, 0), find_run(db, settings.name))
        for settings, trouble, is_fixed in found
    ]


def fixed() -> Mapping[str, Mapping[str, Any]]:
    """Those of intranet.toml, as they stand there."""
    settings = site().directories.settings
    single = {"directory": settings.directory} if settings.directory is not None else {}
    return {**single, **settings.directories}


def _read(name: str, said: Mapping[str, Any], *, is_fixed: bool) -> tuple[DirectorySettings, str]:
    """Its settings, and why they cannot be used."""
    try:
        secret = said.get("bind_password", "")
        said = {**said, "bind_password": site().vault.open(secret) if secret and not is_fixed else secret}
        return directory_settings.read_settings(name, said), ""
    except Unreadable as error:
        return unchecked(name, {**said, "bind_password": ""}), str(error)
    except SettingsError as error:
        return unchecked(name, said), str(error)


def _counts(db: Session) -> dict[str, int]:
    query = (
        select(DirectoryAccount.directory, func.count())
        .join(Person, Person.id == DirectoryAccount.person_id)
        .where(Person.disabled_at.is_(None))
        .group_by(DirectoryAccount.directory)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def fetch(db: Session, name: str) -> Known:
    """Raises NotFound."""
    found = next((each for each in list_known(db) if each.name == name), None)
    if found is None:
        raise NotFound
    return found


def find_run(db: Session, name: str) -> DirectoryRun | None:
    return directory_sync.newest_run(db, name)


def list_runs(db: Session, name: str) -> Sequence[DirectoryRun]:
    return directory_sync.list_runs(db, name, limit=RUNS)


def find_preview(db: Session, preview_id: int) -> Preview | None:
    return directory_previews.find(db, preview_id)


def list_rooms(db: Session, viewer: Person) -> Sequence[Room]:
    """Rooms that a rule may name: those that the viewer sees and that have members."""
    usable = (Room.kind.in_(("team", "channel")), Room.archived_at.is_(None))
    query = select(Room).where(Room.id.in_(readable_ids(viewer)), *usable)
    return db.scalars(query.order_by(folded(Room.name), Room.id)).all()
