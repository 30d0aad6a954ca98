"""Whose direct messages the viewer does not want. The other person is not told."""

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.people import queries
from intranet.plugin_api import Routes, api, blocks, db, page, shapes, viewer, writing

routes = Routes("blocks", __name__, access="person")


@routes.get("/me/blocked")
def index() -> Response:
    return page("people/blocked.html", blocked=blocks.list_blocked(db(), viewer()))


@routes.post("/people/<username>/block")
def update(username: str) -> ResponseReturnValue:
    on = request.form.get("on", "1") == "1"
    with writing() as writer:
        blocks.set_blocked(writer, viewer(), queries.fetch(writer, viewer(), username), on=on)
    return redirect("/me/blocked", 303)


@routes.get("/api/v1/me/blocked")
def show() -> Response:
    return jsonify(items=[shapes.author(each) for each in blocks.list_blocked(db(), viewer())], next=None)


@routes.route("/api/v1/people/<username>/block", methods=["PUT", "DELETE"])
def set_blocked(username: str) -> Response:
    with writing() as writer:
        blocks.set_blocked(writer, viewer(), queries.fetch(writer, viewer(), username), on=request.method == "PUT")
    return api.done()
