"""What my settings offer."""

from intranet.features.settings import devices, factors, routes
from intranet.plugin_api import N_, Person, Routes, SettingsPage, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, devices.routes, factors.routes]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [
        SettingsPage(N_("Look and language"), "/me/look", "palette", order=20),
        SettingsPage(N_("Devices and sign-in"), "/me/devices", "monitor-smartphone", order=30),
    ]
