"""What my settings offer."""

from intranet.features.settings import routes
from intranet.plugin_api import N_, Person, Routes, SettingsPage, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [
        SettingsPage(N_("Profile"), "/me/profile", "user", order=10),
        SettingsPage(N_("Look and language"), "/me/look", "palette", order=20),
        SettingsPage(N_("Devices"), "/me/devices", "monitor-smartphone", order=30),
    ]
