"""What posts offer."""

from sqlalchemy.orm import Session

from intranet.features.posts import api, notices, routes, search
from intranet.plugin_api import (
    Composer,
    EntryKind,
    Event,
    NotificationKind,
    Person,
    Room,
    Routes,
    SearchSource,
    hookimpl,
    my_rooms,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, api.routes]


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


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notices.KINDS


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    notices.tell(db, event)
