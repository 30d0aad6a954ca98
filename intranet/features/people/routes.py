"""Pages of people."""

from flask import Response, jsonify, request

from intranet.features.people import queries
from intranet.plugin_api import Routes, caps, db, page, people, viewer

routes = Routes("people", __name__, access="person")


@routes.get("/people")
def index() -> Response:
    words = request.args.get("q", "")[: caps.LINE]
    after = request.args.get("after", "")[:64]
    found = people.list_people(db(), viewer(), text=words, after=after, limit=61)
    more = found[59].username if len(found) > 60 else None
    return page("people/index.html", people=found[:60], words=words, more=more)


@routes.get("/people/<username>")
def show(username: str) -> Response:
    person = queries.fetch(db(), viewer(), username)
    known = people.by_ids(db(), {person.manager_id} if person.manager_id else set())
    rooms = queries.list_shared_rooms(db(), viewer(), person)
    return page("people/show.html", person=person, manager=known.get(person.manager_id or 0), rooms=rooms)


@routes.get("/people/mention")
def mention() -> Response:
    """Names for the composer while somebody types @…"""
    found = queries.list_mentionable(db(), viewer(), request.args.get("q", "")[: caps.LINE])
    items = [
        {"username": each.username, "name": each.name, "title": each.title, "avatar_url": each.avatar_url,
         "initials": each.initials, "hue": each.hue}
        for each in found
    ]  # fmt: skip
    return jsonify(items=items)
