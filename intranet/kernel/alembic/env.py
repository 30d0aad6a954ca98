"""Alembic's entry: works on the connection it is given, inside the caller's transaction."""

from alembic import context

from intranet.kernel.db import Table

FULL_TEXT = ("talk", "library")


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Full-text tables and their shadows are made by hand: a comparison must not offer to drop them."""
    return not (kind == "table" and name and name.startswith(FULL_TEXT))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_name=is_ours,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
)
context.run_migrations()
