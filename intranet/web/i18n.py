"""Languages: the person's, else the browser's, else the company's."""

from pathlib import Path
from typing import Any, cast

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_domain, get_locale
from flask_login import current_user
from markupsafe import Markup

from intranet.web.site import site

LANGUAGES = ("en", "it", "de")
SENTENCES = 10_000  # kept for each language
FOLDER = Path(__file__).parent.parent / "translations"


def install(app: Flask, folders: list[Path]) -> None:
    directories = ";".join(str(folder) for folder in [FOLDER, *folders])
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=directories, BABEL_DEFAULT_LOCALE="en")
    Babel(app, locale_selector=choose, timezone_selector=lambda: site().settings.time_zone)
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)


class Catalogue(dict[str, Markup]):
    """The sentences of one language as pages show them, each looked up once."""

    def __init__(self, translations: Any) -> None:
        super().__init__()
        self.translations = translations

    def __missing__(self, sentence: str) -> Markup:
        words = Markup(self.translations.ugettext(sentence)) % {}
        if len(self) < SENTENCES:
            self[sentence] = words
        return words


def _gettext(sentence: str, **values: object) -> Markup:
    """The sentence for a page; values are escaped. Called for each label, so it goes past Jinja's longer way."""
    if not values:
        return _catalogue()[sentence]
    return Markup(_catalogue().translations.ugettext(sentence)) % values


def _ngettext(one: str, many: str, count: int, **values: object) -> Markup:
    return Markup(_catalogue().translations.ungettext(one, many, count)) % {"num": count, **values}


def _catalogue() -> Catalogue:
    try:
        return cast(Catalogue, g.catalogue)
    except AttributeError:
        kept = site().catalogues
        if current() not in kept:
            kept[current()] = Catalogue(get_domain().get_translations())
        g.catalogue = kept[current()]
        return cast(Catalogue, g.catalogue)


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
    """The language in use, decided once for each request or forced piece of work."""
    if "language" not in g:
        g.language = str(get_locale() or "en")
    return cast(str, g.language)


def names() -> list[tuple[str, str]]:
    """Each language in its own words."""
    return [(code, str(Locale(code).display_name).capitalize()) for code in LANGUAGES]
