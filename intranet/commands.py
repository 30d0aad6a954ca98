"""Commands about people, tokens, sessions, the directory, plugins, themes and search."""

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select, text

from intranet.cli import Problem, data_option, json_option, settings_for, show
from intranet.core import audit, house, people, sessions, tokens
from intranet.core.errors import Conflict, Invalid
from intranet.core.models import Attachment, Entry, Person
from intranet.core.signin import passwords
from intranet.core.signin.directory import open_directory
from intranet.kernel.db import Database
from intranet.kernel.plugins import list_manifests
from intranet.kernel.search import index
from intranet.kernel.settings import SettingsError
from intranet.kernel.text import render


def add_to(cli: click.Group) -> None:
    for group in (person, token, session, directory, plugin, theme, search):
        cli.add_command(group)


def database_for(data: Path | None) -> Database:
    from intranet.app import open_house

    return open_house(settings_for(data)).database


def person_for(db: Any, username: str) -> Person:
    found = people.find_by_username(db, username)
    if found is None:
        raise Problem(f"There is nobody with the user name {username}.")
    return found


def read_password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < passwords.MIN_LENGTH:
        raise Problem(f"The password needs at least {passwords.MIN_LENGTH} characters.")
    return password


@click.group()
def person() -> None:
    """People who sign in."""


