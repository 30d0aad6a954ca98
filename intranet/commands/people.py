"""Commands about people and what signs them in."""

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import select

from intranet.cli import Problem, data_option, json_option, show
from intranet.commands.opening import database_for, person_for, read_password
from intranet.core import audit, people, sessions, tokens
from intranet.core.errors import Conflict, Invalid
from intranet.core.models import Person
from intranet.core.signin import factors, passwords, resets
from intranet.kernel import clock


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
        resets.set_password(db, found, hashed, with_tokens=False)
        audit.write(db, "password.set", found.username)
    click.echo(f"The password of {username} is changed.")


@person.command("reset-factor")
@click.argument("username")
@data_option
def reset_factor(data: Path | None, username: str) -> None:
    """Take a lost second factor away: app, passkeys and recovery codes. Ends all sessions of theirs."""
    with database_for(data).write() as db:
        factors.reset(db, person_for(db, username))
    click.echo(f"{username} signs in without a second factor, until they set one up again.")


@click.group()
def token() -> None:
    """Tokens for programs."""


@token.command("create")
@click.argument("username")
@click.option("--name", default="command line")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(tokens.SCOPES), default=("read", "write"), show_default=True
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it works; without, until it is revoked.")
@data_option
def create_token(data: Path | None, username: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Print a new token, and nothing else."""
    ends = clock.now() + timedelta(days=days) if days else None
    with database_for(data).write() as db:
        made = tokens.create(db, person_for(db, username), name, scopes=scopes, expires_at=ends)
    click.echo(made)


@token.command("list")
@click.argument("username")
@data_option
@json_option
def list_tokens(data: Path | None, username: str, as_json: bool) -> None:
    """The tokens of a person."""
    with database_for(data).read() as db:
        found = tokens.list_for(db, person_for(db, username).id)
        show([
            {"id": each.id, "name": each.name, "scopes": each.scopes, "created_at": each.created_at.isoformat(),
             "expires_at": each.expires_at.isoformat() if each.expires_at else ""}
            for each in found
        ], as_json)  # fmt: skip


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
