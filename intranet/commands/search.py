"""Commands about the index."""

from pathlib import Path

import click
from sqlalchemy import func, select, text

from intranet.cli import Problem, data_option
from intranet.commands.opening import database_for
from intranet.core.models import Attachment, Entry
from intranet.kernel.search import index
from intranet.kernel.text import render


@click.group()
def search() -> None:
    """The index of what was said."""


@search.command("reindex")
@data_option
def reindex(data: Path | None) -> None:
    """Write the whole index anew."""
    database = database_for(data)
    with database.write() as db:
        db.execute(text("DELETE FROM talk"))
        for entry in db.scalars(select(Entry).where(Entry.removed_at.is_(None)).execution_options(yield_per=500)):
            names = db.execute(select(Attachment.name, Attachment.alt).where(Attachment.entry_id == entry.id))
            words = [render(entry.body).plain, *(f"{name} {alt}" for name, alt in names)]
            index.put(db.connection(), entry.id, "\n".join(words), "")
    click.echo("The index is written anew.")


@search.command("check")
@data_option
def check_index(data: Path | None) -> None:
    """Compare the index with what was said; exits 1 when they differ."""
    with database_for(data).read() as db:
        standing = db.scalar(select(func.count()).select_from(Entry).where(Entry.removed_at.is_(None))) or 0
        missing = (
            db.scalar(
                text(
                    "SELECT count(*) FROM entries e WHERE e.removed_at IS NULL AND e.id NOT IN (SELECT docid FROM talk)"
                )
            )
            or 0
        )
        left = (
            db.scalar(
                text(
                    "SELECT count(*) FROM talk t WHERE t.docid NOT IN (SELECT id FROM entries WHERE removed_at IS NULL)"
                )
            )
            or 0
        )
    if missing or left:
        raise Problem(
            f"The index differs: {missing} missing, {left} too many of {standing}. Run: intranet search reindex"
        )
    click.echo(f"The index agrees with all {standing} entries.")
