"""What chat offers."""

from sqlalchemy.orm import Session

from intranet.features.chat import api, direct_routes, listing, listing_routes, queries, routes
from intranet.plugin_api import (
    N_,
    EntryKind,
    MenuItem,
    Person,
    Routes,
    SideSection,
    db,
    hookimpl,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, direct_routes.routes, listing_routes.routes, api.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [
        MenuItem(
            N_("Chat"), "/chat", "messages-square", order=15, count=queries.count_addressed(db(), viewer), on_phone=True
        )
    ]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    return listing.side_sections() if listing.is_here() else []


@hookimpl
def entry_kinds() -> list[EntryKind]:
    return [EntryKind("message", "chat/_message.html", "chat/_menu.html", "/chat/m/{id}")]
