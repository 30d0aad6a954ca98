"""No request looks through a table that grows with all that is said: each statement has an index that leads to what it wants.

SQLite says how it would go about each of them. No house takes counts of its tables, so that what it says here holds everywhere.
"""

import re
from typing import Any

from sqlalchemy import event

from intranet.testing.house import House
from intranet.web.routing import list_routes
from tests.web.test_matrix import ANYTHING, Board, board

GROWING = {
    "entries", "entry_revisions", "entry_tags", "entry_links", "events", "notifications", "attachments", "reactions",
    "saved_entries", "memberships", "created_once", "sessions", "tokens",
}  # fmt: skip
RARE = {"GET /me/export", "GET /admin/security", "POST /admin/security"}
NAMED = re.compile(r"\b(?:from|join)\s+(\w+)(?:\s+as)?\s+(\w+)", re.IGNORECASE)
__all__ = ["board"]


def looked_through(statement: str, plan: list[str]) -> set[str]:
    """The tables of which every row is read."""
    names = {alias: table for table, alias in NAMED.findall(statement)}
    scanned = {step.split()[1] for step in plan if step.startswith("SCAN ")}
    return {names.get(each, each) for each in scanned} & GROWING


def test_a_table_that_is_looked_through_is_seen(house: House) -> None:
    with house.site.database.read() as db:
        for statement in ("SELECT 1 FROM entries AS e WHERE e.body = ''", "select 1 from entries where body = ''"):
            plan = [row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            assert looked_through(statement, plan) == {"entries"}


def test_no_request_looks_through_a_table_that_grows(board: Board) -> None:
    asked: dict[str, tuple[Any, set[str]]] = {}
    database, route_name = board.house.site.database, ""

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.setdefault(statement, (values, set()))[1].add(route_name)

    for engine in (database.engine, database._writing):
        event.listen(engine, "before_cursor_execute", note)
    for route in list_routes(board.house.app):
        route_name = f"{route.method} {route.path}"
        if route_name not in RARE:
            board.ask("keeper", route, {**ANYTHING, **board.things["open"]})
            board.ask("admin", route, {**ANYTHING, **board.things["open"]})
    for engine in (database.engine, database._writing):
        event.remove(engine, "before_cursor_execute", note)
    faults, count = [], 0
    with database.read() as db:
        driver: Any = db.connection().connection.driver_connection
        for statement, (values, routes) in asked.items():
            if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
                count += 1
                plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
                if found := looked_through(statement, plan):
                    faults.append((found, sorted(routes)[:3], statement))
    assert count > 200
    assert not faults
