"""Brings the database to the shape the code expects: one folder of versions for the core and for each plugin."""

from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from intranet.kernel.db import Database

ENVIRONMENT = Path(__file__).parent / "alembic"


def migrate(database: Database, folders: Iterable[Path]) -> None:
    """Runs every migration that is still missing, all in one transaction."""
    config = _config(folders)
    with database.write() as db:
        config.attributes["connection"] = db.connection()
        command.upgrade(config, "heads")


def is_current(database: Database, folders: Iterable[Path]) -> bool:
    heads = set(ScriptDirectory.from_config(_config(folders)).get_heads())
    with database.read() as db:
        return set(MigrationContext.configure(db.connection()).get_current_heads()) == heads


def _config(folders: Iterable[Path]) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    return config
