"""What one can write in a chat: `/hello @username`."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Invalid, NotFound, Person, Said, SeenRoom, SlashCommand
from plugins.welcome import changes, queries

NOBODY = N_("Say whom, by user name: /hello @anna")


def hello(db: Session, viewer: Person, seen: SeenRoom, words: str) -> Said:
    """Greets somebody where everyone reads it, and counts as a greeting on their card."""
    try:
        newcomer = queries.fetch_newcomer(db, viewer, words.lstrip("@"))
    except NotFound:
        raise Invalid({"body": NOBODY}) from None
    changes.greet(db, newcomer, viewer)
    return Said(gettext("Hello @%(username)s, good to have you here 👋", username=newcomer.username))


COMMANDS = [SlashCommand("hello", N_("Say hello to somebody"), "/hello @anna", hello)]
