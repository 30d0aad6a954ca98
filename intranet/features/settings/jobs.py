"""What the worker tidies up for everyone."""

from intranet.plugin_api import sessions, site


def clean_up() -> None:
    """Sessions that ran out."""
    with site().database.write() as db:
        sessions.remove_expired(db)
