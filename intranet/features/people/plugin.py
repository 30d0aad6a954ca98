"""What people offer."""

from sqlalchemy.orm import Session

from intranet.features.people import (
    api,
    block_routes,
    chart_routes,
    erase_routes,
    own_routes,
    phrases,
    routes,
    rules,
    search,
    today,
)
from intranet.plugin_api import (
    N_,
    Card,
    MenuItem,
    Person,
    Routes,
    SearchSource,
    SettingsPage,
    clock,
    hookimpl,
    local_time,
    profiles,
    site,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, chart_routes.routes, own_routes.routes, erase_routes.routes, block_routes.routes, api.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("People"), "/people", "users", order=40, on_phone=True)]


@hookimpl
def home_cards(db: Session, viewer: Person) -> list[Card]:
    day = local_time(clock.now()).date()
    told = today.choose(db, viewer, site().remember(("people.today", day), lambda: today.list_told(db, day)))
    return [Card("people/_today.html", {"told": told, "today": day, "phrases": phrases}, order=10)] if told else []


@hookimpl
def person_availability(db: Session, viewer: Person, person: Person) -> list[str]:
    if not rules.shows_contact(person):
        return []
    words = phrases.availability(profiles.read(db, person.id), profiles.read(db, viewer.id), clock.now(), site().zone)
    return [words] if words else []


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [
        SettingsPage(N_("Profile"), "/me/profile", "user", order=10),
        SettingsPage(N_("Blocked people"), "/me/blocked", "user-x", order=60),
        SettingsPage(N_("My data"), "/me/data", "archive", order=70),
    ]


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("person", search.LABEL, search.find, order=10)]
