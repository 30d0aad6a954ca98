"""Brings the database to the shape the code expects.

Core, features and plugins each have a folder of versions and a version table of their own, so that a plugin that is
switched off or gone never stops the others.
"""

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from intranet.kernel.db import Database

ENVIRONMENT = Path(__file__).parent / "alembic"


def migrate(database: Database, folders: Mapping[str, Path]) -> None:
    """Runs every migration that is still missing, in the order of the folders, all in one transaction."""
    if is_current(database, folders):
        return
    with database.write() as db:
        for name, folder in folders.items():
            config = _config(name, folder)
            config.attributes["connection"] = db.connection()
            command.upgrade(config, "head")


def is_current(database: Database, folders: Mapping[str, Path]) -> bool:
    """Whether nothing is missing."""
    with database.read() as db:
        for name, folder in folders.items():
            wanted = ScriptDirectory.from_config(_config(name, folder)).get_current_head()
            opts = {"version_table": version_table(name)}
            if MigrationContext.configure(db.connection(), opts=opts).get_current_revision() != wanted:
                return False
    return True


def version_table(name: str) -> str:
    return f"versions_{name}"


def _config(name: str, folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(folder))
    config.attributes["version_table"] = version_table(name)
    return config
