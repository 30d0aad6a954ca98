"""Pages of reports."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.moderation import changes, queries, rules
from intranet.features.moderation.forms import REASONS, DecisionForm, ReportForm
from intranet.plugin_api import Entry, Invalid, Routes, SeenRoom, db, page, viewer, writing

routes = Routes("moderation", __name__, access="person")


@routes.get("/entries/<id:entry_id>/report")
def new(entry_id: int) -> Response:
    return _form(*queries.fetch_entry(db(), viewer(), entry_id), form={}, errors={})


@routes.post("/entries/<id:entry_id>/report")
def create(entry_id: int) -> ResponseReturnValue:
    entry, seen = queries.fetch_entry(db(), viewer(), entry_id)
    try:
        form = ReportForm.read(request.form)
    except Invalid as refusal:
        return _form(entry, seen, form=request.form, errors=refusal.fields, status=422)
    with writing() as writer:
        entry, seen = queries.fetch_entry(writer, viewer(), entry_id)
        changes.report(writer, seen, viewer(), entry, **form.model_dump())
    return page("moderation/thanks.html", entry=entry, room=seen.room, status=201)


@routes.get("/rooms/<slug>/reports")
def index(slug: str) -> Response:
    return _index(queries.fetch_room(db(), viewer(), slug=slug))


@routes.post("/entries/<id:entry_id>/decision")
def decide(entry_id: int) -> ResponseReturnValue:
    _case, seen = queries.fetch_case(db(), viewer(), entry_id)
    try:
        form = DecisionForm.read(request.form)
    except Invalid as refusal:
        return _index(seen, errors={entry_id: refusal.fields}, status=422)
    with writing() as writer:
        case, seen = queries.fetch_case(writer, viewer(), entry_id)
        changes.decide(writer, seen, viewer(), case, **form.model_dump())
    return redirect(f"/rooms/{seen.room.slug}/reports", 303)


def _form(entry: Entry, seen: SeenRoom, *, form: Any, errors: dict[str, str], status: int = 200) -> Response:
    return page(
        "moderation/report.html", status=status, entry=entry, room=seen.room, form=form, errors=errors, reasons=REASONS,
        may=rules.may_report(viewer(), entry), known=queries.find_own(db(), viewer(), entry.id),
    )  # fmt: skip


def _index(seen: SeenRoom, *, errors: dict[int, dict[str, str]] | None = None, status: int = 200) -> Response:
    cases = queries.list_cases(db(), viewer(), seen)
    own = [case for case in cases if not rules.may_decide_about(viewer(), case.entry, seen)]
    return page(
        "moderation/index.html", status=status, room=seen.room, seen=seen, errors=errors or {}, reasons=REASONS,
        cases=[case for case in cases if case not in own], own_count=len(own),
    )  # fmt: skip
