"""What the worker tidies up for everyone."""

from datetime import timedelta

from intranet.plugin_api import clock, once, sessions, site

KEYS_KEPT = timedelta(days=2)


def clean_up() -> None:
    """Sessions that ran out, and keys of creates that nobody will repeat any more."""
    with site().database.write() as db:
        sessions.remove_expired(db)
        once.forget_before(db, clock.now() - KEYS_KEPT)
