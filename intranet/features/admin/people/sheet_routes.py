"""People as a CSV file: out, and in after a look at what would happen."""

from collections.abc import Iterator, Sequence

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.admin.people import changes, letters, lists, queries
from intranet.plugin_api import (
    Invalid,
    Person,
    Routes,
    address,
    administration,
    db,
    page,
    people,
    sheet,
    site,
    viewer,
    writing,
)

routes = Routes("admin_sheets", __name__, access="admin", url_prefix="/admin/people")
AT_ONCE = 500
HEAD = (*lists.COLUMNS, "role", "source", "disabled")
SHOWN = 200


@routes.get("/people.csv")
def download() -> Response:
    with writing() as writer:
        changes.note_export(writer, actor=viewer(), address=address())
    return sheet.download("people.csv", HEAD, _rows())


@routes.get("/import")
def new_list() -> Response:
    return _import({})


@routes.post("/import")
def look_at_list() -> ResponseReturnValue:
    """Only looks: what would happen, line by line."""
    sent = request.files.get("file")
    try:
        text, lines = lists.read(sent.stream.read(lists.MOST_BYTES + 1) if sent else b"")
    except Invalid as refusal:
        return _import(refusal.fields, 422)
    lists.check(db(), lines)
    return _looked_at(text, lines)


@routes.post("/import/run")
def import_list() -> ResponseReturnValue:
    """All lines or none; wrong ones are left out only when that was ticked."""
    text, lines = lists.read(request.form.get("text", "").encode())
    skips, invites = bool(request.form.get("skip")), bool(request.form.get("invite")) and letters.can_be_sent()
    with writing() as writer:
        lists.check(writer, lines)
        wrong = [each for each in lines if each.what == "wrong"]
        if not wrong or skips:
            added = changes.bring_in(writer, lines, actor=viewer(), address=address())
            invited = changes.invite_all(writer, added, actor=viewer(), address=address()) if invites else []
    if wrong and not skips:
        return _looked_at(text, lines, 422)
    for person, code in invited:
        letters.send_invitation(person, code, viewer())
    count = sum(each.what in ("add", "change") for each in lines)
    return redirect(f"/admin/people?done={min(count, 9999)}&sort=newest", 303)


def _import(errors: dict[str, str], status: int = 200) -> Response:
    return page("admin/people_import.html", status=status, errors=errors, columns=lists.COLUMNS, lines=None)


def _looked_at(text: str, lines: Sequence[lists.Line], status: int = 200) -> Response:
    """Wrong lines come first: they are what somebody has to do something about."""
    ordered = sorted(lines, key=lambda each: ("wrong", "add", "change", "same").index(each.what))
    counts = {what: sum(each.what == what for each in lines) for what in ("add", "change", "same", "wrong")}
    return page(
        "admin/people_import.html", status=status, errors={}, columns=lists.COLUMNS, lines=ordered[:SHOWN],
        counts=counts, hidden=max(0, len(lines) - SHOWN), text=text, mail=letters.can_be_sent(),
    )  # fmt: skip


def _rows() -> Iterator[Sequence[object]]:
    """Each page in a short reading session of its own, so that a slow download holds nothing."""
    database, after = site().database, 0
    while True:
        with database.read() as reader:
            found = queries.list_after(reader, after, limit=AT_ONCE)
            managers = people.by_ids(reader, {each.manager_id for each in found if each.manager_id})
        yield from (_cells(each, managers.get(each.manager_id or 0)) for each in found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _cells(person: Person, manager: Person | None) -> Sequence[object]:
    return (
        person.username, person.name, person.email, person.title, person.department, person.phone,
        manager.username if manager else "", administration.role_of(person),
        "directory" if person.directory_id else "local", "yes" if person.disabled_at else "no",
    )  # fmt: skip
