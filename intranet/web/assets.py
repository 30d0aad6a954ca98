"""Our built CSS, JavaScript and icons, by their hashed names."""

import functools
import json
from pathlib import Path

from flask import Flask
from markupsafe import Markup, escape
from whitenoise import WhiteNoise

DIST = Path(__file__).parent / "static" / "dist"
YEAR_S = 31_536_000


class AssetsMissing(RuntimeError):
    """The front end was not built."""


def install(app: Flask) -> None:
    if not (DIST / "manifest.json").is_file():
        raise AssetsMissing("The front end is not built. Run `npm ci && npm run build` in frontend/.")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(DIST), prefix="static/", max_age=YEAR_S, immutable_file_test=lambda *_: True
    )
    app.jinja_env.globals.update(asset=asset, icon=icon, icon_sprite=icon_sprite)


@functools.cache
def _manifest() -> dict[str, str]:
    found: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return found


def asset(name: str) -> str:
    """The address of a built file. Raises KeyError for one that was not built."""
    return "/static/" + _manifest()[name]


def built(path: str) -> Path:
    """A built file that the house itself reads: a font for what is printed, the drawing of the icons."""
    return DIST / path


@functools.cache
def icon_sprite() -> Markup:
    """Every icon of the product as one hidden drawing, once in each page."""
    return Markup((DIST / "sprite.svg").read_text(encoding="utf-8"))


@functools.cache
def icon(name: str, cls: str = "") -> Markup:
    classes = f"i {cls}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(escape(classes), escape(name))
