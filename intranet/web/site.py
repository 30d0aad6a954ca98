"""The parts of one running house, hung on the Flask app."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from markupsafe import Markup

from intranet.core.directory.store import Directories
from intranet.core.house import Company, read_all
from intranet.core.signin.login import Login
from intranet.core.throttle import Throttle
from intranet.kernel.blobs import Blobs
from intranet.kernel.db import Database
from intranet.kernel.jobs import Jobs
from intranet.kernel.mail import Mailer
from intranet.kernel.plugins import Plugins
from intranet.kernel.settings import Settings
from intranet.kernel.vault import Vault
from intranet.web.offers import EntryAction, EntryKind, NotificationKind, SearchSource, SlashCommand

if TYPE_CHECKING:
    from intranet.web.fragments import Fragments
    from intranet.web.live import Hub
    from intranet.web.themes import Themes


T = TypeVar("T")
REMEMBERED_S = 60.0


@dataclass
class Site:
    """What a request needs and the app was given."""

    settings: Settings
    database: Database
    blobs: Blobs
    jobs: Jobs
    plugins: Plugins
    throttle: Throttle
    login: Login
    themes: "Themes"
    fragments: "Fragments"
    hub: "Hub"
    vault: Vault
    mailer: Mailer
    directories: Directories
    entry_kinds: dict[str, EntryKind] = field(default_factory=dict)
    entry_actions: list[EntryAction] = field(default_factory=list)
    notification_kinds: dict[str, NotificationKind] = field(default_factory=dict)
    search_sources: list[SearchSource] = field(default_factory=list)
    slash_commands: dict[str, tuple[str, SlashCommand]] = field(default_factory=dict)  # with the name of their plugin
    app: Flask = field(init=False)
    on_theme_change: Callable[[], None] = lambda: None
    still_pieces: dict[tuple[str, ...], Markup] = field(default_factory=dict)
    catalogues: dict[str, Any] = field(default_factory=dict)
    _values: dict[str, Any] | None = None
    _remembered: dict[Any, tuple[float, Any]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.time_zone)

    def values(self) -> dict[str, Any]:
        """The settings an admin may change, read once and again after each change."""
        if self._values is None:
            with self.database.read() as db:
                self._values = read_all(db)
        return self._values

    def forget_values(self) -> None:
        self._values = None

    def remember(self, key: Any, ask: Callable[[], T]) -> T:
        """What is the same for everyone: asked anew when a person changed or an event `renews`, at the latest after a minute."""
        kept = self._remembered.get(key)
        if kept is None or kept[0] < time.monotonic():
            kept = self._remembered[key] = time.monotonic() + REMEMBERED_S, ask()
        return cast(T, kept[1])

    def forget_people(self) -> None:
        self._remembered.clear()

    def company(self) -> Company:
        said = self.values()
        known = {
            name: said[f"company.{name}"]
            for name in ("name", "sentence", "contact", "language")
            if f"company.{name}" in said
        }
        has_directory = bool(self.settings.directory or self.settings.directories or said.get("directories"))
        return Company(**known, theme=said.get("theme", "default"), has_directory=has_directory)


def site() -> Site:
    return cast(Site, current_app.extensions["intranet"])
