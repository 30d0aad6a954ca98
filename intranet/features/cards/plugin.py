"""What access cards offer."""

from intranet.features.cards import doors, routes
from intranet.plugin_api import N_, Link, Person, Routes, SeenRoom, hookimpl, newcomers, site


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, doors.routes]


@hookimpl
def signin_choices() -> list[Link]:
    return [Link(N_("I have a code or a card"), "/card", "qr-code", order=20)]


@hookimpl
def room_actions(viewer: Person, seen: SeenRoom) -> list[Link]:
    if not newcomers.may_add_to(viewer, seen, keepers_may=newcomers.keepers_may(site().values())):
        return []
    return [Link(N_("Add someone without email"), f"/rooms/{seen.room.slug}/cards", "id-card", order=20)]
