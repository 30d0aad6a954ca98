"""What the bell offers."""

import json

from sqlalchemy.orm import Session

from intranet.features.notifications import alerts, api, changes, queries, routes
from intranet.plugin_api import (
    N_,
    ExportedFile,
    Job,
    Person,
    Routes,
    SettingsPage,
    TopItem,
    hookimpl,
    site,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, alerts.routes, api.routes]


@hookimpl
def top_items(db: Session, viewer: Person) -> list[TopItem]:
    return [routes.top_item(viewer)]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [SettingsPage(N_("Alerts"), "/me/alerts", "bell", order=25)]


@hookimpl
def jobs() -> list[Job]:
    return [Job("notifications.tidy", tidy, minutes=360)]


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    off = [{"channel": channel, "kind": kind} for channel, kind in sorted(queries.choices(db, person))]
    said = {"switched_off": off, "quiet_until": queries.quiet_until(db, person)}
    return [ExportedFile("alerts.json", json.dumps(said, indent=1, default=str).encode())]


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)


def tidy() -> None:
    with site().database.write() as writer:
        changes.tidy(writer)
