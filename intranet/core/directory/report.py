"""What a sync did, or would do: counts, and a line for each person it touched."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

LINES_KEPT = 500
COUNTED = (
    "people", "added", "changed", "renamed", "left", "returned", "would leave", "admin", "guest", "plain", "joined",
    "quit", "refused", "warned",
)  # fmt: skip


@dataclass
class Report:
    """`counts` by what happened; `lines` as [what, user name, name, detail], at most LINES_KEPT of them."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[list[str]] = field(default_factory=list)

    def add(self, what: str, username: str, name: str = "", detail: str = "") -> None:
        """`what` is one of COUNTED; `detail` is data or a gettext id, never a sentence with names put in."""
        self.counts[what] += 1
        if len(self.lines) < LINES_KEPT:
            self.lines.append([what, username, name, detail])

    def as_json(self) -> dict[str, Any]:
        return {"counts": {what: self.counts[what] for what in COUNTED if self.counts[what]}, "lines": self.lines}
