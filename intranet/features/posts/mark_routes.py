"""Marks on posts: those of keepers for everyone, and one's own."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from intranet.features.posts import changes, queries
from intranet.features.posts.answers import address_of, shown
from intranet.features.posts.forms import ShownForm
from intranet.plugin_api import (
    Entry,
    NotFound,
    Person,
    Routes,
    api,
    asked,
    caps,
    db,
    entry_changes,
    entry_queries,
    is_htmx,
    mine,
    my_rooms,
    page,
    people,
    room_queries,
    shapes,
    site,
    viewer,
    writing,
)


class Way(NamedTuple):
    """Where a comment stands: its address, who wrote the post above it, and the name of the room."""

    url: str
    author: Person
    room: str


routes = Routes("posts_marks", __name__, access="person")


def shows_seen() -> bool:
    """Whether the company wants it to be seen who has read what, and the viewer shows it of themselves."""
    return wants_seen() and not people.hides_reading(viewer())


def wants_seen() -> bool:
    return bool(site().values().get("posts.seen_by", False))


@routes.app_template_global()
def posts_show_seen() -> bool:
    return shows_seen()


@routes.post("/entries/<id:entry_id>/pin")
def pin(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.pin(writer, seen, entry, pinned=request.form.get("on", "1") == "1")
    return shown(entry, address_of(entry), status=200)


@routes.post("/entries/<id:entry_id>/lock")
def lock(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.lock(writer, seen, viewer(), entry, locked=request.form.get("on", "1") == "1")
    return shown(entry, address_of(entry), status=200)


@routes.post("/entries/<id:entry_id>/saved")
def save(entry_id: int) -> ResponseReturnValue:
    """Without `on`, what is saved is no more, and the other way round."""
    with writing() as writer:
        entry, _seen = queries.fetch(writer, viewer(), entry_id)
        on = request.form["on"] == "1" if "on" in request.form else not _is_saved(entry)
        entry_changes.save_for_later(writer, entry, viewer(), on=on)
    return Response(status=204) if is_htmx() else redirect(address_of(entry), 303)


def _is_saved(entry: Entry) -> bool:
    return entry.id in entry_queries.own_marks(db(), viewer(), [entry.id])[1]


@routes.get("/saved")
def saved() -> Response:
    """What the viewer keeps for later; a saved comment is shown alone, with the way to its post."""
    found = entry_queries.list_saved(db(), viewer(), before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    rows = found[: caps.PAGE]
    kept = [room.id for room in my_rooms() if room.role == "keeper"]
    values: dict[str, Any] = {
        "items": _with_ways(rows, site().fragments.get(db(), [(row.id, row.version) for row in rows])),
        "older": rows[-1].id if len(found) > caps.PAGE else None,
        "mine": mine(db(), viewer(), [row.id for row in rows], kept),
    }
    if is_htmx() and request.args.get("cursor"):
        return page("posts/_older.html", **values)
    return page("posts/saved.html", **values)


def _with_ways(rows: Sequence[Any], ready: Mapping[int, Markup]) -> list[tuple[Markup, Way | None]]:
    """The fragments in their order; with those of comments, where they stand."""
    above = entry_queries.by_ids(db(), list({row.thread_id for row in rows if row.thread_id}))
    authors = people.by_ids(db(), {each.author_id for each in above.values()})
    rooms = room_queries.names(db(), viewer(), {each.room_id for each in above.values()})
    ways = {
        row.id: Way(f"/p/{post.id}?at={row.id}#comment-{row.id}", authors[post.author_id], rooms.get(post.room_id, ""))
        for row in rows
        if (post := above.get(row.thread_id or 0))
    }
    return [(ready[row.id], ways.get(row.id)) for row in rows if row.id in ready]


@routes.post("/entries/<id:entry_id>/unread")
def mark_unread(entry_id: int) -> ResponseReturnValue:
    """This post and whatever came after it is new again."""
    with writing() as writer:
        entry, _seen = queries.fetch(writer, viewer(), entry_id)
        changes.mark_unread(writer, viewer(), entry)
    return Response(status=204) if is_htmx() else redirect("/chat" if entry.kind == "message" else "/", 303)


@routes.get("/read")
def unread() -> Response:
    return _counted()


@routes.post("/read")
def mark_seen() -> Response:
    """What was on the screen for a while. Asked often, so that it writes only where something is newly read."""
    form = ShownForm.read(api.body())
    read_to = {room.id: room.read_to for room in my_rooms()}
    newest = queries.newest_shown(db(), viewer(), form.entries)
    fresh = {room_id: entry_id for room_id, entry_id in newest.items() if entry_id > read_to.get(room_id, entry_id)}
    if fresh:
        with writing() as writer:
            changes.mark_seen(writer, viewer(), fresh)
    return _counted()


def _counted() -> Response:
    """How much is new in each of the viewer's rooms, for the sidebar."""
    words = gettext("new posts")
    rooms = room_queries.list_mine(db(), viewer())
    return jsonify(items=[{"url": f"/rooms/{each.slug}", "unread": each.unread, "words": words} for each in rooms])


@routes.get("/entries/<id:entry_id>/seen")
def seen_by(entry_id: int) -> Response:
    """How many have seen a post or message; who, is for its author and the keepers, and for all between a few people."""
    entry, seen, names = _fetch_seen(entry_id)
    return asked("posts/_seen.html", gettext("Who has seen this"), seen=seen, address=address_of(entry), names=names)


@routes.get("/api/v1/entries/<id:entry_id>/readers")
def seen_by_for_program(entry_id: int) -> Response:
    _entry, seen, names = _fetch_seen(entry_id)
    readers = [shapes.author(each) for each in seen.people] if names else None
    return jsonify(count=len(seen.people), of=seen.of, people=readers)


def _fetch_seen(entry_id: int) -> tuple[Entry, queries.Seen, bool]:
    """The entry, who has seen it, and whether the viewer may know them by name. Raises NotFound where it is not told."""
    entry, room = queries.fetch(db(), viewer(), entry_id)
    if not shows_seen() or entry.thread_id:
        raise NotFound
    names = room.is_keeper or room.room.kind == "direct" or entry.author_id == viewer().id
    return entry, queries.list_seen(db(), entry), names


@routes.get("/tags/suggest")
def suggest_tags() -> Response:
    """Tags that begin with what is typed, most used first."""
    typed = request.args.get("q", "").lstrip("#")[: caps.TAG]
    found = entry_queries.suggest_tags(db(), viewer(), typed)
    return jsonify(items=[{"tag": tag} for tag in found])
