"""What the forms of posts answer with."""

from typing import Any

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from intranet.plugin_api import Entry, db, entry_queries, html, is_htmx, page, site


def shown(entry: Entry, address: str, status: int = 201) -> ResponseReturnValue:
    """htmx gets the fragment that everyone gets; a plain form is sent on to where it stands."""
    if not is_htmx():
        return redirect(address, 303)
    fresh = entry_queries.by_ids(db(), [entry.id])[entry.id]
    return html(site().fragments.one(db(), fresh), status)


def address_of(entry: Entry) -> str:
    """Where an entry stands: the post's page, opened at the comment if it is one."""
    return f"/p/{entry.root_id}" + (f"?at={entry.id}#comment-{entry.id}" if entry.thread_id else "")


def asked(form: str, title: str, *, status: int = 200, **values: Any) -> Response:
    """A small form: in a dialog over the page, or on a page of its own."""
    template = "posts/_asked.html" if is_htmx() else "posts/asked.html"
    return page(template, status=status, form=form, title=title, **values)
