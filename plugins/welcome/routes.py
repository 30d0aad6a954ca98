"""Pages of this plugin."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.plugin_api import Routes, db, page, settings_pages, viewer, writing
from plugins.welcome import changes, queries

routes = Routes("welcome", __name__, access="person", url_prefix="/welcome")


@routes.post("/<username>/hello")
def greet(username: str) -> ResponseReturnValue:
    with writing() as writer:
        newcomer = queries.fetch_newcomer(writer, viewer(), username)
        changes.greet(writer, newcomer, viewer())
    return redirect("/", 303)


@routes.get("/settings")
def edit() -> Response:
    return page("welcome/settings.html", pages=settings_pages(), is_shown=queries.wants_card(db(), viewer()))


@routes.post("/settings")
def update() -> ResponseReturnValue:
    with writing() as writer:
        changes.choose(writer, viewer(), is_shown="is_shown" in request.form)
    return redirect("/welcome/settings?saved=1", 303)
