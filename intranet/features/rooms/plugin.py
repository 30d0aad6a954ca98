"""What rooms offer."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.rooms import api, routes, search
from intranet.plugin_api import (
    N_,
    MenuItem,
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
    return [routes.routes, api.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("Rooms"), "/rooms", "layout-grid", order=20, on_phone=True)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    items = [
        SideItem(
            room.name, f"/rooms/{room.slug}", initials=_initials(room.name), hue=room.hue,
            count=room.unread, unread=room.unread > 0, private=room.access == "secret",
        )
        for room in my_rooms()
    ]  # fmt: skip
    return [SideSection(gettext("Your rooms"), items, "/rooms/new", gettext("Make a room"), order=10)]


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("room", search.LABEL, search.find, order=20)]


def _initials(name: str) -> str:
    words = name.replace("&", " ").split()
    return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"
