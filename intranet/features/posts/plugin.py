"""What posts offer."""

import json
from collections.abc import Mapping, Sequence

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.posts import (
    admin_routes,
    api,
    change_routes,
    mark_api,
    mark_routes,
    notices,
    posted,
    preview_routes,
    routes,
    search,
    share_routes,
)
from intranet.features.posts.composing import composer_values, may_compose
from intranet.features.posts.drafts import changes as draft_changes
from intranet.features.posts.drafts import queries as draft_queries
from intranet.features.posts.drafts import queue_routes
from intranet.features.posts.drafts import routes as draft_routes
from intranet.plugin_api import (
    N_,
    Composer,
    Entry,
    EntryKind,
    Event,
    ExportedFile,
    Job,
    Link,
    NotificationKind,
    Person,
    Piece,
    Room,
    Routes,
    SearchSource,
    SettingsPage,
    SideItem,
    SideSection,
    hookimpl,
    shapes,
)

OWN = (
    SettingsPage(N_("Saved"), "/saved", icon="bookmark", order=200),
    SettingsPage(N_("Drafts"), "/drafts", icon="file-pen", order=201),
    SettingsPage(N_("Bin"), "/bin", icon="trash-2", order=202),
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [
        routes.routes,
        change_routes.routes,
        mark_routes.routes,
        draft_routes.routes,
        queue_routes.routes,
        share_routes.routes,
        preview_routes.routes,
        admin_routes.routes,
        api.routes,
        mark_api.routes,
    ]


@hookimpl
def admin_pages() -> list[Link]:
    return [Link(N_("Posts"), "/admin/posts", "file-text", order=45)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    items = [SideItem(gettext(each.label), each.url, icon=each.icon) for each in OWN]
    return [SideSection(gettext("Yours"), items, order=40)]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    """Where phones, which show no sidebar, find them."""
    return list(OWN)


@hookimpl
def entry_kinds() -> list[EntryKind]:
    menu = "posts/_menu.html"
    return [
        EntryKind("post", "posts/_post.html", menu),
        EntryKind("comment", "posts/_comment.html", menu, "/p/{root}?at={id}#comment-{id}"),
    ]


@hookimpl
def composers(viewer: Person, room: Room | None) -> list[Composer]:
    """Where the viewer may not post, there is nothing to compose."""
    if not may_compose(room):
        return []
    values = composer_values(room)
    note = [Composer("posts/_waiting_note.html", values, order=5)] if values["waiting_count"] else []
    return [*note, Composer("posts/_composer.html", values, order=10)]


@hookimpl
def jobs() -> list[Job]:
    return [Job("posts.publish", draft_routes.publish_due, minutes=1)]


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    drafts = [
        {"body": each.body, "state": each.state, "changed_at": shapes.stamp(each.changed_at)}
        for each in draft_queries.list_own(db, person)
    ]
    return [ExportedFile("drafts.json", json.dumps(drafts, indent=1, ensure_ascii=False).encode())] if drafts else []


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    draft_changes.forget(db, person)


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("post", search.LABEL, search.find, order=30)]


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notices.KINDS


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    notices.tell(db, event)
    posted.tell(db, event)


@hookimpl
def entry_pieces(db: Session, entries: Sequence[Entry]) -> Mapping[int, Piece]:
    return posted.pieces(db, [each.id for each in entries if each.kind == "message" and each.is_changed])
