"""Making an announcement, reading those that are for me, and saying that I have."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from intranet.features.announcements import changes, queries, rules
from intranet.features.announcements.forms import AnnouncementForm, WhomForm, default_day
from intranet.features.announcements.queries import Announced, Asked
from intranet.plugin_api import (
    N_,
    FeedTop,
    Forbidden,
    Invalid,
    NewAttachment,
    Person,
    Room,
    Routes,
    SeenRoom,
    api,
    caps,
    db,
    entry_queries,
    is_htmx,
    local_time,
    mine,
    my_rooms,
    page,
    read_attachments,
    room_queries,
    site,
    viewer,
    writing,
)

routes = Routes("announcements", __name__, access="person", url_prefix="/announcements")
ROLES = {"keeper": N_("Keepers of the room"), "admin": N_("Admins")}
SHOWN = 12


def top(person: Person, room: Room | None) -> FeedTop | None:
    """What the viewer has to read, with its posts. Without an open announcement for them nothing is asked."""
    opened = site().remember("announcements.open", lambda: queries.list_open(db()))
    roles = {each.id: each.role for each in my_rooms() if room is None or each.id == room.id} if opened else {}
    waiting = {each.entry_id: each for each in queries.waiting_for(person, opened, roles)}
    unread = queries.list_unread(db(), person, list(waiting.values()))
    if not unread:
        return None
    posts = site().fragments.get(db(), [(row[0], row[1]) for row in unread])
    items = [{"id": row[0], "post": posts[row[0]], "ends": day_of(waiting[row[0]].ends_at)} for row in unread]
    return FeedTop("announcements/_top.html", {"items": items}, [row[0] for row in unread], order=10)


def day_of(moment: Any) -> str:
    return str(format_date(local_time(moment), "EEEE d MMMM"))


def own_rooms() -> list[Any]:
    """Those of the viewer's rooms in which they may announce something."""
    return [each for each in my_rooms() if rules.may_announce_as(viewer(), each.role)]


@routes.get("")
def index() -> Response:
    """All that were for me, newest first."""
    found, following = queries.list_mine(db(), viewer(), before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE)
    ids = [each.entry.id for each in found]
    posts = site().fragments.get(db(), [(each.entry.id, each.entry.version) for each in found])
    read = queries.read_by(db(), viewer(), ids)
    items = [
        {"id": each.entry.id, "post": posts[each.entry.id], "ends": day_of(each.about.ends_at), "has_ended": each.has_ended,
         "read_at": read.get(each.entry.id)}
        for each in found
    ]  # fmt: skip
    return page(
        "announcements/index.html", items=items, older=following, may_announce=bool(own_rooms()),
        mine=mine(db(), viewer(), ids),
    )  # fmt: skip


@routes.get("/new")
def new() -> Response:
    if not own_rooms():
        raise Forbidden(changes.KEEPERS_ONLY)
    return _form({}, WhomForm(), chosen=request.args.get("room", ""))


@routes.post("")
def create() -> ResponseReturnValue:
    """The announcement; or, with `preview`, the same form with those whom it asks."""
    chosen = request.form.get("room", "")
    try:
        whom = WhomForm.read_lists(request.form)
    except Invalid as refusal:
        return _form(refusal.fields, WhomForm(), chosen=chosen, status=422)
    if "preview" in request.form:
        return _form({}, whom, chosen=chosen)
    try:
        form = AnnouncementForm.read_lists(request.form)
        ends_at, files = form.ends_at(), _files(chosen)
    except Invalid as refusal:
        return _form(refusal.fields, whom, chosen=chosen, status=422)
    with writing() as writer:
        seen = queries.fetch_room(writer, viewer(), slug=chosen)
        entry = changes.announce(
            writer, seen, viewer(), form.body, ends_at=ends_at, sets=form.sets(), key=api.key(), files=files
        )
    return redirect(f"/announcements/{entry.id}", 303)


def _files(slug: str) -> list[NewAttachment]:
    """Nothing is kept for whoever may not announce there. Raises Invalid."""
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    return read_attachments() if rules.may_announce(viewer(), seen) else []


@routes.post("/whom")
def whom() -> Response:
    """How many people a form that is being filled in asks, and who they are. Changes nothing; a form may be long."""
    form = WhomForm.read_lists(request.form)
    seen = queries.fetch_room(db(), viewer(), slug=request.form.get("room", ""))
    if not rules.may_announce(viewer(), seen):
        raise Forbidden(changes.KEEPERS_ONLY)
    return page("announcements/_whom.html", asked=_asked(seen, form.sets()), shown=SHOWN)


@routes.post("/<id:entry_id>/read")
def read(entry_id: int) -> ResponseReturnValue:
    """I have read it; with `on=0`, not yet."""
    is_read = request.form.get("on", "1") == "1"
    with writing() as writer:
        found = queries.fetch(writer, viewer(), entry_id)
        changes.mark_read(writer, viewer(), found, read=is_read)
    if not is_htmx():
        return redirect("/" if is_read else f"/announcements/{entry_id}", 303)
    if is_read:
        return page("announcements/_read.html", id=entry_id)
    return page("announcements/_item.html", item=_item(found))


def show_to_reader(found: Announced) -> Response:
    """The page of somebody who is asked to read it."""
    read_at = queries.read_by(db(), viewer(), [found.entry.id]).get(found.entry.id)
    return page(
        "announcements/show.html", item=_item(found), room=found.seen.room, read_at=read_at,
        mine=mine(db(), viewer(), [found.entry.id]),
    )  # fmt: skip


def _item(found: Announced) -> dict[str, Any]:
    return {
        "id": found.entry.id, "post": site().fragments.one(db(), found.entry), "ends": day_of(found.about.ends_at),
        "has_ended": found.has_ended,
    }  # fmt: skip


def _asked(seen: SeenRoom, sets: Mapping[str, Sequence[str]]) -> list[Asked]:
    return queries.list_asked(db(), seen.room.id, sets, author_id=viewer().id)


def _form(errors: Mapping[str, str], whom: WhomForm, *, chosen: str, status: int = 200) -> Response:
    rooms = own_rooms()
    slug = chosen if any(each.slug == chosen for each in rooms) else rooms[0].slug if rooms else ""
    seen = room_queries.find_readable(db(), viewer(), slug=slug)
    if seen is None or not rules.may_announce(viewer(), seen):
        raise Forbidden(changes.KEEPERS_ONLY)
    return page(
        "announcements/new.html", status=status, errors=errors, rooms=rooms, chosen=slug, whom=whom, roles=ROLES,
        choices=queries.list_choices(db()), body=request.form.get("body", ""), shown=SHOWN,
        until=request.form.get("until") or default_day(), asked=_asked(seen, whom.sets()),
        had_files=any(each.filename for each in request.files.getlist("files")),
        client_key=request.form.get("client_key") or secrets.token_urlsafe(12),
    )  # fmt: skip
