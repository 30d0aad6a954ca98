"""The API of people."""

from flask import Response, jsonify, request

from intranet.features.people import queries
from intranet.plugin_api import Routes, api, caps, db, people, shapes, viewer

routes = Routes("people_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/me")
def me() -> Response:
    return jsonify(shapes.people_list(db(), [viewer()])[0])


@routes.get("/people")
def index() -> Response:
    limit, after = api.limit(), request.args.get("cursor", "")[:64]
    words = request.args.get("q", "")[: caps.LINE]
    rows = people.list_people(db(), viewer(), text=words, after=after, limit=limit + 1)
    return api.listing(rows, limit, lambda shown: shapes.people_list(db(), shown), by="username")


@routes.get("/people/<username>")
def show(username: str) -> Response:
    return jsonify(shapes.people_list(db(), [queries.fetch(db(), viewer(), username)])[0])
