"""What OpenID Connect offers, where it is set up."""

from urllib.parse import quote

from flask import request
from flask_babel import gettext
from markupsafe import escape

from intranet.features.oidc import dance, own, routes
from intranet.plugin_api import N_, Link, Person, Routes, SettingsPage, hookimpl, site


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, own.routes]


@hookimpl
def signin_choices() -> list[Link]:
    section = site().settings.oidc
    if section is None:
        return []
    label = str(escape(section.label)).replace("%", "%%")  # pages look labels up as sentences
    wanted = dance.local_path(request.values.get("next", "/"))
    address = "/oidc" if wanted == "/" else f"/oidc?next={quote(wanted, safe='/')}"
    return [Link(gettext("Sign in with %(label)s", label=label), address, "log-in", order=10)]


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    return [SettingsPage(N_("Connected account"), "/me/oidc", "link", order=45)] if site().settings.oidc else []
