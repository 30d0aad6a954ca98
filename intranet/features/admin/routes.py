"""The way into the administration, and how the house is doing."""

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from intranet.features.admin import health
from intranet.plugin_api import Link, Routes, db, page, site

routes = Routes("admin", __name__, access="admin", url_prefix="/admin")


def pages() -> list[Link]:
    """Every page of the administration, ours and the plugins'."""
    return sorted(site().plugins.ask("admin_pages"), key=lambda each: (each.order, each.label))


@routes.get("")
def index() -> ResponseReturnValue:
    return redirect("/admin/overview")


@routes.get("/overview")
def overview() -> Response:
    lines = health.examine(db())
    return page("admin/overview.html", lines=lines, worries=[each for each in lines if each.tone in ("warn", "danger")])


@routes.app_template_global()
def admin_pages() -> list[Link]:
    """For the strip that takes the sidebar's place on a phone."""
    return pages()
