"""The home feed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext

from intranet.features.home import changes
from intranet.features.home.forms import OrderForm
from intranet.plugin_api import (
    Routes,
    api,
    caps,
    clock,
    db,
    entry_queries,
    feed_tops,
    home_chips,
    i18n,
    is_htmx,
    local_time,
    mine,
    my_rooms,
    page,
    site,
    viewer,
    writing,
)

routes = Routes("home", __name__, access="person")
KINDS = {"": "", "rooms": "team", "company": "company"}
WEEK = timedelta(days=7)


@routes.get("/")
def index() -> Response:
    show = request.args.get("show", "")
    show = show if show in KINDS else ""
    order = _order(show)
    values = _talked_about() if order == "talked" else _newest(show)
    values |= {"show": show, "order": order, "mine": mine(db(), viewer(), values.pop("shown"), _kept())}
    if is_htmx() and request.args.get("cursor"):
        return page("home/_older.html", **values)
    return page("home/index.html", **_around(), **values, chips=_chips(show))


@routes.post("/order")
def choose_order() -> ResponseReturnValue:
    form = OrderForm.read(request.form)
    with writing() as writer:
        changes.save_order(writer, viewer().id, form.order)
    return redirect("/", 303)


def _order(show: str) -> str:
    """As the address or the person wants it; only everything has more than one order."""
    wanted = request.args.get("order") or (viewer().look or {}).get("order")
    return "talked" if wanted == "talked" and not show and not request.args.get("cursor") else "newest"


def _newest(show: str) -> dict[str, Any]:
    """Posts in time order, the pinned ones before the first page."""
    before = api.cursor(entry_queries.NEWEST)
    is_first = before == entry_queries.NEWEST
    pinned, found = _rows(before, KINDS[show])
    tops = feed_tops() if is_first else []
    above = [entry_id for top in tops for entry_id in top.entry_ids]
    rows = {row.id: row for row in (*pinned, *found[: caps.PAGE])}  # what is pinned stands at its first place only
    shown = [row for row in rows.values() if row.id not in above]
    older = found[caps.PAGE - 1].id if len(found) > caps.PAGE else None
    values = _fragments(shown)
    values["shown"] += above
    return {**values, "tops": tops, "older": older, "is_first": is_first, "caught": is_first and _is_all_new_in(shown)}


def _rows(before: int, kind: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """The pinned posts, on the first page, and those in time order."""
    if before == entry_queries.NEWEST:
        return entry_queries.list_first(db(), viewer(), limit=caps.PAGE + 1, kind=kind)
    return [], entry_queries.list_feed(db(), viewer(), before=before, limit=caps.PAGE + 1, kind=kind)


def _talked_about() -> dict[str, Any]:
    found = entry_queries.list_talked_about(db(), viewer(), since=clock.now() - WEEK, limit=caps.PAGE)
    return {**_fragments(found), "older": None, "is_first": True, "caught": False}


def _fragments(rows: Sequence[Any]) -> dict[str, Any]:
    posts = site().fragments.list(db(), [(row.id, row.version) for row in rows])
    return {"posts": posts, "shown": [row.id for row in rows]}


def _is_all_new_in(shown: Sequence[Any]) -> bool:
    """Whether nothing that is new in the viewer's rooms stands further down."""
    return all(
        room.unread <= sum(row.room_id == room.id and row.id > room.read_to for row in shown)
        for room in my_rooms()
        if room.unread
    )


def _around() -> dict[str, Any]:
    """What stands around the posts."""
    plugins, rooms = site().plugins, my_rooms()
    return {
        "greeting": _greeting(), "today": _today(),
        "unread": sum(room.unread for room in rooms), "room_ids": [room.id for room in rooms],
        "composers": sorted(plugins.ask("composers", viewer=viewer(), room=None), key=lambda each: each.order),
        "cards": sorted(plugins.ask("home_cards", db=db(), viewer=viewer()), key=lambda each: each.order),
    }  # fmt: skip


def _today() -> str:
    """The day in words. Asked once a day: the names of the days cost more than all the rest of the greeting."""
    day = local_time(clock.now()).date()
    return site().remember(("home.today", i18n.current(), day), lambda: str(format_date(day, "EEEE d MMMM")))


def _chips(show: str) -> list[tuple[str, str, bool]]:
    """The ways to see less: words, address, whether it is this one."""
    return [
        (gettext("Everything"), "/", not show),
        (gettext("My rooms"), "/?show=rooms", show == "rooms"),
        (gettext("Whole company"), "/?show=company", show == "company"),
        *((gettext(each.label), each.url, False) for each in home_chips()),
    ]


def _kept() -> list[int]:
    return [room.id for room in my_rooms() if room.role == "keeper"]


def _greeting() -> object:
    hour = clock.now().astimezone(site().zone).hour
    first = viewer().name.split()[0] if viewer().name.split() else viewer().username
    if 5 <= hour < 12:
        return gettext("Good morning, %(name)s", name=first)
    if 12 <= hour < 18:
        return gettext("Good afternoon, %(name)s", name=first)
    return gettext("Good evening, %(name)s", name=first)
