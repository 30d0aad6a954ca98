"""Things said some time ago, and what people thought of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Person
from intranet.kernel import clock


def age(db: Session, entry: Entry, said: dict[str, Any], cast: dict[str, Person]) -> None:
    entry.created_at = clock.now() - timedelta(minutes=said["minutes_ago"])
    for emoji, usernames in said.get("reactions", {}).items():
        for username in usernames:
            entry_changes.react(db, entry, cast[username], emoji, on=True)
