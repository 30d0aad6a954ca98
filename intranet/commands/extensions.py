"""Commands about plugins and themes."""

from pathlib import Path

import click

from intranet.cli import Problem, data_option, json_option, settings_for, show
from intranet.commands.opening import database_for
from intranet.core import house
from intranet.kernel.plugins import list_manifests


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
