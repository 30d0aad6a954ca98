"""The API of rooms."""

from flask import Response, jsonify, request

from intranet.features.rooms import bringing, changes, queries
from intranet.features.rooms.forms import JoinForm, LoudnessForm, RoomChangeForm, RoomForm, RuleForm
from intranet.features.rooms.head import unread
from intranet.features.rooms.matching import list_rules
from intranet.features.rooms.models import RoomRule
from intranet.plugin_api import (
    BIN_KEPT,
    N_,
    Invalid,
    NotFound,
    Room,
    Routes,
    api,
    db,
    direct_name,
    direct_rooms,
    entry_queries,
    read_picture,
    room_changes,
    room_queries,
    shapes,
    viewer,
    writing,
)

routes = Routes("rooms_api", __name__, access="person", url_prefix="/api/v1")
NOT_AN_ENTRY = N_("Give the id of an entry in this room.")
NO_PICTURE = N_("Choose a picture.")


@routes.get("/rooms")
def index() -> Response:
    limit = api.limit()
    found = room_queries.list_listed(db(), viewer(), after=api.cursor(), limit=limit + 1)
    shown = found[:limit]
    following = str(shown[-1].room.id) if len(found) > limit else None
    return jsonify(items=shapes.rooms(db(), [(seen.room, seen.role) for seen in shown], unread()), next=following)


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
    queries.fetch_kept(db(), viewer(), room_id=room_id)
    form = RoomChangeForm.read(api.body())
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        changes.change_room(writer, seen, viewer(), **form.model_dump())
    return jsonify(_room(room_id))


@routes.delete("/rooms/<id:room_id>")
def remove(room_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        changes.remove_room(writer, seen, viewer())
    return api.done()


@routes.get("/rooms/bin")
def removed() -> Response:
    """What the viewer may bring back, with the moment when it goes for good."""
    rooms = room_queries.list_removed(db(), viewer())
    return jsonify(items=[_removed(room) for room in rooms], next=None)


@routes.post("/rooms/<id:room_id>/restore")
def restore(room_id: int) -> Response:
    with writing() as writer:
        changes.restore_room(writer, viewer(), room_id=room_id)
    return jsonify(_room(room_id))


@routes.route("/rooms/<id:room_id>/cover", methods=["PUT", "DELETE"])
def cover(room_id: int) -> Response:
    queries.fetch_kept(db(), viewer(), room_id=room_id)
    picture = read_picture("picture") if request.method == "PUT" else None
    if request.method == "PUT" and picture is None:
        raise Invalid({"picture": NO_PICTURE})
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        changes.set_cover(writer, seen, viewer(), picture)
    return jsonify(_room(room_id)) if picture else api.done()


@routes.post("/rooms/<id:room_id>/join")
def join(room_id: int) -> Response:
    """In an open room one is then; of a closed one it is asked for."""
    queries.fetch(db(), viewer(), room_id=room_id)
    form = JoinForm.read(api.body())
    with writing() as writer:
        is_in = changes.join_or_ask(writer, queries.fetch(writer, viewer(), room_id=room_id), viewer(), form.words)
    if is_in:
        return jsonify(_room(room_id))
    response = jsonify(state="asked")
    response.status_code = 202
    return response


@routes.put("/rooms/<id:room_id>/loudness")
def set_loudness(room_id: int) -> Response:
    queries.fetch_talking(db(), viewer(), room_id)
    form = LoudnessForm.read(api.body())
    with writing() as writer:
        changes.set_loudness(writer, queries.fetch_talking(writer, viewer(), room_id), viewer(), form.loudness)
    return api.done()


@routes.put("/rooms/<id:room_id>/read")
def mark_read(room_id: int) -> Response:
    """Posts up to this one, or messages up to this one; direct rooms have such a mark, too."""
    entry_id = api.body().get("entry_id")
    if not isinstance(entry_id, int) or isinstance(entry_id, bool) or not 0 < entry_id < 1 << 63:
        raise Invalid({"entry_id": NOT_AN_ENTRY})
    with writing() as writer:
        queries.fetch_talking(writer, viewer(), room_id)
        entry = entry_queries.find(writer, viewer(), entry_id)
        if entry is None or entry.room_id != room_id:
            raise Invalid({"entry_id": NOT_AN_ENTRY})
        room_changes.mark_read(writer, room_id, viewer().id, entry_id, in_chat=entry.kind == "message")
    return api.done()


@routes.get("/rooms/<id:room_id>/rules")
def rules(room_id: int) -> Response:
    seen = queries.fetch_kept(db(), viewer(), room_id=room_id)
    return jsonify(items=[_rule(each) for each in list_rules(db(), seen.room.id)], next=None)


@routes.post("/rooms/<id:room_id>/rules")
def add_rule(room_id: int) -> Response:
    queries.fetch_kept(db(), viewer(), room_id=room_id)
    form = RuleForm.read(api.body())
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        said = _rule(bringing.add_rule(writer, seen, viewer(), **form.model_dump()))
    return api.created(said)


@routes.delete("/rooms/<id:room_id>/rules/<id:rule_id>")
def remove_rule(room_id: int, rule_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), room_id=room_id)
        if not bringing.remove_rule(writer, seen, viewer(), rule_id):
            raise NotFound
    return api.done()


def _room(room_id: int) -> dict[str, object]:
    """The shape of the lists, with what only its own call says."""
    seen = queries.fetch_known(db(), viewer(), room_id)
    room, membership = seen.room, room_queries.find_membership(db(), room_id, viewer().id)
    asked = room_queries.find_request(db(), room_id, viewer().id)
    return {
        **shapes.room(db(), room, seen.role, unread().get(room_id, 0)), "name": _name(room),
        "icon": room.icon, "hue": room.hue, "cover_url": room.cover_url, "posting": room.posting,
        "approves_posts": room.approves_posts, "loudness": membership.loudness if membership else None,
        "is_favourite": membership is not None and membership.is_favourite, "asked": asked is not None,
    }  # fmt: skip


def _name(room: Room) -> str:
    """A direct room is called after the others in it."""
    if room.kind != "direct":
        return room.name
    return direct_name(viewer(), direct_rooms.list_people(db(), viewer(), [room.id])[room.id])


def _removed(room: Room) -> dict[str, object]:
    removed_at = room.removed_at
    ends_at = removed_at + BIN_KEPT if removed_at else None
    return {
        "id": room.id, "slug": room.slug, "name": room.name, "removed_at": shapes.stamp(removed_at),
        "ends_at": shapes.stamp(ends_at),
    }  # fmt: skip


def _rule(rule: RoomRule) -> dict[str, object]:
    return {"id": rule.id, "field": rule.field, "value": rule.value, "role": rule.role}
