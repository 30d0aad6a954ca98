"""What the forms of posts answer with."""

from flask import redirect
from flask.typing import ResponseReturnValue

from intranet.plugin_api import Entry, db, entry_queries, html, is_htmx, site


def shown(entry: Entry, address: str, status: int = 201) -> ResponseReturnValue:
    """htmx gets the fragment that everyone gets; a plain form is sent on to where it stands."""
    if not is_htmx():
        return redirect(address, 303)
    fresh = entry_queries.by_ids(db(), [entry.id])[entry.id]
    return html(site().fragments.one(db(), fresh), status)


def address_of(entry: Entry) -> str:
    """Where an entry stands, as its kind says it."""
    return site().entry_kinds[entry.kind].address_of(entry)
