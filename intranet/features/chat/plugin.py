"""What chat offers."""

import json

from sqlalchemy.orm import Session

from intranet.features.chat import api, direct_routes, listing, notice_words, notices, routes, search
from intranet.features.chat.threads import changes as thread_changes
from intranet.features.chat.threads import queries as thread_queries
from intranet.features.chat.threads import routes as thread_routes
from intranet.plugin_api import (
    N_,
    EntryKind,
    Event,
    ExportedFile,
    MenuItem,
    NotificationKind,
    Person,
    Routes,
    SearchSource,
    SideSection,
    hookimpl,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, direct_routes.routes, thread_routes.routes, api.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("Chat"), "/chat", "messages-square", order=15, on_phone=True)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    return listing.side_sections() if listing.is_here() else []


@hookimpl
def entry_kinds() -> list[EntryKind]:
    return [EntryKind("message", "chat/_message.html", "/chat/m/{id}")]


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("message", search.LABEL, search.find, order=35)]


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notice_words.KINDS


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    notices.tell(db, event)


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    said = {"follows": thread_queries.list_followed(db, person)}
    return (
        [ExportedFile("chat.json", json.dumps(said, indent=1, ensure_ascii=False).encode())]
        if any(said.values())
        else []
    )


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    thread_changes.forget(db, person)
