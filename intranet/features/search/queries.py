"""Asking every source what it finds for a viewer."""

import time
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from intranet.plugin_api import Found, Person, SearchSource, Sought, caps, clock, parse, site


@dataclass
class Results:
    """What was found, by source, in the order of the sources. `took_ms` in milliseconds."""

    found: dict[str, Found] = field(default_factory=dict)
    took_ms: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return {kind: found.count for kind, found in self.found.items()}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def suggestion(self) -> str | None:
        return next((found.suggestion for found in self.found.values() if found.suggestion), None)


def seek(
    db: Session,
    viewer: Person,
    typed: str,
    *,
    kind: str = "",
    room_id: int | None = None,
    limit: int = 5,
    offset: int = 0,
) -> Results:
    """Every source's best hits; only one source's when `kind` names it."""
    began = time.perf_counter()
    typed = typed[: caps.QUERY]
    query = parse(typed, today=clock.now().astimezone(site().zone).date())
    results = Results()
    if query.words or query.match:
        for source in _sources():
            wanted = kind in ("", source.kind)
            sought = Sought(query, typed, room_id, limit if wanted else 0, offset if wanted else 0)
            results.found[source.kind] = source.find(db, viewer, sought)
    results.took_ms = round((time.perf_counter() - began) * 1000)
    return results


def _sources() -> list[SearchSource]:
    return site().search_sources


def labels() -> dict[str, str]:
    return {source.kind: source.label for source in _sources()}
