"""What this plugin offers."""

import json

from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Card, ExportedFile, Person, Routes, SettingsPage, SlashCommand, hookimpl, site
from plugins.welcome import changes, commands, queries, routes


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def home_cards(db: Session, viewer: Person) -> list[Card]:
    newcomers = queries.list_newcomers(viewer, site().remember("welcome.news", lambda: queries.read_news(db)))
    return [Card("welcome/_card.html", {"newcomers": newcomers}, order=80)] if newcomers else []


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [SettingsPage(N_("Who is new"), "/welcome/settings", "hand", order=80)]


@hookimpl
def slash_commands() -> list[SlashCommand]:
    return commands.COMMANDS


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    said = {"greeted": queries.list_greeted(db, person), "wants_card": queries.wants_card(db, person)}
    return [ExportedFile("welcome.json", json.dumps(said, indent=1).encode())]


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)
