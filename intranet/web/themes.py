"""A theme is a folder: tokens, templates and static files that replace ours by path."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound


@dataclass(frozen=True)
class Theme:
    """What `theme.toml` says."""

    name: str
    title: str
    description: str
    extends: str
    folder: Path


class UnknownTheme(ValueError):
    """There is no such theme."""


class Themes:
    """The themes of this box; `current` says which one is in use."""

    def __init__(self, root: Path, current: Callable[[], str]) -> None:
        self.all = {theme.name: theme for theme in map(_read, sorted(root.glob("*/theme.toml")))}
        self._current = current

    def current(self) -> str:
        name = self._current()
        return name if name in self.all else "default"

    def chain(self, name: str) -> list[Theme]:
        """The theme and those that it builds on. Raises UnknownTheme."""
        found: list[Theme] = []
        while name:
            if name not in self.all or self.all[name] in found:
                raise UnknownTheme(name)
            found.append(self.all[name])
            name = self.all[name].extends
        return found

    def find_file(self, name: str, path: str) -> tuple[Path, str] | None:
        """Folder and path of a theme's file; the nearest theme in the chain wins."""
        for theme in self.chain(name):
            folder = theme.folder if path == "tokens.css" else theme.folder / "static"
            if (folder / path).is_file():
                return folder, path
        return None

    def token_urls(self) -> list[str]:
        """Tokens of the whole chain, the theme's own last."""
        chain = reversed(self.chain(self.current()))
        return [f"/theme/{theme.name}/tokens.css" for theme in chain if (theme.folder / "tokens.css").is_file()]


class ThemeLoader(BaseLoader):
    """Looks for a template in the current theme before ours."""

    def __init__(self, themes: Themes) -> None:
        self.themes = themes

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        name = self.themes.current()
        for theme in self.themes.chain(name):
            path = (theme.folder / "templates" / template).resolve()
            if path.is_file() and path.is_relative_to(theme.folder.resolve()):
                return path.read_text(encoding="utf-8"), str(path), lambda: self.themes.current() == name
        raise TemplateNotFound(template)


def _read(path: Path) -> Theme:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    name = path.parent.name
    extends = said.get("extends", "" if name == "default" else "default")
    return Theme(name, said.get("name", name), said.get("description", ""), extends, path.parent)
