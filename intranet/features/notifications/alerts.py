"""My settings, Alerts: what comes how, how loud my rooms are, and a pause until tomorrow."""

from datetime import datetime, time, timedelta
from itertools import groupby

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.notifications import changes, queries
from intranet.features.notifications.routes import GROUPS
from intranet.plugin_api import (
    N_,
    NotFound,
    Routes,
    clock,
    db,
    my_rooms,
    page,
    room_changes,
    room_queries,
    settings_pages,
    site,
    viewer,
    writing,
)

routes = Routes("alerts", __name__, access="person", url_prefix="/me/alerts")
CHANNELS = {queries.BELL: N_("Bell")}
LOUDNESS = {"all": N_("Every post"), "normal": N_("What concerns me"), "muted": N_("Only when I am named")}
WAKES = time(7)


@routes.get("")
def index() -> Response:
    kinds = sorted(site().notification_kinds.values(), key=lambda each: list(GROUPS).index(each.group))
    return page(
        "notifications/alerts.html", pages=settings_pages(), channels=CHANNELS, off=queries.choices(db(), viewer()),
        groups=[(GROUPS[name], list(each)) for name, each in groupby(kinds, lambda kind: kind.group)],
        rooms=my_rooms(), loudness=LOUDNESS, quiet_until=queries.quiet_until(db(), viewer()),
    )  # fmt: skip


@routes.post("")
def update() -> ResponseReturnValue:
    kinds = list(site().notification_kinds)
    with writing() as writer:
        for channel in CHANNELS:
            changes.choose(writer, viewer(), channel, request.form.getlist(channel), kinds)
    return redirect("/me/alerts?saved=1", 303)


@routes.post("/rooms")
def update_rooms() -> ResponseReturnValue:
    with writing() as writer:
        for room in room_queries.list_mine(writer, viewer()):
            said = request.form.get(f"loud-{room.id}")
            if said in LOUDNESS:
                room_changes.set_loudness(writer, room.id, viewer().id, said)
    return redirect("/me/alerts?saved=1", 303)


@routes.post("/rooms/<slug>/unmute")
def unmute(slug: str) -> ResponseReturnValue:
    """Takes back that a line's room was made quiet."""
    with writing() as writer:
        seen = room_queries.find(writer, viewer(), slug=slug)
        if seen is None or seen.role is None:
            raise NotFound
        room_changes.set_loudness(writer, seen.room.id, viewer().id, "normal")
    return redirect("/notifications", 303)


@routes.post("/pause")
def pause() -> ResponseReturnValue:
    """The bell is quiet until tomorrow morning, or (with `on=0`) no more."""
    with writing() as writer:
        if request.form.get("on", "1") == "1":
            changes.pause(writer, viewer(), tomorrow())
        else:
            changes.end_pause(writer, viewer())
    return redirect("/notifications" if request.form.get("back") == "bell" else "/me/alerts", 303)


def tomorrow() -> datetime:
    zone = site().zone
    day = clock.now().astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, WAKES, zone)
