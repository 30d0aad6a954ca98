"""What moderation offers."""

import json

from sqlalchemy.orm import Session

from intranet.features.moderation import api, changes, notices, queries, routes, rules
from intranet.plugin_api import (
    N_,
    EntryAction,
    Event,
    ExportedFile,
    Link,
    NotificationKind,
    Person,
    Routes,
    SeenRoom,
    hookimpl,
    shapes,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, api.routes]


@hookimpl
def entry_actions() -> list[EntryAction]:
    return [
        EntryAction(
            N_("Report this"), "/entries/{id}/report", "flag", kinds=("post", "comment", "message"), for_whom="others"
        )
    ]


@hookimpl
def room_actions(viewer: Person, seen: SeenRoom) -> list[Link]:
    if not rules.may_decide(viewer, seen):
        return []
    return [Link(N_("Reports"), f"/rooms/{seen.room.slug}/reports", "flag", order=60)]


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return notices.KINDS


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    notices.tell(db, event)


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    said = [
        {"entry_id": each.entry_id, "reason": each.reason, "words": each.words, "at": shapes.stamp(each.at)}
        for each in queries.list_own(db, person)
    ]
    return [ExportedFile("reports.json", json.dumps(said, ensure_ascii=False, indent=1).encode())] if said else []
