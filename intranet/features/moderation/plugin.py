"""What moderation offers."""

import json

from sqlalchemy.orm import Session

from intranet.features.moderation import api, changes, queries, routes
from intranet.plugin_api import N_, EntryAction, ExportedFile, Person, Routes, hookimpl, shapes


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, api.routes]


@hookimpl
def entry_actions() -> list[EntryAction]:
    return [
        EntryAction(N_("Report this"), "/entries/{id}/report", "flag", kinds=("post", "comment"), for_whom="others")
    ]


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
