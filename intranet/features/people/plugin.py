"""What people offer."""

from intranet.features.people import api, routes, search
from intranet.plugin_api import N_, MenuItem, Person, Routes, SearchSource, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, api.routes]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("People"), "/people", "users", order=40, on_phone=True)]


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("person", search.LABEL, search.find, order=10)]
