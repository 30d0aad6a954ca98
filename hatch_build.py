"""Builds what is not committed: the front end (by esbuild) and the translations (by Babel)."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NO_NODE = (
    "The front end is not built and there is no Node.js here to build it. "
    "Install Node.js 20 or later, or use ./install.sh, which brings one for the build."
)


class BuildHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Runs before a wheel, an sdist or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_translations(root)
        build_front_end(root)
        if self.target_name == "wheel" and version != "editable":
            bundled = {str(root / name): f"intranet/_bundled/{name}" for name in ("plugins", "themes")}
            build_data["force_include"].update(bundled)


def compile_translations(root: Path) -> None:
    for folder in ("intranet", "plugins"):
        for source in (root / folder).rglob("translations/*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as po, target.open("wb") as mo:
                write_mo(mo, read_po(po))


def build_front_end(root: Path) -> None:
    frontend, manifest = root / "frontend", root / "intranet/web/static/dist/manifest.json"
    if manifest.exists() and not _is_stale(root, manifest):
        return
    if shutil.which("node") is None or shutil.which("npm") is None:
        if manifest.exists():
            return
        raise RuntimeError(NO_NODE)
    if _lacks_packages(frontend):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=frontend, check=True)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=frontend, check=True)


def _lacks_packages(frontend: Path) -> bool:
    """Whether the lock names other packages than those that are here."""
    here, wanted = (_versions(frontend / name) for name in ("node_modules/.package-lock.json", "package-lock.json"))
    return any(here.get(name) != version for name, version in wanted.items())


def _versions(lock: Path) -> dict[str, str]:
    """Each package and its version, without those that only other machines need."""
    said = json.loads(lock.read_text(encoding="utf-8"))["packages"] if lock.is_file() else {}
    return {name: each["version"] for name, each in said.items() if name and not each.get("optional")}


def _is_stale(root: Path, manifest: Path) -> bool:
    """Whether a source is newer than what was built from it; templates count, they name the icons."""
    built = manifest.stat().st_mtime
    sources = [*(root / "frontend").glob("*.*"), *(root / "frontend" / "src").rglob("*")]
    for folder in ("intranet", "plugins", "themes"):
        sources += [
            *(root / folder).rglob("*.html"),
            *(root / folder).rglob("plugin.py"),
            *(root / folder).rglob("icons.py"),
            *(root / folder).rglob("rooms.toml"),
        ]
    return any(source.stat().st_mtime > built for source in sources if source.is_file())


if __name__ == "__main__":
    here = Path(__file__).parent
    compile_translations(here)
    build_front_end(here)
