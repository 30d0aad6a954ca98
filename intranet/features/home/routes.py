"""The home feed."""

from typing import Any

from flask import Response, request
from flask_babel import gettext

from intranet.plugin_api import (
    Routes,
    api,
    caps,
    clock,
    db,
    entry_queries,
    feed_tops,
    home_chips,
    is_htmx,
    mine,
    my_rooms,
    page,
    site,
    viewer,
)

routes = Routes("home", __name__, access="person")
KINDS = {"": "", "rooms": "team", "company": "company"}


@routes.get("/")
def index() -> Response:
    show = request.args.get("show", "")
    before = api.cursor(entry_queries.NEWEST)
    found = entry_queries.list_feed(db(), viewer(), before=before, limit=caps.PAGE + 1, kind=KINDS.get(show, ""))
    is_first = before == entry_queries.NEWEST
    pinned = entry_queries.list_pinned(db(), viewer()) if is_first else []
    tops = feed_tops() if is_first else []
    above = [entry_id for top in tops for entry_id in top.entry_ids]
    shown = [row for row in (*pinned, *(row for row in found[: caps.PAGE] if row not in pinned)) if row.id not in above]
    values: dict[str, Any] = {
        "posts": site().fragments.list(db(), [(row.id, row.version) for row in shown]),
        "older": found[caps.PAGE - 1].id if len(found) > caps.PAGE else None,
        "show": show if show in KINDS else "",
        "mine": mine(db(), viewer(), [*above, *(row.id for row in shown)], _kept()),
    }
    if is_htmx() and request.args.get("cursor"):
        return page("home/_older.html", **values)
    plugins = site().plugins
    return page(
        "home/index.html", greeting=_greeting(), unread=sum(room.unread for room in my_rooms()),
        composers=sorted(plugins.ask("composers", viewer=viewer(), room=None), key=lambda each: each.order),
        cards=sorted(plugins.ask("home_cards", db=db(), viewer=viewer()), key=lambda each: each.order),
        room_ids=[room.id for room in my_rooms()], is_first=is_first,
        tops=tops, chips=home_chips(), **values,
    )  # fmt: skip


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
