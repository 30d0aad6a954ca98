"""The page of the audit log, and its file."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Response, request

from intranet.features.admin.audit import changes, queries
from intranet.features.admin.audit.forms import WantedForm
from intranet.features.admin.audit.words import ACTIONS
from intranet.plugin_api import Invalid, Routes, address, api, db, page, shapes, sheet, site, viewer, writing

routes = Routes("admin_audit", __name__, access="admin", url_prefix="/admin/audit")
SHOWN = 50
HEAD = ("at", "actor", "action", "subject", "address", "detail")


@routes.get("")
def index() -> Response:
    try:
        wanted = _wanted()
    except Invalid as refusal:
        return _index(queries.Wanted(), refusal.fields, 422)
    return _index(wanted, {})


@routes.get("/audit.csv")
def download() -> Response:
    wanted = _wanted()
    with writing() as writer:
        changes.note_export(writer, viewer(), address())
    return sheet.download("audit.csv", HEAD, (_cells(each) for each in queries.each_line(wanted, site().zone)))


def _index(wanted: queries.Wanted, errors: dict[str, str], status: int = 200) -> Response:
    before = api.cursor() or None
    found = [] if errors else queries.list_lines(db(), wanted, site().zone, before=before, limit=SHOWN + 1)
    return page(
        "admin/audit.html", status=status, lines=found[:SHOWN], words=ACTIONS, errors=errors, typed=request.args,
        actions=queries.list_actions(db()), chosen=_chosen(), older=found[SHOWN - 1].row.id if len(found) > SHOWN else None,
        before=before,
    )  # fmt: skip


def _wanted() -> queries.Wanted:
    form = WantedForm.read(request.args)
    return queries.Wanted(form.person, form.action, form.since or None, form.until or None)


def _chosen() -> str:
    """The filters as part of an address."""
    return urlencode({key: value for key in WantedForm.model_fields if (value := request.args.get(key, ""))})


def _cells(line: queries.Line) -> Sequence[object]:
    row = line.row
    said = "; ".join(f"{key}={value}" for key, value in row.detail.items())
    actor = line.actor.username if line.actor else ""
    return shapes.stamp(row.at), actor, row.action, row.subject, row.address, said
