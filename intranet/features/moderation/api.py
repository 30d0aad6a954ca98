"""The API of reports."""

from typing import Any

from flask import Response, jsonify

from intranet.features.moderation import changes, queries
from intranet.features.moderation.forms import DecisionForm, ReportForm
from intranet.plugin_api import Routes, api, db, shapes, viewer, writing

routes = Routes("moderation_api", __name__, access="person", url_prefix="/api/v1")


@routes.post("/entries/<id:entry_id>/report")
def create(entry_id: int) -> Response:
    queries.fetch_entry(db(), viewer(), entry_id)
    form = ReportForm.read(api.body())
    with writing() as writer:
        entry, seen = queries.fetch_entry(writer, viewer(), entry_id)
        row = changes.report(writer, seen, viewer(), entry, **form.model_dump())
        said = {"id": row.id, "entry_id": entry.id, "reason": row.reason, "words": row.words}
    return api.created(said)


@routes.get("/rooms/<id:room_id>/reports")
def index(room_id: int) -> Response:
    seen = queries.fetch_room(db(), viewer(), room_id=room_id)
    return jsonify(items=[_shape(case) for case in queries.list_cases(db(), viewer(), seen)], next=None)


@routes.post("/entries/<id:entry_id>/decision")
def decide(entry_id: int) -> Response:
    queries.fetch_case(db(), viewer(), entry_id)
    form = DecisionForm.read(api.body())
    with writing() as writer:
        case, seen = queries.fetch_case(writer, viewer(), entry_id)
        changes.decide(writer, seen, viewer(), case, **form.model_dump())
    return api.done()


def _shape(case: queries.Case) -> dict[str, Any]:
    return {
        "entry": shapes.entry(db(), case.entry, viewer()),
        "hidden": case.is_hidden,
        "reports": [
            {"id": each.id, "reporter": shapes.author(person), "reason": each.reason, "words": each.words,
             "at": shapes.stamp(each.at)}
            for each, person in case.reports
        ],
    }  # fmt: skip
