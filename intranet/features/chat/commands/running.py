"""Finding the command in a message, and running it. A plugin's that fails is counted; the viewer reads that it did."""

import re
import time
from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.plugin_api import (
    N_,
    Invalid,
    Person,
    Refused,
    Said,
    SeenRoom,
    SlashCommand,
    Whispered,
    caps,
    clean_text,
    site,
)

# One word after the slash: a path like /etc/hosts is no command, nor is a slash alone.
COMMAND = re.compile(r"/([^\W\d_][\w-]{0,30})(?:\s+(.*))?", re.DOTALL)
HELD_MOST_S = 1.0  # so long a command may hold the write lock, under which it runs
UNKNOWN = N_("There is no such command. Write // to begin a message with a slash.")


def find(body: str) -> tuple[str, str] | None:
    """The name of the command and the words behind it, when the message is one."""
    found = COMMAND.fullmatch(body)
    return (found[1].casefold(), (found[2] or "").strip()) if found else None


def plain(body: str) -> str:
    """What is said: two slashes before a word are one."""
    return body[1:] if body.startswith("//") and find(body[1:]) else body


def offered() -> Sequence[SlashCommand]:
    """All that work, by name."""
    return [command for _name, (plugin, command) in sorted(site().slash_commands.items()) if _works(plugin)]


def run(db: Session, viewer: Person, seen: SeenRoom, name: str, words: str) -> Said | Whispered:
    """Raises Invalid for a command that nobody knows, and whatever refusal the command raises."""
    plugin, command = site().slash_commands.get(name, ("", None))
    if command is None or not _works(plugin):
        raise Invalid({"body": UNKNOWN})
    began = time.monotonic()
    try:
        with db.begin_nested():
            answer = _checked(name, command.run(db, viewer, seen, words))
            db.flush()
        if site().plugins.is_plugin(plugin) and time.monotonic() - began > HELD_MOST_S:
            site().plugins.fail(plugin, TimeoutError(f"/{name} kept everyone who writes waiting"))
    except Refused:
        raise
    except Exception as error:  # a stranger's code may raise anything, and what it wrote is taken back
        if not site().plugins.is_plugin(plugin):
            raise
        site().plugins.fail(plugin, error)
        return Whispered(
            gettext("This command did not work, and nothing was said. Tell the person who looks after the box.")
        )
    return answer


def _checked(name: str, answer: object) -> Said | Whispered:
    """Raises TypeError for what is no answer, ValueError for words that could not have been typed either."""
    if isinstance(answer, Said):
        return Said(clean_text(answer.body, caps.BODY))
    if not isinstance(answer, Whispered):
        raise TypeError(f"/{name} answered {type(answer).__name__}")
    return answer


def _works(plugin: str) -> bool:
    return site().plugins.manager.has_plugin(plugin)
