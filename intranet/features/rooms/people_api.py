"""The API of who is in a room, who asks, and who sees it."""

from flask import Response, jsonify, request

from intranet.features.rooms import changes, queries
from intranet.features.rooms.audience_routes import asked_entry
from intranet.features.rooms.forms import MemberForm
from intranet.plugin_api import Routes, api, db, people, shapes, viewer, writing

routes = Routes("room_people_api", __name__, access="person", url_prefix="/api/v1/rooms/<id:room_id>")


@routes.get("/members")
def members(room_id: int) -> Response:
    seen = queries.fetch_talking(db(), viewer(), room_id)
    limit, words = api.limit(), request.args.get("q", "")[:120]
    rows = queries.list_members(db(), seen.room.id, words=words, after=_after(), limit=limit + 1)
    items = [{"person": shapes.author(person), "role": member.role} for person, member in rows[:limit]]
    return jsonify(items=items, next=rows[limit - 1][0].username if len(rows) > limit else None)


@routes.put("/members/<username>")
def set_member(room_id: int, username: str) -> Response:
    queries.fetch_kept(db(), viewer(), room_id=room_id)
    form = MemberForm.read(api.body())
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        person = queries.fetch_person(writer, viewer(), username)
        changes.set_member(writer, seen, viewer(), person, form.role)
    return jsonify(person=shapes.author(person), role=form.role)


@routes.delete("/members/<username>")
def remove_member(room_id: int, username: str) -> Response:
    """Keepers take others out; everyone may leave."""
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        changes.remove_member(writer, seen, viewer(), queries.fetch_person(writer, viewer(), username))
    return api.done()


@routes.get("/requests")
def requests(room_id: int) -> Response:
    seen = queries.fetch_kept(db(), viewer(), room_id=room_id)
    items = [
        {"person": shapes.author(person), "words": asked.words, "at": shapes.stamp(asked.at)}
        for person, asked in queries.list_asking(db(), seen.room.id)
    ]
    return jsonify(items=items, next=None)


@routes.put("/requests/<username>")
def let_in(room_id: int, username: str) -> Response:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        person, _words = changes.answer(writer, seen, viewer(), username, let_in=True)
    return jsonify(person=shapes.author(person), role="guest" if person.is_guest else "member")


@routes.delete("/requests/<username>")
def decline(room_id: int, username: str) -> Response:
    """Keepers decline; one's own request is withdrawn."""
    with writing() as writer:
        if people.normal_username(username) == viewer().username:
            changes.withdraw(writer, queries.fetch(writer, viewer(), room_id=room_id), viewer())
        else:
            seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
            changes.answer(writer, seen, viewer(), username, let_in=False)
    return api.done()


@routes.get("/audience")
def audience(room_id: int) -> Response:
    """Who sees the room, or one entry in it, and why."""
    seen = queries.fetch_readable(db(), viewer(), room_id=room_id)
    found = queries.list_audience(
        db(), viewer(), seen, asked_entry(seen), after=_after(), limit=api.limit()
    )  # fmt: skip
    items = [{"person": shapes.author(each.person), "why": each.why} for each in found.readers]
    return jsonify(items=items, count=found.count, next=found.next)


def _after() -> str:
    return request.args.get("cursor", "")[:64]
