"""What this plugin offers."""

from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Card, Person, Routes, SettingsPage, hookimpl
from plugins.welcome import queries, routes


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def home_cards(db: Session, viewer: Person) -> list[Card]:
    newcomers = queries.list_newcomers(db, viewer)
    return [Card("welcome/_card.html", {"newcomers": newcomers}, order=80)] if newcomers else []


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [SettingsPage(N_("Who is new"), "/welcome/settings", "hand", order=80)]
