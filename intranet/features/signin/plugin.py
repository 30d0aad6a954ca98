"""What signing in offers."""

from intranet.features.signin import routes
from intranet.plugin_api import Routes, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]
