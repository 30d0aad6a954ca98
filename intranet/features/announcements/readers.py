"""The page of those who look after an announcement: who has read it, who has not, a reminder, and its end."""

from datetime import date
from itertools import groupby

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.announcements import changes, queries, rules
from intranet.features.announcements.forms import EndForm
from intranet.features.announcements.queries import Announced, Asked
from intranet.features.announcements.routes import day_of, show_to_reader
from intranet.plugin_api import (
    Conflict,
    Invalid,
    Routes,
    clock,
    db,
    local_time,
    mine,
    page,
    sheet,
    site,
    viewer,
    writing,
)

routes = Routes("announcement_readers", __name__, access="person", url_prefix="/announcements/<id:entry_id>")


@routes.get("")
def show(entry_id: int) -> Response:
    """Who looks after it sees who has read it; who is asked reads it here. Raises Forbidden for other readers."""
    found = queries.fetch(db(), viewer(), entry_id)
    if queries.is_for(viewer(), found) and not rules.may_look_after(viewer(), found.entry, found.seen):
        return show_to_reader(found)
    return _show(queries.fetch_kept(db(), viewer(), entry_id))


@routes.post("/end")
def set_end(entry_id: int) -> ResponseReturnValue:
    """Another last day; with `now`, none any more. The page that follows offers to take that back."""
    with writing() as writer:
        found = queries.fetch_kept(writer, viewer(), entry_id)
        was = _day(found)
        if "now" in request.form:
            changes.set_end(writer, found, min(found.about.ends_at, clock.now()))
            return redirect(f"/announcements/{entry_id}?was={was}", 303)
    try:
        ends_at = EndForm.read(request.form).ends_at()
    except Invalid as refusal:
        return _show(queries.fetch_kept(db(), viewer(), entry_id), errors=refusal.fields, status=422)
    with writing() as writer:
        changes.set_end(writer, queries.fetch_kept(writer, viewer(), entry_id), ends_at)
    return redirect(f"/announcements/{entry_id}?saved=1", 303)


@routes.post("/remind")
def remind(entry_id: int) -> ResponseReturnValue:
    """Says who was reminded."""
    try:
        with writing() as writer:
            found = queries.fetch_kept(writer, viewer(), entry_id)
            reminded = changes.remind(writer, found, viewer())
    except Conflict as refusal:
        return _show(queries.fetch_kept(db(), viewer(), entry_id), refused=gettext(str(refusal)), status=409)
    return _show(queries.fetch_kept(db(), viewer(), entry_id), reminded=reminded)


@routes.get("/readers.csv")
def readers(entry_id: int) -> Response:
    asked = queries.asked_of(db(), queries.fetch_kept(db(), viewer(), entry_id))
    head = ["name", "username", "department", "read_at"]
    rows = [[each.person.name, each.person.username, each.person.department, _stamp(each)] for each in asked]
    return sheet.download(f"announcement-{entry_id}.csv", head, rows)


def _show(
    found: Announced, *, errors: dict[str, str] | None = None, refused: str = "", reminded: list[Asked] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    asked = queries.asked_of(db(), found)
    read, left = ([each for each in asked if bool(each.read_at) == is_read] for is_read in (True, False))
    kept = [found.seen.room.id] if found.seen.is_keeper else []
    return page(
        "announcements/readers.html", status=status, id=found.entry.id, room=found.seen.room, found=found,
        post=site().fragments.one(db(), found.entry), ends=day_of(found.about.ends_at), until=_day(found),
        read=_by_department(read), left=_by_department(left), read_count=len(read), left_count=len(left),
        errors=errors or {}, refused=refused, reminded=reminded, was=_was(),
        mine=mine(db(), viewer(), [found.entry.id], kept),
    )  # fmt: skip


def _by_department(asked: list[Asked]) -> list[tuple[str, list[Asked]]]:
    return [(name, list(each)) for name, each in groupby(asked, lambda one: one.person.department)]


def _day(found: Announced) -> str:
    return local_time(found.about.ends_at).date().isoformat()


def _was() -> str:
    """The day that an end can be taken back to."""
    try:
        return date.fromisoformat(request.args.get("was", "")).isoformat()
    except ValueError:
        return ""


def _stamp(asked: Asked) -> str:
    return f"{local_time(asked.read_at):%Y-%m-%d %H:%M}" if asked.read_at else ""