@person.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--email", default="")
@click.option("--admin", is_flag=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@data_option
def add_person(data: Path | None, username: str, name: str, email: str, admin: bool, password_stdin: bool) -> None:
    """Add a local person."""
    hashed = passwords.hash_password(read_password()) if password_stdin else None
    try:
        with database_for(data).write() as db:
            people.add(db, username=username, name=name, email=email, is_admin=admin, password_hash=hashed)
    except (Conflict, Invalid) as error:
        raise Problem(str(error)) from error
    click.echo(f"{people.normal_username(username)} can sign in." if hashed else f"{username} has no password yet.")


@person.command("list")
@data_option
@json_option
def list_people(data: Path | None, as_json: bool) -> None:
    """Everyone, also those who are disabled."""
    with database_for(data).read() as db:
        rows = db.scalars(select(Person).order_by(Person.username)).all()
        show([
            {"username": r.username, "name": r.name, "admin": r.is_admin, "source": "directory" if r.directory_id else "local",
             "disabled": r.disabled_at is not None}
            for r in rows
        ], as_json)  # fmt: skip


@person.command("disable")
@click.argument("username")
@data_option
def disable(data: Path | None, username: str) -> None:
    """End all sessions of a person and let them in no more."""
    with database_for(data).write() as db:
        people.disable(db, person_for(db, username))
    click.echo(f"{username} is disabled.")


@person.command("enable")
@click.argument("username")
@data_option
def enable(data: Path | None, username: str) -> None:
    """Let a person in again."""
    with database_for(data).write() as db:
        people.enable(db, person_for(db, username))
    click.echo(f"{username} can sign in again.")


@person.command("password")
@click.argument("username")
@data_option
def set_password(data: Path | None, username: str) -> None:
    """Set a local password, read from standard input. Ends all sessions of theirs."""
    hashed = passwords.hash_password(read_password())
    with database_for(data).write() as db:
        found = person_for(db, username)
        found.password_hash = hashed
        sessions.end_all(db, found.id)
        audit.write(db, "password.set", found.username)
    click.echo(f"The password of {username} is changed.")


@click.group()
def token() -> None:
    """Tokens for programs."""


@token.command("create")
@click.argument("username")
@click.option("--name", default="command line")
@data_option
def create_token(data: Path | None, username: str, name: str) -> None:
    """Print a new token, and nothing else."""
    with database_for(data).write() as db:
        made = tokens.create(db, person_for(db, username), name)
    click.echo(made)


@token.command("list")
@click.argument("username")
@data_option
@json_option
def list_tokens(data: Path | None, username: str, as_json: bool) -> None:
    """The tokens of a person."""
    with database_for(data).read() as db:
        found = tokens.list_for(db, person_for(db, username).id)
        show([{"id": each.id, "name": each.name, "created_at": each.created_at.isoformat()} for each in found], as_json)


@token.command("revoke")
@click.argument("username")
@click.argument("token_id", type=int)
@data_option
def revoke_token(data: Path | None, username: str, token_id: int) -> None:
    """Make a token worthless at once."""
    with database_for(data).write() as db:
        if not tokens.revoke(db, person_for(db, username).id, token_id):
            raise Problem(f"{username} has no token {token_id}.")
    click.echo("Revoked.")


@click.group("sessions")
def session() -> None:
    """Signed-in browsers."""


@session.command("revoke")
@click.argument("username")
@data_option
def revoke_sessions(data: Path | None, username: str) -> None:
    """Sign a person out everywhere."""
    with database_for(data).write() as db:
        sessions.end_all(db, person_for(db, username).id)
    click.echo(f"{username} is signed out everywhere.")


@click.group()
def directory() -> None:
    """The company's directory."""


@directory.command("check")
@click.argument("username", required=False)
@data_option
def check_directory(data: Path | None, username: str | None) -> None:
    """Reach the directory; with USERNAME, sign in with the password from standard input."""
    try:
        opened = open_directory(settings_for(data).directory)
    except SettingsError as error:
        raise Problem(str(error)) from error
    if opened is None:
        raise Problem("There is no [directory] in intranet.toml.")
    from intranet.core.signin.ldap import DirectoryUnavailable, WrongCredentials

    try:
        found = opened.authenticate(username or "-nobody-", sys.stdin.readline().rstrip("\n") if username else "-")
    except WrongCredentials as error:
        if username:
            raise Problem(f"The directory answers, but does not let {username} in: {error.reason}") from error
        click.echo("The directory answers, and the service account may search.")
        return
    except DirectoryUnavailable as error:
        raise Problem(f"The directory does not answer: {error}") from error
    click.echo(f"{found.username} is {found.name}, {found.email}")


@click.group()
def plugin() -> None:
    """Plugins beside the product."""


@plugin.command("list")
@data_option
@json_option
def list_plugins(data: Path | None, as_json: bool) -> None:
    """Every plugin, and whether it is on."""
    from intranet.app import beside

    with database_for(data).read() as db:
        off = house.read_value(db, "plugins.disabled", [])
    rows = [
        {"name": m.name, "version": m.version, "on": m.name not in off, "title": m.title}
        for m in list_manifests(beside("plugins"))
    ]
    show(rows, as_json)


def _switch_plugin(data: Path | None, name: str, *, on: bool) -> None:
    from intranet.app import beside

    if name not in {m.name for m in list_manifests(beside("plugins"))}:
        raise Problem(f"There is no plugin {name}.")
    with database_for(data).write() as db:
        off = set(house.read_value(db, "plugins.disabled", []))
        house.save_value(db, "plugins.disabled", sorted(off - {name} if on else off | {name}))
    click.echo(f"{name} is {'on' if on else 'off'} from the next start.")


@plugin.command("enable")
@click.argument("name")
@data_option
def enable_plugin(data: Path | None, name: str) -> None:
    """Switch a plugin on."""
    _switch_plugin(data, name, on=True)


@plugin.command("disable")
@click.argument("name")
@data_option
def disable_plugin(data: Path | None, name: str) -> None:
    """Switch a plugin off; works when the web does not."""
    _switch_plugin(data, name, on=False)


@click.group()
def theme() -> None:
    """How the house is dressed."""


@theme.command("list")
@data_option
@json_option
def list_themes(data: Path | None, as_json: bool) -> None:
    """Every theme, and which one is in use."""
    from intranet.app import open_house

    themes = open_house(settings_for(data)).themes
    show(
        [{"name": t.name, "title": t.title, "in_use": t.name == themes.current()} for t in themes.all.values()], as_json
    )


@theme.command("use")
@click.argument("name")
@data_option
def use_theme(data: Path | None, name: str) -> None:
    """Dress the house in another theme, at once."""
    from intranet.app import open_house

    site = open_house(settings_for(data))
    if name not in site.themes.all:
        raise Problem(f"There is no theme {name}.")
    with site.database.write() as db:
        house.save_value(db, "theme", name)
    click.echo(f"The theme is {name}.")


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
