"""What the administration offers."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.admin import routes
from intranet.features.admin.audit import routes as audit_routes
from intranet.features.admin.directory import routes as directory_routes
from intranet.features.admin.people import routes as people_routes
from intranet.features.admin.people import sheet_routes
from intranet.features.admin.security import routes as security_routes
from intranet.plugin_api import (
    N_,
    Link,
    MenuItem,
    Person,
    Routes,
    SettingsPage,
    SideItem,
    SideSection,
    hookimpl,
)
from intranet.plugin_api import admin_pages as all_pages


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [
        routes.routes, people_routes.routes, sheet_routes.routes, directory_routes.routes, security_routes.routes,
        audit_routes.routes,
    ]  # fmt: skip


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [MenuItem(N_("Administration"), "/admin", "settings-2", order=900)] if viewer.is_admin else []


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    """The way in on a phone, where the menu is short."""
    return [SettingsPage(N_("Administration"), "/admin", "settings-2", order=900)] if viewer.is_admin else []


@hookimpl
def admin_pages() -> list[Link]:
    return [
        Link(N_("Overview"), "/admin/overview", "activity", order=10),
        Link(N_("People"), "/admin/people", "users", order=20),
        Link(N_("Directory (LDAP)"), "/admin/directory", "book-key", order=30),
        Link(N_("Security"), "/admin/security", "shield-check", order=80),
        Link(N_("Audit log"), "/admin/audit", "scroll-text", order=90),
    ]


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    if not viewer.is_admin:
        return []
    items = [SideItem(gettext(each.label), each.url, icon=each.icon) for each in all_pages()]
    return [SideSection(gettext("Administration"), items, place="/admin")]
