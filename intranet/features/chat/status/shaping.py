"""Statuses as scripts and programs read them."""

from collections.abc import Collection
from typing import Any

from intranet.features.chat.models import Status
from intranet.features.chat.status import queries
from intranet.plugin_api import db, shapes, viewer


def shaped(status: Status) -> dict[str, Any]:
    return {"words": status.words, "until": shapes.stamp(status.until), "is_quiet": status.is_quiet}


def of_people(ids: Collection[int]) -> dict[str, Any]:
    """What the viewer may know of these people's statuses: of whom it tells, and what those say who say something."""
    found = queries.seen_by(db(), viewer(), ids)
    return {"people": sorted(ids), "items": [{"person_id": each, **shaped(found[each])} for each in sorted(found)]}
