"""SQLite as we speak to it: how a transaction begins is said once for each engine, and savepoints are plain words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

DRIVER = "sqlite+house"


class HouseDialect(SQLiteDialect_pysqlite):
    """The library's dialect begins transactions through a listener and compiles every savepoint anew: for each request both."""

    supports_statement_cache = True

    def __init__(self, begin: str = "DEFERRED", **options: Any) -> None:
        super().__init__(**options)
        self._begin = f"BEGIN {begin}"

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.driver_connection.execute(self._begin)

    def do_savepoint(self, connection: Connection, name: str) -> None:
        execute(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        execute(connection, f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        execute(connection, f"RELEASE SAVEPOINT {name}")


def execute(connection: Connection, words: str, values: Sequence[Any] = ()) -> Any:
    """The driver's cursor. Raises DBAPIError, as the library would."""
    driver: Any = connection.connection.driver_connection
    dialect, listening = connection.dialect, connection.dispatch.before_cursor_execute
    if listening:  # who counts statements counts these, too
        listening(connection, None, words, values, None, False)
    try:
        return driver.execute(words, values)
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(words, values, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


registry.register(DRIVER.replace("+", "."), __name__, HouseDialect.__name__)
