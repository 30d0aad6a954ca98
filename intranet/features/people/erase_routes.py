"""Erasing somebody who left."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.people import changes, queries
from intranet.plugin_api import Conflict, Invalid, NotFound, Person, Routes, db, leaving, page, site, viewer, writing

routes = Routes("erase", __name__, access="admin", url_prefix="/people")


@routes.get("/<username>/erase")
def new(username: str) -> Response:
    return _form(_fetch(username), {})


@routes.post("/<username>/erase")
def create(username: str) -> ResponseReturnValue:
    with_posts = request.form.get("with_posts") == "on"
    try:
        changes.check_name(_fetch(username), request.form.get("username", ""))
        with writing() as writer:
            person = queries.fetch(writer, viewer(), username)
            leaving.erase(site(), writer, person, viewer(), with_posts=with_posts)
    except Invalid as refusal:
        return _form(_fetch(username), refusal.fields, 422)
    except Conflict as refusal:
        return _form(_fetch(username), {"form": str(refusal)}, 409)
    return redirect(f"/people/{person.username}", 303)


def _fetch(username: str) -> Person:
    """Someone who was not erased yet. Raises NotFound."""
    person = queries.fetch(db(), viewer(), username)
    if person.erased_at:
        raise NotFound
    return person


def _form(person: Person, errors: dict[str, str], status: int = 200) -> Response:
    typed, with_posts = request.form.get("username", ""), request.form.get("with_posts") == "on"
    return page("people/erase.html", status=status, person=person, errors=errors, typed=typed, with_posts=with_posts)
