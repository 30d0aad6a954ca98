"""The Settings tab, for keepers: words, look, who comes in, archive and bin."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.rooms import changes, hues, icons, matching, phrases, queries
from intranet.features.rooms.forms import ConvertForm, LookForm, RoomChangeForm
from intranet.features.rooms.head import head
from intranet.features.rooms.phrases import Wanted
from intranet.plugin_api import (
    BIN_KEPT,
    Invalid,
    Room,
    Routes,
    SeenRoom,
    db,
    is_htmx,
    page,
    read_picture,
    room_queries,
    viewer,
    writing,
)

routes = Routes("room_settings", __name__, access="person")
WORDS = ("name", "description", "posting")


@routes.get("/rooms/<slug>/settings")
def edit(slug: str) -> Response:
    return settings_page(queries.fetch_kept(db(), viewer(), slug=slug))


@routes.post("/rooms/<slug>/settings")
def update(slug: str) -> ResponseReturnValue:
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    typed = {name: value for name, value in request.form.items() if name in WORDS}
    try:
        form = RoomChangeForm.read({**typed, "approves_posts": "approves_posts" in request.form})
    except Invalid as refusal:
        return settings_page(seen, form=request.form, errors=refusal.fields, status=422)
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        changes.change_room(writer, seen, viewer(), **form.model_dump())
    return _saved(seen)


@routes.post("/rooms/<slug>/settings/look")
def update_look(slug: str) -> ResponseReturnValue:
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    try:
        form = LookForm.read({name: value for name, value in request.form.items() if name != "hue" or value})
        cover = read_picture("cover")
    except Invalid as refusal:
        return settings_page(seen, errors=refusal.fields, status=422)
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        changes.change_room(writer, seen, viewer(), icon=form.icon, hue=form.hue)
        if cover or form.removes_cover:
            changes.set_cover(writer, seen, viewer(), cover)
    return _saved(seen)


@routes.get("/rooms/<slug>/settings/access")
def preview_access(slug: str) -> Response:
    """What another kind or access would mean, before anything is saved."""
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    wanted = _wanted(seen.room, request.args.to_dict())
    if is_htmx():
        return page("rooms/_effects.html", room=seen.room, **_effects(seen.room, wanted))
    return settings_page(seen, wanted=wanted)


@routes.post("/rooms/<slug>/settings/access")
def convert(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        form = ConvertForm.read(request.form.to_dict())
        changes.change_room(writer, seen, viewer(), **form.model_dump())
    return _saved(seen)


@routes.post("/rooms/<slug>/archive")
def archive(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        changes.change_room(writer, seen, viewer(), archived=request.form.get("on", "1") == "1")
    return _saved(seen)


@routes.post("/rooms/<slug>/remove")
def remove(slug: str) -> ResponseReturnValue:
    """The list that follows offers to take it back."""
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        changes.remove_room(writer, seen, viewer())
    return redirect(f"/rooms?removed={slug}", 303)


@routes.post("/rooms/<slug>/restore")
def restore(slug: str) -> ResponseReturnValue:
    with writing() as writer:
        room = changes.restore_room(writer, viewer(), slug=slug)
    return redirect(f"/rooms/{room.slug}", 303)


@routes.get("/rooms/bin")
def removed() -> Response:
    rooms = room_queries.list_removed(db(), viewer())
    return page("rooms/bin.html", rooms=rooms, kept=BIN_KEPT, days=BIN_KEPT.days, day=phrases.day)


def settings_page(
    seen: SeenRoom, *, form: Any = None, errors: Mapping[str, str] | None = None, wanted: Wanted | None = None,
    rule: dict[str, Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    room = seen.room
    values = matching.list_values(db()) if room.kind != "company" else {}
    return page(
        "rooms/settings.html", status=status, form=form or room, errors=errors or {}, icons=icons.ICONS,
        hues=hues.HUES, rules=matching.list_rules(db(), room.id), values=values, rule=rule or {},
        **_effects(room, wanted or _wanted(room, {})), **head(seen, "settings"),
    )  # fmt: skip


def _wanted(room: Room, asked: dict[str, str]) -> Wanted:
    form = ConvertForm.read(asked)
    return Wanted(form.kind or room.kind, form.access or room.access)


def _effects(room: Room, wanted: Wanted) -> dict[str, Any]:
    is_same = (wanted.kind, wanted.access) == (room.kind, room.access)
    return {"wanted": wanted, "effects": [] if is_same else phrases.effects(room, wanted, queries.reach(db(), room))}


def _saved(seen: SeenRoom) -> ResponseReturnValue:
    return redirect(f"/rooms/{seen.room.slug}/settings?saved=1", 303)
