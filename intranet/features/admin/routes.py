"""The way into the administration, and how the house is doing."""

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from intranet.features.admin import health
from intranet.plugin_api import Routes, db, page

routes = Routes("admin", __name__, access="admin", url_prefix="/admin")


@routes.get("")
def index() -> ResponseReturnValue:
    return redirect("/admin/overview")


@routes.get("/overview")
def overview() -> Response:
    lines = health.examine(db())
    return page("admin/overview.html", lines=lines, worries=[each for each in lines if each.tone in ("warn", "danger")])
