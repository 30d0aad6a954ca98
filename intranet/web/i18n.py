"""Languages: the person's, else the browser's, else the company's."""

from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_domain, get_locale
from flask_login import current_user

from intranet.web.site import site

LANGUAGES = ("en", "it", "de")
FOLDER = Path(__file__).parent.parent / "translations"


def install(app: Flask, folders: list[Path]) -> None:
    directories = ";".join(str(folder) for folder in [FOLDER, *folders])
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=directories, BABEL_DEFAULT_LOCALE="en")
    Babel(app, locale_selector=choose, timezone_selector=lambda: site().settings.time_zone)
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


def _gettext(sentence: str) -> str:
    return str(_catalogue().ugettext(sentence))


def _ngettext(one: str, many: str, count: int) -> str:
    return str(_catalogue().ungettext(one, many, count))


def _catalogue() -> Any:
    """The sentences of the language in use, looked up once for a page instead of once for each sentence."""
    language = current()
    kept = getattr(g, "catalogue", None)
    if kept is None or kept[0] != language:
        kept = g.catalogue = (language, get_domain().get_translations())
    return kept[1]


def choose() -> str:
    """The language of this request."""
    person = getattr(current_user, "person", None) if has_request_context() else None
    if person and person.language in LANGUAGES:
        return str(person.language)
    chosen = request.cookies.get("language") if has_request_context() else None
    if chosen in LANGUAGES:
        return str(chosen)
    company = site().company().language
    offered = [company, *(each for each in LANGUAGES if each != company)]
    return (request.accept_languages.best_match(offered) if not person else None) or company


def current() -> str:
    """The language in use, also outside of a request when one is forced."""
    return str(get_locale() or "en")


def names() -> list[tuple[str, str]]:
    """Each language in its own words."""
    return [(code, str(Locale(code).display_name).capitalize()) for code in LANGUAGES]
