"""Commands for when somebody leaves: `intranet person export` and `intranet person erase`."""

import os
from pathlib import Path

import click

from intranet.cli import Problem, data_option, settings_for
from intranet.commands.opening import person_for
from intranet.core.errors import Refused


def add_to(person: click.Group) -> None:
    person.add_command(export_person)
    person.add_command(erase_person)


@click.command("export")
@click.argument("username")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new zip file.")
@data_option
def export_person(data: Path | None, username: str, target: Path) -> None:
    """Write everything that is a person's into an archive that only you can read."""
    from intranet.app import open_house
    from intranet.web import leaving

    site = open_house(settings_for(data))
    with site.database.read() as db:
        found = person_for(db, username)
        try:
            with open(target, "xb", opener=_private) as archive:
                leaving.export(site, db, found, archive)
        except FileExistsError:
            raise Problem(f"{target} is there already.") from None
        except OSError as error:
            raise Problem(f"{target} cannot be written: {error.strerror}.") from error
    click.echo(f"Everything of {username} is in {target}.")


@click.command("erase")
@click.argument("username")
@click.option("--with-posts", is_flag=True, help="Erase what they wrote, too.")
@data_option
def erase_person(data: Path | None, username: str, with_posts: bool) -> None:
    """Put a placeholder in the place of a person who was disabled. Cannot be undone."""
    from intranet.app import open_house
    from intranet.web import leaving

    site = open_house(settings_for(data))
    try:
        with site.database.write() as db:
            leaving.erase(site, db, person_for(db, username), None, with_posts=with_posts)
    except Refused as error:
        raise Problem(str(error) or f"{username} was erased before.") from error
    click.echo(f"{username} is erased.")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
