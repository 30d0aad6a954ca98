"""What posts offer."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.posts import admin_routes, api, change_routes, mark_routes, routes, search, share_routes
from intranet.plugin_api import (
    N_,
    Composer,
    EntryKind,
    Link,
    Person,
    Room,
    Routes,
    SearchSource,
    SettingsPage,
    SideItem,
    SideSection,
    hookimpl,
    my_rooms,
)

OWN = ((N_("Saved"), "/saved", "bookmark"), (N_("Bin"), "/bin", "trash-2"))


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [
        routes.routes,
        change_routes.routes,
        mark_routes.routes,
        share_routes.routes,
        admin_routes.routes,
        api.routes,
    ]


@hookimpl
def admin_pages() -> list[Link]:
    return [Link(N_("Posts"), "/admin/posts", "file-text", order=45)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    items = [SideItem(gettext(label), url, icon=icon) for label, url, icon in OWN]
    return [SideSection(gettext("Yours"), items, order=40)]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    """Where phones, which show no sidebar, find them."""
    return [SettingsPage(label, url, icon, order=200 + place) for place, (label, url, icon) in enumerate(OWN)]


@hookimpl
def entry_kinds() -> list[EntryKind]:
    return [EntryKind("post", "posts/_post.html"), EntryKind("comment", "posts/_comment.html")]


@hookimpl
def composers(viewer: Person, room: Room | None) -> list[Composer]:
    choices = [each for each in my_rooms() if room is None or each.id == room.id]
    return [Composer("posts/_composer.html", {"room": room, "rooms": choices}, order=10)] if choices else []


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("post", search.LABEL, search.find, order=30)]
