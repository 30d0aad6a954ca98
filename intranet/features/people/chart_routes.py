"""The org chart."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.features.people import queries
from intranet.features.people.tree import Tree
from intranet.plugin_api import Routes, db, is_htmx, page, viewer

routes = Routes("chart", __name__, access="person", url_prefix="/people/chart")


@routes.get("")
def index() -> Response:
    """Around one person, or from the top of the company."""
    username = request.args.get("around", "")
    if not username:
        return page("people/chart.html", tree=Tree.whole(db(), viewer()))
    person = queries.fetch_present(db(), viewer(), username)
    return page("people/chart.html", tree=Tree.around(db(), viewer(), person, below=2))


@routes.get("/<username>/reports")
def reports(username: str) -> ResponseReturnValue:
    """What an expander brings: the reports of one person."""
    person = queries.fetch_present(db(), viewer(), username)
    if not is_htmx():
        return redirect(url_for("chart.index", around=person.username))
    return page("people/_reports.html", tree=Tree.reports(db(), viewer(), person), person=person)
