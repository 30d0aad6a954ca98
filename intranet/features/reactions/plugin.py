"""What the company's own set offers."""

from intranet.features.reactions import routes
from intranet.plugin_api import N_, Link, Routes, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def admin_pages() -> list[Link]:
    return [Link(N_("Reactions"), "/admin/reactions", "smile-plus", order=60)]
