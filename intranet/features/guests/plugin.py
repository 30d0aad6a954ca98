"""What guests offer."""

from sqlalchemy.orm import Session

from intranet.features.guests import changes, doors, routes, rules
from intranet.plugin_api import N_, Job, Link, Person, Routes, SeenRoom, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, doors.routes]


@hookimpl
def room_actions(viewer: Person, seen: SeenRoom) -> list[Link]:
    if not rules.may_invite_to(viewer, seen, keepers_may=routes.keepers_may()):
        return []
    return [Link(N_("Invite a guest"), f"/rooms/{seen.room.slug}/guests", "user-plus", order=30)]


@hookimpl
def jobs() -> list[Job]:
    return [Job("guests.end_stays", routes.end_stays, minutes=10)]


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)
