"""What rooms offer."""

import json
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.rooms import (
    api,
    audience_routes,
    bringing,
    jobs,
    notices,
    people_api,
    people_routes,
    queries,
    routes,
    rule_routes,
    search,
    settings_routes,
)
from intranet.plugin_api import (
    N_,
    EntryAction,
    Event,
    ExportedFile,
    Job,
    MenuItem,
    NotificationKind,
    Person,
    Routes,
    SearchSource,
    SideItem,
    SideSection,
    hookimpl,
    my_rooms,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    pages = [routes, people_routes, settings_routes, rule_routes, audience_routes]
    return [each.routes for each in (*pages, api, people_api)]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("Rooms"), "/rooms", "layout-grid", order=20, on_phone=True)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    items = [_side_item(room) for room in sorted(my_rooms(), key=_is_muted)]
    making = "" if viewer.is_guest else "/rooms/new"
    return [SideSection(gettext("Your rooms"), items, making, gettext("Make a room"), order=10)]


@hookimpl
def entry_actions() -> list[EntryAction]:
    return [
        EntryAction(
            N_("Who can see this?"), "/entries/{id}/audience", "eye", kinds=("post", "comment", "message"), order=80
        )
    ]  # fmt: skip


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("room", search.LABEL, search.find, order=20)]


@hookimpl(specname="jobs")
def offered_jobs() -> list[Job]:
    return [Job("rooms.rules", jobs.put_right), Job("rooms.heal", jobs.heal, minutes=60)]


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notices.KINDS


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    jobs.answer(db, event)
    notices.tell(db, event)


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    slugs = queries.list_excepted(db, person)
    said = {"not_brought_into": slugs}
    return [ExportedFile("rooms-left.json", json.dumps(said, indent=1).encode())] if slugs else []


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    bringing.forget(db, person)


def _side_item(room: Any) -> SideItem:
    return SideItem(
        room.name, f"/rooms/{room.slug}", initials=_initials(room.name), hue=room.hue, count=room.unread,
        unread=room.unread > 0, private=room.access == "secret",
    )  # fmt: skip


def _is_muted(room: Any) -> bool:
    return bool(room.loudness == "muted")


def _initials(name: str) -> str:
    words = name.replace("&", " ").split()
    return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"
