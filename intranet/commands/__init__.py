"""Commands about people, tokens, sessions, directories, plugins, themes and search: one file for each group."""

import click

from intranet.commands import leaving
from intranet.commands.directory import directory
from intranet.commands.extensions import plugin, theme
from intranet.commands.people import person, session, token
from intranet.commands.search import search


def add_to(cli: click.Group) -> None:
    leaving.add_to(person)
    for group in (person, token, session, directory, plugin, theme, search):
        cli.add_command(group)
