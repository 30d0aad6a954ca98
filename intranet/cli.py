"""The `intranet` command."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from intranet import __version__
from intranet.kernel import locks
from intranet.kernel.settings import Settings, SettingsError, load
from intranet.kernel.vault import Unreadable

F = TypeVar("F", bound=Callable[..., Any])


class Problem(click.ClickException):
    """A reason in words; the command ends with 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def data_option(command: F) -> F:
    return click.option("--data", type=click.Path(path_type=Path), help="The data folder (or INTRANET_DATA).")(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


class House(click.Group):
    """The commands; a setting that cannot be used ends each of them in words."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, Unreadable) as error:
            raise Problem(str(error)) from error


def settings_for(data: Path | None, **overrides: Any) -> Settings:
    return load(data, **overrides)


def show(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    """A list: JSON for programs, aligned columns for people."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
        return
    if not rows:
        return
    names = list(rows[0])
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in names}
    for row in [dict(zip(names, names, strict=True)), *rows]:
        click.echo("  ".join(str(row[name]).ljust(widths[name]) for name in names).rstrip())


@click.group(cls=House)
@click.version_option(__version__)
def cli() -> None:
    """The intranet of one company on one box."""


@cli.command()
@data_option
@json_option
def routes(data: Path | None, as_json: bool) -> None:
    """Every address with its method and access rule."""
    from intranet.app import create_app
    from intranet.web.routing import list_routes

    found = list_routes(create_app(settings_for(data)))
    show([{"method": r.method, "path": r.path, "rule": r.rule} for r in found], as_json)


@cli.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database to the shape this version needs."""
    from intranet.app import open_house

    open_house(settings_for(data))
    click.echo("The database is up to date.")


@cli.command()
@data_option
@json_option
def doctor(data: Path | None, as_json: bool) -> None:
    """Look at what the house stands on, and say what is wrong."""
    from intranet.doctor import examine

    found = examine(settings_for(data))
    show([asdict(each) for each in found], as_json)
    if any(not each.is_fine for each in found):
        sys.exit(1)


def _process(data: Path | None, name: str, run: Callable[[Settings], None], **overrides: Any) -> None:
    settings = settings_for(data, **{key: value for key, value in overrides.items() if value is not None})
    try:
        held = locks.take(settings.run, name)
        run(settings)
    except (locks.AlreadyRunning, OSError) as error:
        raise Problem(str(error)) from error
    held.close()


@cli.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on.")
@data_option
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Run everything under one parent on one port."""
    from intranet import processes

    _process(data, "serve", processes.serve, host=host, port=port)


@cli.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on.")
@data_option
def web(data: Path | None, host: str | None, port: int | None) -> None:
    """Answer pages and API calls, and hold live streams."""
    from intranet import processes

    _process(data, "web", processes.web, host=host, port=port)


@cli.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on.")
@data_option
def live(data: Path | None, host: str | None, port: int | None) -> None:
    """Hold live streams only, for a box behind a proxy."""
    from intranet import processes

    _process(data, "live", processes.live, host=host, port=port)


@cli.command()
@click.option("--parent", type=int, hidden=True)
@data_option
def worker(data: Path | None, parent: int | None) -> None:
    """Do the slow work, and tell features what happened."""
    from intranet import processes

    _process(data, "worker", lambda settings: processes.work(settings, parent=parent))


@cli.command()
@click.option("--password", default="aurora-2026", show_default=True, help="The password of everyone in the demo.")
@data_option
def demo(data: Path | None, password: str) -> None:
    """Fill an empty data folder with a fictional company."""
    from intranet.app import open_house
    from intranet.demo import DemoRefused, fill

    try:
        username = fill(open_house(settings_for(data)), password)
    except DemoRefused as error:
        raise Problem(str(error)) from error
    click.echo(f"The demo company is ready. Sign in as {username} with the password {password}")


def main() -> None:
    from intranet import commands

    commands.add_to(cli)
    cli()
