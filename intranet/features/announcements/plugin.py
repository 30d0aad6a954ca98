"""What announcements offer."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from intranet.features.announcements import api, changes, notices, queries, readers, routes
from intranet.plugin_api import (
    N_,
    Composer,
    Entry,
    Event,
    ExportedFile,
    FeedTop,
    Link,
    NotificationKind,
    Person,
    Room,
    Routes,
    hookimpl,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, readers.routes, api.routes]


@hookimpl
def feed_tops(db: Session, viewer: Person, room: Room | None) -> list[FeedTop]:
    found = routes.top(viewer, room)
    return [found] if found else []


@hookimpl
def home_chips(viewer: Person) -> list[Link]:
    return [Link(N_("Announcements"), "/announcements", "megaphone", order=10)]


@hookimpl
def composers(viewer: Person, room: Room | None) -> list[Composer]:
    """A way to the page, for those who may."""
    own = [each for each in routes.own_rooms() if room is None or each.id == room.id]
    return [Composer("announcements/_composer.html", {"room": room, "rooms": own}, order=20)] if own else []


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notices.KINDS


@hookimpl(trylast=True)
def event_happened(db: Session, event: Event) -> None:
    """After the others: its line stands for what they said of the same post."""
    notices.tell(db, event)


@hookimpl
def demo_said(db: Session, entry: Entry, said: Mapping[str, Any], cast: Mapping[str, Person]) -> None:
    if wanted := said.get("announcement"):
        changes.show_in_trial(db, entry, wanted["days"], [cast[each] for each in wanted["read_by"]])


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    read = queries.list_readings(db, person)
    return [ExportedFile("announcements.json", json.dumps(read, indent=1).encode())] if read else []


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)
