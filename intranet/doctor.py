"""Looks at what the house stands on, in words."""

import shutil
from dataclasses import dataclass

from intranet.kernel.db import sqlite_version
from intranet.kernel.settings import Settings

SAFE_SQLITE = (3, 51, 3)
LEAST_FREE = 1 << 30
NETWORK_DISKS = ("nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_fine: bool
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Everything that start-up depends on."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [_sqlite(), _space(settings), _disk(settings), _assets()]


def _sqlite() -> Finding:
    fine = sqlite_version() >= SAFE_SQLITE
    words = "free of the WAL fault" if fine else "older than 3.51.3: commits can be lost with several processes"
    return Finding("SQLite", fine, f"{'.'.join(map(str, sqlite_version()))}, {words}")


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data).free
    return Finding("free space", free >= LEAST_FREE, f"{free / 1e9:.1f} GB")


def _disk(settings: Settings) -> Finding:
    kind, longest = "", ""
    with open("/proc/mounts", encoding="utf-8") as mounts:  # noqa: PTH123
        for line in mounts:
            _source, place, said, *_ = line.split()
            if str(settings.data).startswith(place) and len(place) >= len(longest):
                kind, longest = said, place
    fine = kind not in NETWORK_DISKS
    return Finding("disk", fine, f"{kind}" if fine else f"{kind}: a database on a network disk can be damaged")


def _assets() -> Finding:
    from intranet.web.assets import DIST

    fine = (DIST / "manifest.json").is_file()
    return Finding("front end", fine, "built" if fine else "not built: run ./install.sh --try")
