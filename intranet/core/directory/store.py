"""The directories of this house: those of `intranet.toml`, and those that an admin keeps in the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from intranet.core import audit, house
from intranet.core.directory.directory import Directory
from intranet.core.directory.settings import DirectorySettings, read_settings
from intranet.core.models import Person
from intranet.kernel.db import Database
from intranet.kernel.settings import Settings
from intranet.kernel.vault import Vault

KEY = "directories"


class Directories:
    """Opened once in each process; `forget` after a change opens them anew."""

    def __init__(self, database: Database, settings: Settings, vault: Vault) -> None:
        self.database, self.settings, self.vault = database, settings, vault
        self._opened: list[Directory] | None = None

    def all(self) -> Sequence[Directory]:
        """In the order in which they are asked. Raises SettingsError for one that cannot be used."""
        if self._opened is None:
            with self.database.read() as db:
                found = [*self.from_file(), *self.kept(db)]
            self._opened = [Directory(each) for each in found]
        return self._opened

    def find(self, name: str) -> Directory | None:
        return next((each for each in self.all() if each.settings.name == name), None)

    def forget(self) -> None:
        for each in self._opened or ():
            each.close()
        self._opened = None

    def from_file(self) -> list[DirectorySettings]:
        """`[directory]` and `[directories.NAME]`. Raises SettingsError."""
        single = {"directory": self.settings.directory} if self.settings.directory is not None else {}
        return [read_settings(name, said) for name, said in {**single, **self.settings.directories}.items()]

    def kept(self, db: Session) -> list[DirectorySettings]:
        """Those in the database; a name that the file uses too is the file's. Raises SettingsError or Unreadable."""
        in_file = {each.name for each in self.from_file()}
        said: Mapping[str, Mapping[str, Any]] = house.read_value(db, KEY, {})
        return [read_settings(name, self._opened_secret(each)) for name, each in said.items() if name not in in_file]

    def keep(self, db: Session, settings: DirectorySettings, actor: Person) -> None:
        """Writes or replaces one. Its password is sealed and never shown again."""
        said = settings.model_dump(mode="json", exclude={"name"}, exclude_unset=True)
        if said.get("bind_password"):
            said["bind_password"] = self.vault.seal(said["bind_password"])
        house.save_value(db, KEY, {**house.read_value(db, KEY, {}), settings.name: said})
        audit.write(db, "directory.kept", settings.name, actor_id=actor.id)

    def remove(self, db: Session, name: str, actor: Person) -> None:
        """Its people stay, and can sign in no more until another directory or a local password lets them."""
        said = dict(house.read_value(db, KEY, {}))
        if said.pop(name, None) is not None:
            house.save_value(db, KEY, said)
            audit.write(db, "directory.removed", name, actor_id=actor.id)

    def _opened_secret(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**said, "bind_password": self.vault.open(said["bind_password"])} if said.get("bind_password") else said
