"""Pages of rooms."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.rooms import changes, queries
from intranet.features.rooms.forms import MemberForm, RoomChangeForm, RoomForm
from intranet.plugin_api import (
    Invalid,
    Routes,
    SeenRoom,
    api,
    caps,
    db,
    entry_queries,
    entry_rules,
    is_htmx,
    mine,
    page,
    room_changes,
    room_queries,
    site,
    viewer,
    writing,
)

routes = Routes("rooms", __name__, access="person")


@routes.get("/rooms")
def index() -> Response:
    words = request.args.get("q", "")[: caps.NAME]
    found = room_queries.list_listed(db(), viewer(), words=words, limit=500)
    counts = room_queries.member_counts(db(), [seen.room.id for seen in found])
    unread = {room.id: room.unread for room in room_queries.list_mine(db(), viewer())}
    return page(
        "rooms/index.html", joined=[seen for seen in found if seen.role], others=[s for s in found if not s.role],
        counts=counts, unread=unread, words=words,
    )  # fmt: skip


@routes.get("/rooms/new")
def new() -> Response:
    return page("rooms/new.html", form={"access": "open"}, errors={})


@routes.post("/rooms")
def create() -> ResponseReturnValue:
    try:
        form = RoomForm.read(request.form)
    except Invalid as refusal:
        return page("rooms/new.html", status=422, form=request.form, errors=refusal.fields)
    with writing() as writer:
        room = changes.add_room(writer, viewer(), **form.model_dump(), key=api.key())
    return redirect(f"/rooms/{room.slug}", 303)


@routes.get("/rooms/<slug>")
def show(slug: str) -> Response:
    """A room's posts; for a closed room that one is not in, only what it is and who keeps it."""
    seen = queries.fetch(db(), viewer(), slug=slug)
    if not seen.may_read:
        return page("rooms/closed.html", **_head(seen, "posts"))
    before = api.cursor(entry_queries.NEWEST)
    found = entry_queries.list_room(db(), seen, before=before, limit=caps.PAGE + 1)
    is_first = before == entry_queries.NEWEST
    pinned = entry_queries.list_pinned(db(), viewer(), room_id=seen.room.id) if is_first and seen.role else []
    shown = [*pinned, *(row for row in found[: caps.PAGE] if row not in pinned)]
    values: dict[str, Any] = {
        "posts": site().fragments.list(db(), [(row.id, row.version) for row in shown]),
        "older": found[caps.PAGE - 1].id if len(found) > caps.PAGE else None,
        "mine": mine(db(), viewer(), [row.id for row in shown], [seen.room.id] if seen.is_keeper else []),
    }
    if is_htmx() and request.args.get("cursor"):
        return page("rooms/_older.html", room=seen.room, **values)
    asked = site().plugins.ask("composers", viewer=viewer(), room=seen.room)
    composers = sorted(asked, key=lambda each: each.order) if entry_rules.may_write(seen) else []
    return page(
        "rooms/show.html",
        composers=composers,
        is_first=is_first,
        **values,
        **_head(seen, "posts"),
    )


@routes.get("/rooms/<slug>/people")
def members(slug: str) -> Response:
    seen = queries.fetch_readable(db(), viewer(), slug=slug)
    after = request.args.get("after", "")[:64]
    rows = room_queries.list_members(db(), seen.room.id, after=after, limit=101)
    return page(
        "rooms/members.html",
        members=rows[:100],
        actions=sorted(site().plugins.ask("room_actions", viewer=viewer(), seen=seen), key=lambda each: each.order),
        more=rows[99][0].username if len(rows) > 100 else None,
        **_head(seen, "people"),
    )


@routes.get("/rooms/<slug>/settings")
def edit(slug: str) -> Response:
    seen = queries.fetch_readable(db(), viewer(), slug=slug)
    if not seen.is_keeper:
        return redirect(f"/rooms/{slug}")  # type: ignore[return-value]
    return page("rooms/settings.html", form=seen.room, errors={}, **_head(seen, "settings"))


@routes.post("/rooms/<slug>/settings")
def update(slug: str) -> ResponseReturnValue:
    try:
        form = RoomChangeForm.read(request.form)
    except Invalid as refusal:
        seen = queries.fetch_readable(db(), viewer(), slug=slug)
        return page(
            "rooms/settings.html", status=422, form=request.form, errors=refusal.fields, **_head(seen, "settings")
        )
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        changes.change_room(writer, seen, viewer(), **form.model_dump())
    return redirect(f"/rooms/{seen.room.slug}/settings?saved=1", 303)


@routes.post("/rooms/<slug>/join")
def join(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), slug=slug)
        room_changes.join(writer, seen, viewer())
    return redirect(f"/rooms/{slug}", 303)


@routes.post("/rooms/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        changes.remove_member(writer, seen, viewer(), viewer())
    return redirect("/rooms", 303)


@routes.post("/rooms/<slug>/people")
def add_member(slug: str) -> ResponseReturnValue:
    form = MemberForm.read(request.form)
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        person = queries.fetch_person(writer, viewer(), request.form.get("username", ""))
        changes.set_member(writer, seen, viewer(), person, form.role)
    return redirect(f"/rooms/{slug}/people", 303)


@routes.post("/rooms/<slug>/people/<username>/remove")
def remove_member(slug: str, username: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        person = queries.fetch_person(writer, viewer(), username)
        changes.remove_member(writer, seen, viewer(), person)
    return redirect(f"/rooms/{slug}/people", 303)


@routes.post("/rooms/<slug>/read")
def mark_read(slug: str) -> ResponseReturnValue:
    """Everything in the room counts as read."""
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        newest = room_queries.newest_entry_id(writer, seen.room.id)
        room_changes.mark_read(writer, seen.room.id, viewer().id, newest)
    return Response(status=204) if is_htmx() else redirect(f"/rooms/{slug}", 303)


@routes.post("/rooms/<slug>/remove")
def remove(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        changes.remove_room(writer, seen, viewer())
    return redirect("/rooms", 303)


def _head(seen: SeenRoom, tab: str) -> dict[str, Any]:
    """What the top of every page of a room shows."""
    members = room_queries.list_members(db(), seen.room.id, limit=60)
    return {
        "seen": seen, "room": seen.room, "tab": tab, "faces": [person for person, _ in members[:4]],
        "member_count": room_queries.member_counts(db(), [seen.room.id]).get(seen.room.id, 0),
        "keepers": [person for person, membership in members if membership.role == "keeper"],
    }  # fmt: skip
