"""The API of notifications."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from intranet.features.notifications import changes, lines, queries
from intranet.features.notifications.forms import ReadForm
from intranet.plugin_api import Notification, Routes, api, db, notifications, shapes, viewer, writing

routes = Routes("notifications_api", __name__, access="person", url_prefix="/api/v1/notifications")


@routes.get("")
def index() -> Response:
    limit, before = api.limit(), api.cursor(notifications.NEWEST)
    rows = queries.list_lines(db(), viewer(), lines.kinds_of(), before=before, limit=limit + 1)
    return api.listing(rows, limit, _shown)


@routes.put("/read")
def read() -> Response:
    """All; or with `cursor` that line and all before it, with `ids` those lines, with `entry_id` those about an entry."""
    form = ReadForm.read(api.body())
    with writing() as writer:
        changes.mark_read(writer, viewer(), lines.insisting(), up_to=form.cursor, ids=form.ids, entry_id=form.entry_id)
    return api.done()


def _shown(rows: Sequence[Notification]) -> list[dict[str, Any]]:
    return [_shape(each) for each in lines.say(db(), viewer(), rows)]


def _shape(line: lines.Line) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id, "kind": row.kind, "group": line.kind.group, "text": line.words, "url": line.url,
        "room_id": row.room_id, "entry_id": row.entry_id, "count": row.count, "at": shapes.stamp(row.at),
        "read_at": shapes.stamp(row.read_at),
        "actors": [shapes.author(each) for each in line.actors if not each.erased_at],
    }  # fmt: skip
