"""The API of codes."""

from typing import Any

from flask import Response, jsonify, request

from intranet.features.invites import changes, doors, queries, rules, sheet, words
from intranet.features.invites.changes import KIND
from intranet.features.invites.forms import TermsForm, WordsForm
from intranet.features.invites.queries import SeenInvite
from intranet.plugin_api import (
    Conflict,
    NotFound,
    Routes,
    SeenRoom,
    address,
    api,
    db,
    newcomers,
    room_queries,
    shapes,
    site,
    viewer,
    writing,
)

routes = Routes("invites_api", __name__, access="person", url_prefix="/api/v1")
NEWEST = (1 << 63) - 1


@routes.get("/rooms/<id:room_id>/invites")
def index(room_id: int) -> Response:
    seen = queries.fetch_room(db(), viewer(), room_id=room_id)
    limit = api.limit()
    found = queries.list_invites(db(), seen, before=api.cursor(NEWEST), limit=limit + 1)
    following = str(found[limit - 1].invite.id) if len(found) > limit else None
    return jsonify(items=[_shape(seen, each) for each in found[:limit]], next=following)


@routes.post("/rooms/<id:room_id>/invites")
def create(room_id: int) -> Response:
    terms, code = TermsForm.read(api.body()).terms(), rules.new_code()
    sealed = site().vault.seal(code)
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), room_id=room_id)
        invite, _ = changes.add(writer, viewer(), seen, terms, code=code, sealed=sealed, key=api.key())
        found = queries.fetch_invite(writer, seen, invite.id)
    return api.created(_shape(seen, found))


@routes.delete("/rooms/<id:room_id>/invites/<id:invite_id>")
def remove(room_id: int, invite_id: int) -> Response:
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), room_id=room_id)
        changes.stop(writer, viewer(), seen, queries.fetch_invite(writer, seen, invite_id))
    return api.done()


@routes.post("/invites/<code>/join")
def join(code: str) -> Response:
    newcomers.refuse_floods(site().throttle, KIND, address())
    form = WordsForm.read(api.body() if request.content_length else {})
    came = doors.come(code, form.words)
    if came is None:
        doors.note_wrong()
        raise NotFound
    held, state = came
    if state == "asked":
        response = jsonify(state="asked")
        response.status_code = 202
        return response
    if state != "in":
        keepers = queries.list_keepers(db(), held.room.id)
        raise Conflict(f"{words.why_not(state)} {words.whom_to_ask(keepers)}")
    seen = room_queries.find(db(), viewer(), room_id=held.room.id)
    return jsonify(shapes.room(db(), held.room, seen.role if seen else None))


def _shape(seen: SeenRoom, found: SeenInvite) -> dict[str, Any]:
    invite, code = found.invite, sheet.code_of(found.invite)
    whole = sheet.address_of(code)
    return {
        "id": invite.id, "room_id": invite.room_id, "code": code or None, "url": whole or (f"/j/{code}" if code else None),
        "qr_url": f"/rooms/{seen.room.slug}/invites/{invite.id}/code.svg" if whole else None,
        "state": found.state, "used": found.taken, "max_uses": invite.max_uses, "approval": invite.needs_approval,
        "history": invite.shows_history, "guests": invite.for_guests, "created_at": shapes.stamp(invite.created_at),
        "ends_at": shapes.stamp(invite.ends_at), "stopped_at": shapes.stamp(invite.stopped_at),
    }  # fmt: skip
