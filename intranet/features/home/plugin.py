"""What the home page offers."""

from intranet.features.home import routes
from intranet.plugin_api import N_, MenuItem, Person, Routes, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("Home"), "/", "house", order=10, on_phone=True)]
