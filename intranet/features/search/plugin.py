"""What search offers."""

from intranet.features.search import api, routes
from intranet.plugin_api import Routes, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, api.routes]
