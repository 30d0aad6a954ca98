"""What invites offer."""

import json
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.invites import api, changes, doors, prints, queries, routes, rules
from intranet.plugin_api import (
    N_,
    Event,
    ExportedFile,
    Job,
    Link,
    Person,
    Routes,
    SeenRoom,
    SideItem,
    SideSection,
    clock,
    hookimpl,
    site,
)

KEPT = timedelta(days=90)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, prints.routes, doors.routes, api.routes]


@hookimpl
def signin_choices() -> list[Link]:
    return [Link(N_("I have a room code"), "/join", "qr-code", order=10)]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    return [
        SideSection(gettext("Your rooms"), [SideItem(gettext("Join with a code"), "/join", icon="qr-code")], order=11)
    ]


@hookimpl
def room_actions(viewer: Person, seen: SeenRoom) -> list[Link]:
    if not rules.may_invite(viewer, seen):
        return []
    return [Link(N_("Invite"), f"/rooms/{seen.room.slug}/invites", "qr-code", order=10)]


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    if event.name == "join.answered" and event.subject and event.person_id:
        changes.note_answer(db, event.subject, event.person_id, let_in=bool(event.data.get("let_in")))


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    return [
        ExportedFile("invites.json", json.dumps(queries.list_own(db, person), ensure_ascii=False, indent=1).encode())
    ]


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)


@hookimpl
def jobs() -> list[Job]:
    return [Job("invites.tidy", tidy, minutes=6 * 60)]


def tidy() -> None:
    """What the worker does now and then."""
    with site().database.write() as writer:
        changes.tidy(writer, clock.now() - KEPT)
