"""The API of rooms."""

from flask import Response, jsonify, request

from intranet.features.rooms import changes, queries
from intranet.features.rooms.forms import MemberForm, RoomChangeForm, RoomForm
from intranet.plugin_api import (
    N_,
    Invalid,
    Routes,
    api,
    db,
    entry_queries,
    room_changes,
    room_queries,
    shapes,
    viewer,
    writing,
)

routes = Routes("rooms_api", __name__, access="person", url_prefix="/api/v1")


@routes.get("/rooms")
def index() -> Response:
    limit = api.limit()
    found = room_queries.list_listed(db(), viewer(), after=api.cursor(), limit=limit + 1)
    shown = found[:limit]
    following = str(shown[-1].room.id) if len(found) > limit else None
    return jsonify(items=shapes.rooms(db(), [(seen.room, seen.role) for seen in shown], _unread()), next=following)


@routes.post("/rooms")
def create() -> Response:
    form = RoomForm.read(api.body())
    with writing() as writer:
        room = changes.add_room(writer, viewer(), **form.model_dump(), key=api.key())
    return api.created(_room(room.id))


@routes.get("/rooms/<id:room_id>")
def show(room_id: int) -> Response:
    return jsonify(_room(room_id))


@routes.patch("/rooms/<id:room_id>")
def update(room_id: int) -> Response:
    form = RoomChangeForm.read(api.body())
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        changes.change_room(writer, seen, viewer(), **form.model_dump())
    return jsonify(_room(room_id))


@routes.delete("/rooms/<id:room_id>")
def remove(room_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        changes.remove_room(writer, seen, viewer())
    return api.done()


@routes.post("/rooms/<id:room_id>/join")
def join(room_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), room_id=room_id)
        room_changes.join(writer, seen, viewer())
    return jsonify(_room(room_id))


@routes.get("/rooms/<id:room_id>/members")
def members(room_id: int) -> Response:
    seen = queries.fetch_readable(db(), viewer(), room_id=room_id)
    limit, after = api.limit(), request.args.get("cursor", "")[:64]
    rows = room_queries.list_members(db(), seen.room.id, after=after, limit=limit + 1)
    items = [{"person": shapes.author(person), "role": member.role} for person, member in rows[:limit]]
    return jsonify(items=items, next=rows[limit - 1][0].username if len(rows) > limit else None)


@routes.put("/rooms/<id:room_id>/members/<username>")
def set_member(room_id: int, username: str) -> Response:
    form = MemberForm.read(api.body())
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        person = queries.fetch_person(writer, viewer(), username)
        changes.set_member(writer, seen, viewer(), person, form.role)
    return jsonify(person=shapes.author(person), role=form.role)


@routes.delete("/rooms/<id:room_id>/members/<username>")
def remove_member(room_id: int, username: str) -> Response:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        changes.remove_member(writer, seen, viewer(), queries.fetch_person(writer, viewer(), username))
    return api.done()


@routes.put("/rooms/<id:room_id>/read")
def mark_read(room_id: int) -> Response:
    entry_id = api.body().get("entry_id")
    if not isinstance(entry_id, int) or isinstance(entry_id, bool) or not 0 < entry_id < 1 << 63:
        raise Invalid({"entry_id": N_("Give the id of an entry in this room.")})
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), room_id=room_id)
        entry = entry_queries.find(writer, viewer(), entry_id)
        if entry is None or entry.room_id != seen.room.id:
            raise Invalid({"entry_id": N_("Give the id of an entry in this room.")})
        room_changes.mark_read(writer, room_id, viewer().id, entry_id)
    return api.done()


def _room(room_id: int) -> dict[str, object]:
    seen = queries.fetch(db(), viewer(), room_id=room_id)
    return shapes.room(db(), seen.room, seen.role, _unread().get(room_id, 0))


def _unread() -> dict[int, int]:
    return {room.id: room.unread for room in room_queries.list_mine(db(), viewer())}
