"""The list of rooms, and one room's posts; joining, asking, leaving."""

import secrets
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.rooms import changes, hues, icons, queries, rules
from intranet.features.rooms.forms import JoinForm, LoudnessForm, RoomForm
from intranet.features.rooms.head import head, unread
from intranet.plugin_api import (
    Invalid,
    Routes,
    SeenRoom,
    api,
    caps,
    db,
    entry_queries,
    feed_tops,
    fold,
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
LISTED = 500


@routes.get("/rooms")
def index() -> Response:
    words = request.args.get("q", "")[: caps.NAME].strip()
    found = sorted(room_queries.list_listed(db(), viewer(), words=words, limit=LISTED), key=_by_name)
    in_use = [seen for seen in found if seen.room.archived_at is None]
    return page(
        "rooms/index.html", words=words, asked=queries.list_asked(db(), viewer()),
        joined=[seen for seen in in_use if seen.role], others=[seen for seen in in_use if not seen.role],
        archived=[seen for seen in found if seen.room.archived_at], unread=unread(), found_count=len(found),
        counts=room_queries.member_counts(db(), [seen.room.id for seen in found]),
        removed=room_queries.list_removed(db(), viewer()), just_removed=request.args.get("removed", ""),
    )  # fmt: skip


def _by_name(seen: SeenRoom) -> tuple[bool, str, int]:
    return seen.room.kind != "company", fold(seen.room.name), seen.room.id


@routes.get("/rooms/new")
def new() -> Response:
    return _new({"access": "open", "kind": "team", "client_key": secrets.token_urlsafe(12)}, {})


@routes.post("/rooms")
def create() -> ResponseReturnValue:
    try:
        form = RoomForm.read(_looks(request.form.to_dict()))
    except Invalid as refusal:
        return _new(request.form, refusal.fields, 422)
    with writing() as writer:
        room = changes.add_room(writer, viewer(), **form.model_dump(), key=api.key())
    return redirect(f"/rooms/{room.slug}", 303)


def _looks(typed: dict[str, Any]) -> dict[str, Any]:
    """Who chooses no colour gets one."""
    return {name: value for name, value in typed.items() if name != "hue" or value}


def _new(form: Any, errors: dict[str, str], status: int = 200) -> Response:
    return page("rooms/new.html", status=status, form=form, errors=errors, icons=icons.ICONS, hues=hues.HUES)


@routes.get("/rooms/<slug>")
def show(slug: str) -> Response:
    """A room's posts; for a closed room that one is not in, only what it is and who keeps it."""
    seen = queries.fetch(db(), viewer(), slug=slug)
    if not seen.may_read:
        return _closed(seen, request.args, {})
    before = api.cursor(entry_queries.NEWEST)
    found = (
        entry_queries.list_room(db(), seen, before=before, limit=caps.PAGE + 1) if rules.has_posts(seen.room) else []
    )
    is_first = before == entry_queries.NEWEST
    pinned = entry_queries.list_pinned(db(), viewer(), room_id=seen.room.id) if found and is_first and seen.role else []
    tops = feed_tops(seen.room) if is_first and seen.role else []
    above = [entry_id for top in tops for entry_id in top.entry_ids]
    rows = {row.id: row for row in (*pinned, *found[: caps.PAGE])}  # what is pinned stands at its first place only
    shown = [row for row in rows.values() if row.id not in above]
    values: dict[str, Any] = {
        "posts": site().fragments.list(db(), [(row.id, row.version) for row in shown]),
        "older": found[caps.PAGE - 1].id if len(found) > caps.PAGE else None,
        "mine": mine(db(), viewer(), [*above, *(row.id for row in shown)], [seen.room.id] if seen.is_keeper else []),
    }
    if is_htmx() and request.args.get("cursor"):
        return page("rooms/_older.html", room=seen.room, **values)
    why_silent = rules.why_silent(seen)
    asked = site().plugins.ask("composers", viewer=viewer(), room=seen.room) if not why_silent else ()
    composers = sorted(asked, key=lambda each: each.order)
    return page(
        "rooms/show.html", composers=composers, why_silent=why_silent, is_first=is_first, tops=tops,
        **values, **head(seen, "posts"),
    )  # fmt: skip


def _closed(seen: SeenRoom, form: Any, errors: dict[str, str], status: int = 200) -> Response:
    asked = room_queries.find_request(db(), seen.room.id, viewer().id)
    return page("rooms/closed.html", status=status, asked=asked, form=form, errors=errors, **head(seen, "posts"))


@routes.post("/rooms/<slug>/join")
def join(slug: str) -> ResponseReturnValue:
    """In an open room one is then; of a closed one it is asked for."""
    seen = queries.fetch(db(), viewer(), slug=slug)
    try:
        form = JoinForm.read(request.form.to_dict())
    except Invalid as refusal:
        return _closed(seen, request.form, refusal.fields, 422)
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), slug=slug)
        changes.join_or_ask(writer, seen, viewer(), form.words)
    return redirect(f"/rooms/{slug}", 303)


@routes.post("/rooms/<slug>/join/withdraw")
def withdraw(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        changes.withdraw(writer, queries.fetch(writer, viewer(), slug=slug), viewer())
    return redirect(f"/rooms/{slug}", 303)


@routes.post("/rooms/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        changes.remove_member(writer, seen, viewer(), viewer())
    return redirect("/rooms", 303)


@routes.post("/rooms/<slug>/loudness")
def set_loudness(slug: str) -> ResponseReturnValue:
    queries.fetch_readable(db(), viewer(), slug=slug)
    form = LoudnessForm.read(request.form.to_dict())
    with writing() as writer:
        changes.set_loudness(writer, queries.fetch_readable(writer, viewer(), slug=slug), viewer(), form.loudness)
    return redirect(f"/rooms/{slug}", 303)


@routes.post("/rooms/<slug>/read")
def mark_read(slug: str) -> ResponseReturnValue:
    """Everything in the room counts as read."""
    with writing() as writer:
        seen = queries.fetch_readable(writer, viewer(), slug=slug)
        newest = room_queries.newest_entry_id(writer, seen.room.id)
        room_changes.mark_read(writer, seen.room.id, viewer().id, newest)
    return Response(status=204) if is_htmx() else redirect(f"/rooms/{slug}", 303)
