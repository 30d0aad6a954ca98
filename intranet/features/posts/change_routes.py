"""Changing what was said: edits with their history, the bin with its way back."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext

from intranet.features.posts import changes, queries
from intranet.features.posts.answers import address_of, shown
from intranet.features.posts.forms import EditForm, RemovalForm
from intranet.plugin_api import (
    BIN_KEPT,
    N_,
    Entry,
    Invalid,
    Routes,
    SeenRoom,
    api,
    asked,
    caps,
    db,
    entry_changes,
    entry_queries,
    entry_rules,
    is_htmx,
    local_time,
    page,
    people,
    room_queries,
    viewer,
    writing,
)

routes = Routes("posts_changes", __name__, access="person")
ALT = "alt-"
WHY = N_("Say why. The author reads it.")


@routes.get("/entries/<id:entry_id>/edit")
def edit(entry_id: int) -> ResponseReturnValue:
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    if not entry_rules.may_edit(viewer(), entry, seen):
        return redirect(address_of(entry))
    return _editing(entry, seen, entry.body)


@routes.post("/entries/<id:entry_id>/edit")
def update(entry_id: int) -> ResponseReturnValue:
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    try:
        form = EditForm.read({"body": request.form.get("body", ""), "alts": _alts()})
        with writing() as writer:
            entry, seen = queries.fetch(writer, viewer(), entry_id)
            changes.edit(writer, seen, viewer(), entry, body=form.body, alts=form.alts)
    except Invalid as refusal:
        return _editing(entry, seen, request.form.get("body", ""), refusal.fields)
    return shown(entry, address_of(entry), status=200)


def _alts() -> dict[str, str]:
    return {name.removeprefix(ALT): words for name, words in request.form.items() if name.startswith(ALT)}


def _editing(entry: Entry, seen: SeenRoom, body: str, errors: dict[str, str] | None = None) -> Response:
    typed = _alts()
    pictures = [each for each in entry_queries.attachments(db(), [entry]).get(entry.id, []) if each.is_picture]
    return page(
        "posts/_edit.html" if is_htmx() else "posts/edit.html", status=422 if errors else 200, entry=entry,
        room=seen.room, body=body, errors=errors or {}, address=address_of(entry),
        pictures=[(each, typed.get(str(each.id), each.alt)) for each in pictures],
    )  # fmt: skip


@routes.get("/entries/<id:entry_id>/history")
def history(entry_id: int) -> Response:
    """What an entry said before, for whoever may read what it says now."""
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    versions, older = queries.list_versions(db(), entry, before=api.cursor(entry_queries.NEWEST))
    author = people.by_ids(db(), {entry.author_id})[entry.author_id]
    return page(
        "posts/history.html", entry=entry, place=_name_of(seen), author=author, versions=versions, older=older,
        address=address_of(entry),
    )  # fmt: skip


@routes.get("/entries/<id:entry_id>/remove")
def ask_why(entry_id: int) -> ResponseReturnValue:
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    if not entry_rules.may_remove(viewer(), entry, seen):
        return redirect(address_of(entry))
    return _asking_why(entry)


@routes.post("/entries/<id:entry_id>/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    """One's own goes at once. A keeper who takes away somebody else's says why."""
    entry, _seen = queries.fetch(db(), viewer(), entry_id)
    try:
        form = RemovalForm.read(request.form)
        with writing() as writer:
            entry, seen = queries.fetch(writer, viewer(), entry_id)
            if not form.reason and entry.author_id != viewer().id and seen.is_keeper:
                raise Invalid({"reason": WHY})
            changes.remove(writer, seen, viewer(), entry, form.reason)
    except Invalid as refusal:
        return _asking_why(entry, refusal.fields)
    template = "posts/_removed.html" if is_htmx() else "posts/removed.html"
    return page(template, entry=entry, room=seen.room, place=_name_of(seen))


def _name_of(seen: SeenRoom) -> str:
    """What the viewer calls the room: one of a few people has no name of its own."""
    return room_queries.names(db(), viewer(), {seen.room.id})[seen.room.id]


def _asking_why(entry: Entry, errors: dict[str, str] | None = None) -> Response:
    author = people.by_ids(db(), {entry.author_id})[entry.author_id]
    return asked(
        "posts/_remove_form.html", gettext("Move to the bin"), status=422 if errors else 200, entry=entry,
        author=author, errors=errors or {}, reason=request.form.get("reason", ""), days=BIN_KEPT.days,
        address=address_of(entry),
    )  # fmt: skip


@routes.post("/entries/<id:entry_id>/restore")
def restore(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, _seen = queries.fetch_removed(writer, viewer(), entry_id)
        entry_changes.restore(writer, entry, viewer())
    return shown(entry, address_of(entry), status=200)


@routes.get("/bin")
def index() -> Response:
    """One's own, and for keepers what was taken away in their rooms."""
    found = entry_queries.list_removed(db(), viewer(), before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    entries = found[: caps.PAGE]
    known = people.by_ids(db(), {each.author_id for each in entries} | {each.removed_by or 0 for each in entries})
    rooms = room_queries.names(db(), viewer(), {each.room_id for each in entries})
    values: dict[str, Any] = {"older": found[caps.PAGE - 1].id if len(found) > caps.PAGE else None}
    return page(
        "posts/bin.html", entries=[(each, known[each.author_id], known.get(each.removed_by or 0)) for each in entries],
        rooms=rooms, goes_on={each.id: _last_day(each) for each in entries},
        days=BIN_KEPT.days, **values,
    )  # fmt: skip


def _last_day(entry: Entry) -> str:
    """When it goes for good."""
    return format_date(local_time(entry.removed_at + BIN_KEPT), "d MMMM") if entry.removed_at else ""
