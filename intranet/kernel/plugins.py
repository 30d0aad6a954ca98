"""Finds features and plugins and asks them questions. One that fails is counted and left out; the house stands."""

import importlib
import logging
import pkgutil
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from intranet.kernel.db import Database, DatabaseBusy

PROJECT = "intranet"
MAX_FAILURES = 5
HELD_S = 0.02  # those who write in the meantime wait as long as that
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """What `plugin.toml` says of a plugin."""

    name: str
    title: str
    version: str
    description: str
    folder: Path


@dataclass(frozen=True)
class Loaded:
    """A feature or plugin that takes part."""

    name: str
    module: ModuleType
    folder: Path
    is_plugin: bool


class Plugins:
    """The features and plugins of one app, and the one way to ask them."""

    def __init__(self, hookspecs: ModuleType) -> None:
        self.manager = pluggy.PluginManager(PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.loaded: list[Loaded] = []
        self.failures: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}

    def load_features(self, package: ModuleType) -> None:
        """Every folder of the package with a `plugin.py`. A feature that fails stops the start: it is ours."""
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            self._register(found.name, f"{package.__name__}.{found.name}.plugin", is_plugin=False)

    def load_plugins(self, root: Path, disabled: Iterable[str]) -> None:
        """Every folder of `root` with a `plugin.toml`, and every installed package with our entry point."""
        if str(root.parent) not in sys.path:
            sys.path.append(str(root.parent))
        modules = {m.name: f"{root.name}.{m.name}.plugin" for m in list_manifests(root)}
        modules |= {point.name: point.value for point in entry_points(group="intranet.plugins")}
        for name in sorted(modules.keys() - set(disabled)):
            try:
                self._register(name, modules[name], is_plugin=True)
            except Exception as error:  # a stranger's code may raise anything
                self.fail(name, error)

    def _register(self, name: str, path: str, *, is_plugin: bool) -> None:
        module = importlib.import_module(path)
        self.manager.register(module, name)
        folder = Path(str(module.__file__)).parent
        self.loaded.append(Loaded(name, module, folder, is_plugin))

    def ask(self, hook: str, **arguments: Any) -> Iterator[Any]:
        """Every answer to the question, lists flattened. A plugin that raises is counted, then switched off."""
        for _name, answer in self.answers(hook, **arguments):
            yield answer

    def answers(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """The same, each answer with the name of who gave it."""
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            name = implementation.plugin_name
            wanted = {key: arguments[key] for key in implementation.argnames}
            try:
                answer = implementation.function(**wanted)
                for each in answer if isinstance(answer, list) else [answer] if answer is not None else []:
                    yield name, each
            except Exception as error:
                if not self.is_plugin(name):
                    raise
                self.fail(name, error)

    def tell(self, database: Database, hook: str, name: str, values: Sequence[Any]) -> bool:
        """Tells everyone who answers of each of these values (as `name`), in order, in transactions (`db`) of their own. Returns
        whether anybody had something to write.

        Most have nothing to write about most of what happens: they are asked without the write lock, and anew with it once they
        want to write. A write transaction takes as many of them as fit into HELD_S; when it fails, each has one to itself, so
        that a failure takes nobody along. Who answers with `trylast` hears of all of them after the others.
        """
        answering = getattr(self.manager.hook, hook).get_hookimpls()
        has_written = False
        for implementation in sorted(answering, key=lambda each: each.trylast):
            place = 0
            while place < len(values):
                rest = values[place:]
                told = _told_readers(database, implementation, name, rest)
                has_written |= not told
                place += told or self._tell_some(database, implementation, name, rest)
        return has_written

    def _tell_some(self, database: Database, implementation: Any, name: str, values: Sequence[Any]) -> int:
        """How many of the values were told of, from the first on."""
        told = 0
        try:
            with database.write() as db:
                until = time.monotonic() + HELD_S
                for each in values:
                    told += 1
                    _call(implementation, {"db": db, name: each})
                    if time.monotonic() > until:
                        break
        except DatabaseBusy:
            raise  # nobody's fault: what happened is told again
        except Exception as error:
            if told == 1:
                self.fail(implementation.plugin_name, error)
            else:
                for each in values[:told]:
                    self._tell_some(database, implementation, name, [each])
        return told

    def is_plugin(self, name: str) -> bool:
        return any(each.is_plugin for each in self.loaded if each.name == name)

    def fail(self, name: str, error: Exception) -> None:
        log.error("plugin %s failed: %s", name, error, exc_info=error)
        self.failures[name] += 1
        self.reasons[name] = f"{type(error).__name__}: {error}"
        if self.failures[name] >= MAX_FAILURES and self.is_plugin(name) and self.manager.has_plugin(name):
            self.manager.unregister(name=name)
            log.error("plugin %s is switched off after %d failures", name, MAX_FAILURES)

    def migration_folders(self) -> dict[str, Path]:
        folders = {each.name: each.folder / "migrations" for each in self.loaded}
        return {name: folder for name, folder in folders.items() if folder.is_dir()}


def _told_readers(database: Database, implementation: Any, name: str, values: Sequence[Any]) -> int:
    """How many of the values are told of before the first about which there is something to write."""
    told = 0
    with suppress(Exception), database.read() as db:  # whatever it was, it comes again where it is counted
        db.autoflush = True
        for each in values:
            _call(implementation, {"db": db, name: each})
            if db.new or db.dirty or db.deleted:
                break
            told += 1
    return told


def _call(implementation: Any, given: Mapping[str, Any]) -> None:
    implementation.function(**{key: given[key] for key in implementation.argnames})


def list_manifests(root: Path) -> list[Manifest]:
    """The plugins in a folder, by name."""
    return [_manifest(path) for path in sorted(root.glob("*/plugin.toml"))]


def _manifest(path: Path) -> Manifest:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    name = path.parent.name
    return Manifest(
        name, said.get("title", name), str(said.get("version", "0")), said.get("description", ""), path.parent
    )
