"""Where everything is put together, readable as a list."""

from functools import partial
from pathlib import Path

from flask import Flask
from htmx_flask import Htmx
from jinja2 import ChoiceLoader

from intranet import features, hookspecs
from intranet.core import cleaning
from intranet.core.directory import previews, schedule
from intranet.core.directory.store import Directories
from intranet.core.house import read_all
from intranet.core.sessions import KEPT
from intranet.core.signin.login import Login
from intranet.core.throttle import Throttle
from intranet.kernel import events, migrations
from intranet.kernel.blobs import Blobs
from intranet.kernel.db import Database
from intranet.kernel.events import Event
from intranet.kernel.jobs import Jobs
from intranet.kernel.mail import Mailer
from intranet.kernel.plugins import Plugins
from intranet.kernel.settings import Settings
from intranet.kernel.vault import Vault, read_key
from intranet.web import assets, caps, csrf, doors, errors, headers, i18n, menus, pages, requests, routing, streams
from intranet.web.fragments import Fragments
from intranet.web.live import Hub
from intranet.web.offers import Job
from intranet.web.proxies import TrustedProxies
from intranet.web.site import Site
from intranet.web.themes import ThemeLoader, Themes

PACKAGE = Path(__file__).parent
CORE_MIGRATIONS = PACKAGE / "core" / "migrations"


def beside(name: str) -> Path:
    """The folder of plugins or themes: beside a checkout, else the one inside the installed package."""
    checkout = PACKAGE.parent / name
    return checkout if checkout.is_dir() else PACKAGE / "_bundled" / name


def open_house(settings: Settings, *, with_plugins: bool = True) -> Site:
    """Everything but the web: database brought up to date, features and plugins loaded."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database, on_events=lambda: events.wake(settings.run))
    plugins = Plugins(hookspecs)
    plugins.load_features(features)
    migrations.migrate(database, {"core": CORE_MIGRATIONS, **plugins.migration_folders()})
    if with_plugins:
        with database.read() as db:
            switched_off = read_all(db).get("plugins.disabled", [])
        plugins.load_plugins(beside("plugins"), switched_off)
        migrations.migrate(database, {"core": CORE_MIGRATIONS, **plugins.migration_folders()})
    return _site(settings, database, plugins)


def _site(settings: Settings, database: Database, plugins: Plugins) -> Site:
    fragments, throttle, vault = Fragments(), Throttle(database), Vault(read_key(settings.key_file))
    directories = Directories(database, settings, vault)
    directories.from_file()  # what stands there wrongly stops the start, in words
    site = Site(
        settings, database, Blobs(settings.data / "blobs"), Jobs(settings.data), plugins, throttle,
        Login(database, throttle, directories), Themes(beside("themes"), lambda: str(site.values().get("theme", "default"))),
        fragments, Hub(database, fragments, lambda event: _react(site, event), settings.run), vault, Mailer(settings.mail),
        directories,
    )  # fmt: skip
    site.entry_kinds = {kind.name: kind for kind in plugins.ask("entry_kinds")}
    site.entry_actions = sorted(plugins.ask("entry_actions"), key=lambda action: action.order)
    kinds = sorted(plugins.ask("notification_kinds"), key=lambda kind: kind.order)
    site.notification_kinds = {kind.name: kind for kind in kinds}
    site.search_sources = sorted(plugins.ask("search_sources"), key=lambda source: source.order)
    for plugin, command in plugins.answers("slash_commands"):
        site.slash_commands.setdefault(command.name, (plugin, command))
    for job in (*_jobs(site), *plugins.ask("jobs")):
        _add_job(site, job)
    return site


def _jobs(site: Site) -> list[Job]:
    """The work of the core itself."""
    return [
        Job("core.clean_up", lambda: cleaning.clean_up(site.database, site.blobs), minutes=60),
        Job("core.directories", lambda: schedule.tick(site.directories, site.blobs), minutes=1),
        Job("core.directory", lambda name, accepted: schedule.run_by_name(site.directories, name, accepted)),
        Job("core.directory_preview", partial(previews.run, site.database, site.vault)),
        Job("core.mail", site.mailer.send),
    ]


def create_app(settings: Settings, *, with_plugins: bool = True) -> Flask:
    """The web application. Raises when a route has no access rule or the front end is not built."""
    return app_for(open_house(settings, with_plugins=with_plugins))


def app_for(site: Site) -> Flask:
    app = Flask("intranet", root_path=str(PACKAGE / "web"), static_folder=None)
    app.extensions["intranet"] = site
    site.app = app
    _configure(app, site.settings)
    Htmx(app)
    app.url_map.converters["id"] = routing.IdConverter
    app.jinja_loader = ChoiceLoader([ThemeLoader(site.themes), app.jinja_loader or ThemeLoader(site.themes)])
    for part in (requests, csrf, headers, errors, assets, pages):
        part.install(app)
    translations = [plugin.folder / "translations" for plugin in site.plugins.loaded]
    i18n.install(app, [folder for folder in translations if folder.is_dir()])
    for group in (doors.routes, menus.routes, streams.routes, *site.plugins.ask("routes")):
        app.register_blueprint(group)
    routing.list_routes(app)
    site.on_theme_change = lambda: _clear_templates(app)
    return app


def listen(app: Flask) -> None:
    """Starts this process's event reader and live streams. Call after forking."""
    site: Site = app.extensions["intranet"]
    site.hub.start(app, events.Reader(site.database, site.settings.run, site.hub.handle, hear=site.hub.hear))


def _react(site: Site, event: Event) -> None:
    """What this process remembers is forgotten when it is no longer true."""
    if event.name == "setting.changed":
        site.forget_values()
        site.directories.forget()
        site.on_theme_change()
        site.still_pieces.clear()
        site.fragments.clear()
    if event.name in ("person.changed", "room.changed"):
        site.fragments.clear()
    if event.name.startswith("person.") or event.data.get("renews"):
        site.forget_people()


def _clear_templates(app: Flask) -> None:
    if app.jinja_env.cache is not None:
        app.jinja_env.cache.clear()


def _configure(app: Flask, settings: Settings) -> None:
    app.secret_key = read_key(settings.key_file)
    app.config.update(
        MAX_CONTENT_LENGTH=caps.REQUEST_SIZE, MAX_FORM_PARTS=caps.FORM_PARTS, MAX_FORM_MEMORY_SIZE=caps.FORM_MEMORY,
        SESSION_COOKIE_NAME="intranet", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies, PERMANENT_SESSION_LIFETIME=KEPT, SESSION_REFRESH_EACH_REQUEST=False,
        TRAP_BAD_REQUEST_ERRORS=False,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops, addresses = settings.trusted_proxies, settings.proxy_addresses
        app.wsgi_app = TrustedProxies(app.wsgi_app, hops=hops, addresses=addresses)  # type: ignore[method-assign]


def _add_job(site: Site, job: Job) -> None:
    def run(*arguments: object) -> None:
        with site.app.app_context():
            job.run(*arguments)

    if job.minutes:
        site.jobs.add_periodic(job.name, run, minutes=job.minutes)
    else:
        site.jobs.add(job.name, run, can_wait=job.can_wait)
