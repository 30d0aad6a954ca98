"""Rendering pages: the shell's values are gathered here, once for each page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from intranet.core.entries import queries, words
from intranet.core.models import Person, Room
from intranet.core.rooms import queries as room_queries
from intranet.web import caps, csrf, i18n, times
from intranet.web.offers import FeedTop, Link, MenuItem, Piece, SettingsPage, SideSection, TopItem
from intranet.web.requests import csp_nonce, db, is_htmx, told_to, viewer, viewer_or_none
from intranet.web.site import site

DEFAULT_LOOK = {
    "theme": "system",
    "density": "comfortable",
    "text_size": "100",
    "shortcuts": "on",
    "presence": "shown",
    "reading": "shown",
}


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce, csrf_token=_csrf_mark, moment=times.moment, time_words=times.in_words,
        theme_url=theme_url, token_urls=lambda: site().themes.token_urls(), company=_Company(),
        languages=i18n.names(), still=still, admin_pages=admin_pages, caps=caps,
        offered_emoji=lambda: words.offered(site().values()),
    )  # fmt: skip
    app.context_processor(_shell)


class _Company:
    """The company as templates see it, asked anew each time."""

    def __getattr__(self, name: str) -> Any:
        if name == "logo_url":
            return theme_url("img/logo.svg")
        return getattr(site().company(), name)


def still(template: str) -> Markup:
    """A piece of the shell that is the same for everyone: rendered once for each language and theme."""
    key = template, i18n.current(), site().themes.current()
    kept = site().still_pieces
    if key not in kept:
        kept[key] = Markup(current_app.jinja_env.get_template(template).render())
    return kept[key]


def theme_url(path: str) -> str:
    return f"/theme/{site().themes.current()}/{path}"


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A whole page. The viewer's CSRF token goes into every form, fragments included."""
    return html(render_template(template, **values), status)


def asked(form: str, title: str, *, status: int = 200, **values: Any) -> Response:
    """A small form: in a dialog over the page, or on a page of its own."""
    return page("_asked.html" if is_htmx() else "asked.html", status=status, form=form, title=title, **values)


def html(text: str | Markup, status: int = 200) -> Response:
    return make_response(csrf.fill(str(text)), status)


def mine(db: Session, person: Person, shown: Sequence[int], kept_rooms: Sequence[int] = ()) -> dict[str, Any]:
    """What differs by viewer on a page of shared fragments."""
    given, saved = queries.own_marks(db, person, list(shown))
    return {
        "person_id": person.id, "is_admin": person.is_admin, "rooms_kept": list(kept_rooms),
        "reactions": {str(entry_id): emoji for entry_id, emoji in given.items()}, "saved": saved,
    }  # fmt: skip


def settings_pages() -> list[SettingsPage]:
    asked = site().plugins.ask("settings_pages", viewer=viewer())
    return sorted(asked, key=lambda each: (each.order, each.label))


def admin_pages() -> list[Link]:
    """Every page of the administration, whoever offers it."""
    return sorted(site().plugins.ask("admin_pages"), key=lambda each: (each.order, each.label))


def feed_tops(room: Room | None = None) -> list[FeedTop]:
    asked = site().plugins.ask("feed_tops", db=db(), viewer=viewer(), room=room)
    return sorted(asked, key=lambda each: each.order)


def home_chips() -> list[Link]:
    return sorted(site().plugins.ask("home_chips", viewer=viewer()), key=lambda each: each.order)


def _shell() -> dict[str, Any]:
    person = viewer_or_none()
    look = {**DEFAULT_LOOK, **(person.look or {} if person else {})}
    values: dict[str, Any] = {"viewer": person, "look": look, "lang": i18n.current(), "csrf_token": _csrf_mark}
    if person:
        values |= {
            "menu": _Later(_menu),
            "side_sections": _Later(_side),
            "top_items": _Later(_top),
            "side_foot": _Later(_foot),
            "live_since": told_to(),
            "present": lambda: site().hub.present(db(), person.id),
        }
    return values


def _csrf_mark() -> str:
    return csrf.PLACEHOLDER


class _Later:
    """A list that is asked for only by templates that show it, and then once."""

    def __init__(self, ask: Callable[[], Sequence[Any]]) -> None:
        self._ask = ask

    @cached_property
    def _asked(self) -> Sequence[Any]:
        return self._ask()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._asked)


def _menu() -> list[dict[str, Any]]:
    items: list[MenuItem] = list(site().plugins.ask("menu_items", viewer=viewer()))
    return [
        {
            "label": gettext(i.label),
            "url": i.url,
            "icon": i.icon,
            "count": i.count,
            "on_phone": i.on_phone,
            "current": _is_in(i.url),
        }
        for i in sorted(items, key=lambda each: (each.order, each.label))
    ]


def _side() -> list[SideSection]:
    """The groups of this place; where no place has its own, those that stand everywhere."""
    asked: list[SideSection] = list(site().plugins.ask("side_sections", db=db(), viewer=viewer()))
    here = [each for each in asked if each.place and _is_in(each.place)]
    return _joined(sorted(here or [each for each in asked if not each.place], key=lambda each: each.order))


def _joined(sections: Sequence[SideSection]) -> list[SideSection]:
    """Groups with one title stand as one, so that a feature can add a line to another's group."""
    joined: dict[str, SideSection] = {}
    for each in sections:
        first = joined.get(each.title)
        joined[each.title] = replace(first, items=[*first.items, *each.items]) if first else each
    return list(joined.values())


def _top() -> list[TopItem]:
    asked = site().plugins.ask("top_items", db=db(), viewer=viewer())
    return sorted(asked, key=lambda each: each.order)


def _foot() -> list[Piece]:
    asked = site().plugins.ask("side_foot", db=db(), viewer=viewer())
    return sorted(asked, key=lambda each: each.order)


def _is_in(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def my_rooms() -> Sequence[Any]:
    """The viewer's rooms, read once for each request."""
    if "my_rooms" not in g:
        g.my_rooms = room_queries.list_mine(db(), viewer())
    return g.my_rooms  # type: ignore[no-any-return]
