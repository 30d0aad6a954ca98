"""The bell, its list over the page, and the list as a page."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from intranet.features.notifications import changes, lines, queries
from intranet.features.notifications.forms import ReadForm
from intranet.plugin_api import (
    N_,
    NotFound,
    Person,
    Routes,
    TopItem,
    api,
    caps,
    db,
    is_htmx,
    is_quiet,
    notifications,
    page,
    room_changes,
    room_queries,
    viewer,
    writing,
)

routes = Routes("notifications", __name__, access="person", url_prefix="/notifications")
GROUPS = {"": N_("Everything"), "you": N_("For you"), "rooms": N_("Rooms"), "system": N_("System")}
IN_BOX = 8


def bell(person: Person) -> dict[str, Any]:
    """What the bell itself shows: a dot, and the same in words. In quiet times only what insists counts."""
    counted = queries.count(db(), person, lines.kinds_of())
    unread = counted.unread
    if unread and (counted.is_quiet or is_quiet()):
        unread = queries.count(db(), person, lines.insisting()).unread
    label = gettext("Notifications")
    if unread >= queries.CAP:
        label = gettext("Notifications, 99+ new")
    elif unread:
        label = ngettext("Notifications, %(num)d new", "Notifications, %(num)d new", unread)
    return {"unread": unread, "label": label}


def top_item(person: Person) -> TopItem:
    return TopItem("notifications/_top.html", {"bell": bell(person)}, order=50)


@routes.get("")
def index() -> Response:
    group = _group(request.args.get("show", ""))
    muted = request.args.get("muted", "")
    seen = room_queries.find(db(), viewer(), slug=muted) if muted else None
    return page(
        "notifications/index.html", **_listed(group, caps.PAGE, api.cursor(notifications.NEWEST)),
        muted=seen.room if seen and seen.role else None, quiet_until=queries.quiet_until(db(), viewer()),
    )  # fmt: skip


@routes.get("/box")
def box() -> Response:
    """The newest lines, for the list that opens over a page."""
    return page("notifications/_box.html", **_listed(_group(request.args.get("show", "")), IN_BOX), in_box=True)


@routes.get("/bell")
def renewed() -> Response:
    """The bell alone, asked for when its stream says that something changed."""
    return page("notifications/_bell.html", bell=bell(viewer()))


@routes.post("/<id:notification_id>/open")
def open_line(notification_id: int) -> ResponseReturnValue:
    """Leads on to what the line is about; it is read from now on."""
    with writing() as writer:
        row = changes.open_line(writer, viewer(), notification_id, lines.insisting())
        (line,) = lines.say(writer, viewer(), [row]) if row.kind in lines.kinds_of() else (None,)
    return redirect(line.url if line else "/notifications", 303)


@routes.post("/<id:notification_id>/read")
def set_read(notification_id: int) -> ResponseReturnValue:
    """One line, read or (with `on=0`) new again."""
    with writing() as writer:
        if request.form.get("on", "1") == "1":
            changes.open_line(writer, viewer(), notification_id, lines.insisting())
        else:
            changes.mark_unread(writer, viewer(), notification_id)
    return _answer()


@routes.post("/<id:notification_id>/mute")
def mute(notification_id: int) -> ResponseReturnValue:
    """The line's room is quiet from now on. The page that follows offers to take it back."""
    with writing() as writer:
        row = queries.fetch(writer, viewer(), notification_id)
        seen = room_queries.find(writer, viewer(), room_id=row.room_id) if row.room_id else None
        if seen is None or seen.role is None:
            raise NotFound
        room_changes.set_loudness(writer, seen.room.id, viewer().id, "muted")
    return _answer(muted=seen.room.slug)


@routes.post("/read")
def read() -> ResponseReturnValue:
    """Everything, or with `entry_id` the lines about an entry: a page that shows it sends that."""
    form = ReadForm.read({"entry_id": request.form["entry_id"]} if "entry_id" in request.form else {})
    with writing() as writer:
        changes.mark_read(writer, viewer(), lines.insisting(), entry_id=form.entry_id)
    return Response(status=204) if form.entry_id else _answer()


def _group(said: str) -> str:
    return said if said in GROUPS else ""


def _listed(group: str, limit: int, before: int = notifications.NEWEST) -> dict[str, Any]:
    found = queries.list_lines(db(), viewer(), lines.kinds_of(group), before=before, limit=limit + 1)
    return {
        "lines": lines.say(db(), viewer(), found[:limit]), "groups": GROUPS, "group": group,
        "older": found[limit - 1].id if len(found) > limit else None, "is_first": before == notifications.NEWEST,
        "bell": bell(viewer()),
    }  # fmt: skip


def _answer(**said: str) -> ResponseReturnValue:
    """The list anew where it stands, or the page."""
    group = _group(request.form.get("show", ""))
    if not is_htmx():
        query = urlencode({**({"show": group} if group else {}), **said})
        return redirect("/notifications" + (f"?{query}" if query else ""), 303)
    in_box = request.form.get("in_box") == "1"
    template = "notifications/_box.html" if in_box else "notifications/_list.html"
    muted = room_queries.find(db(), viewer(), slug=said["muted"]) if "muted" in said else None
    values = _listed(group, IN_BOX if in_box else caps.PAGE)
    return page(template, **values, in_box=in_box, muted=muted.room if muted else None)
