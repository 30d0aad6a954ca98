"""Finding messages."""

from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Found, Person, Sought, find_entries

LABEL = N_("Messages")


def find(db: Session, viewer: Person, sought: Sought) -> Found:
    return find_entries(db, viewer, sought, ["message"])
