"""The pages of the directories: what is typed is tested and looked at before it is saved."""

from dataclasses import replace

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.admin.directory import changes, drafts, forms, queries
from intranet.features.admin.directory.drafts import DirectorySettings, Draft
from intranet.features.admin.directory.queries import Preview
from intranet.features.admin.directory.views import show, show_card
from intranet.plugin_api import (
    Conflict,
    Invalid,
    NotFound,
    Routes,
    address,
    confirmed,
    db,
    directory_check,
    directory_previews,
    page,
    site,
    viewer,
    writing,
)

routes = Routes("admin_directory", __name__, access="admin", url_prefix="/admin/directory")


@routes.get("")
def index() -> ResponseReturnValue:
    """One directory is the page itself; several are a list."""
    known = queries.list_known(db())
    if not known:
        return show(None, drafts.empty())
    if len(known) == 1:
        return show(known[0], drafts.of_settings(known[0].settings))
    return page("admin/directories.html", known=known)


@routes.get("/new")
def new() -> Response:
    taken = {each.name for each in queries.list_known(db())}
    names = ["directory", *(f"directory-{number}" for number in range(2, 99))]
    return show(None, drafts.empty(next(name for name in names if name not in taken)))


@routes.post("/new")
@confirmed
def create() -> ResponseReturnValue:
    draft = drafts.read(request.form)
    try:
        settings = _checked(None, draft)
        with writing() as writer:
            changes.add(writer, settings, actor=viewer())
    except Invalid as refusal:
        return show(None, draft, errors=refusal.fields, status=422)
    except Conflict as refusal:
        return show(None, draft, errors={"name": str(refusal)}, status=409)
    site().directories.forget()
    return redirect(f"/admin/directory/d/{settings.name}?saved=1", 303)


@routes.get("/d/<directory>")
def edit(directory: str) -> Response:
    known = queries.fetch(db(), directory)
    return show(known, drafts.of_settings(known.settings))


@routes.post("/d/<directory>")
@confirmed
def update(directory: str) -> ResponseReturnValue:
    known = _known(directory)
    draft = _typed(known)
    if known is None or known.is_fixed:
        raise NotFound
    try:
        settings = _checked(known, draft)
    except Invalid as refusal:
        return show(known, draft, errors=refusal.fields, status=422)
    with writing() as writer:
        changes.save(writer, settings, actor=viewer())
    site().directories.forget()
    return redirect(f"/admin/directory/d/{directory}?saved=1", 303)


@routes.post("/new/draft")
@routes.post("/d/<directory>/draft")
def draft(directory: str = "") -> Response:
    """Another line, a line less, or the usual values of a kind of directory; nothing is saved."""
    known, what = _known(directory), request.args.get("do", "")
    typed = _typed(known)
    changed = drafts.usual(typed) if what == "preset" else drafts.with_row(typed, what)
    return show(known, changed, is_draft=True)


@routes.post("/new/test")
@routes.post("/d/<directory>/test")
def test(directory: str = "") -> Response:
    """Runs with what is typed. What stands in intranet.toml is tested as it stands there."""
    known = _known(directory)
    draft = _typed(known)
    try:
        settings = _tried(known, draft)
    except Invalid as refusal:
        return show(known, draft, errors=refusal.fields, is_draft=True, status=422)
    username, password = request.form.get("try_username", "").strip()[:254], request.form.get("try_password", "")
    checked = directory_check.check(settings, username=username, password=password)
    return show(known, draft, checked=checked, is_draft=not (known and known.is_fixed))


@routes.post("/new/preview")
@routes.post("/d/<directory>/preview")
def preview(directory: str = "") -> Response:
    """Who would change by what is typed: the worker looks, because thousands of people take a while."""
    known = _known(directory)
    draft = _typed(known)
    try:
        settings = _tried(known, draft)
    except Invalid as refusal:
        return show(known, draft, errors=refusal.fields, is_draft=True, status=422)
    with writing() as writer:
        preview_id = changes.begin_preview(writer, settings)
    site().jobs.start("core.directory_preview", preview_id, directory_previews.seal(site().vault, settings))
    return show(known, draft, preview=_preview(preview_id, directory), is_draft=not (known and known.is_fixed))


@routes.get("/new/previews/<id:preview_id>")
@routes.get("/d/<directory>/previews/<id:preview_id>")
def show_preview(preview_id: int, directory: str = "") -> Response:
    """How far it is, as the page asks while it waits."""
    return show_card(_known(directory), _preview(preview_id, directory))


@routes.post("/new/previews/<id:preview_id>")
@routes.post("/d/<directory>/previews/<id:preview_id>")
def look_again(preview_id: int, directory: str = "") -> Response:
    """The same without scripts: the whole page, with what is typed."""
    known = _known(directory)
    draft, found = _typed(known), _preview(preview_id, directory)
    return show(known, draft, preview=found, is_draft=not (known and known.is_fixed))


@routes.post("/d/<directory>/sync")
def sync(directory: str) -> ResponseReturnValue:
    """The worker does it; the page looks for its outcome."""
    known = queries.fetch(db(), directory)
    return _start(known, [])


@routes.post("/d/<directory>/runs/<id:run_id>/answer")
@confirmed
def answer(directory: str, run_id: int) -> ResponseReturnValue:
    """Yes or no to a run that stopped before it disabled many people."""
    known, accepts = queries.fetch(db(), directory), request.form.get("answer") == "yes"
    with writing() as writer:
        run = queries.find_run(writer, directory)
        accepted = changes.answer(writer, run_id, run, accepts=accepts, actor=viewer(), address=address())
    return _start(known, accepted) if accepts else redirect(f"/admin/directory/d/{directory}?left=1", 303)


@routes.get("/d/<directory>/remove")
def confirm_removal(directory: str) -> Response:
    known = queries.fetch(db(), directory)
    if known.is_fixed:
        raise NotFound
    return page("admin/directory_remove.html", known=known)


@routes.post("/d/<directory>/remove")
@confirmed
def remove(directory: str) -> ResponseReturnValue:
    if queries.fetch(db(), directory).is_fixed:
        raise NotFound
    with writing() as writer:
        changes.remove(writer, directory, actor=viewer())
    site().directories.forget()
    return redirect("/admin/directory?saved=1", 303)


def _preview(preview_id: int, directory: str) -> Preview:
    """Raises NotFound, also for one of another directory."""
    found = queries.find_preview(db(), preview_id)
    if found is None or (directory and found.directory != directory):
        raise NotFound
    return found


def _known(name: str) -> queries.Known | None:
    """Nothing for a directory that is only typed yet. Raises NotFound for one that is not there."""
    return queries.fetch(db(), name) if name else None


def _typed(known: queries.Known | None) -> Draft:
    """A directory keeps the name that it has, and one of intranet.toml all that it has."""
    if known and known.is_fixed:
        return drafts.of_settings(known.settings)
    draft = drafts.read(request.form)
    return replace(draft, name=known.name) if known else draft


def _checked(known: queries.Known | None, draft: Draft) -> DirectorySettings:
    """Raises Invalid."""
    kept = known.settings if known else None
    named = {rule.room for rule in kept.rules if rule.room} if kept else set()
    rooms = {room.slug for room in queries.list_rooms(db(), viewer())} | named
    return forms.check(draft, kept=kept, rooms=rooms, password=kept.password() if kept else "")


def _tried(known: queries.Known | None, draft: Draft) -> DirectorySettings:
    """Raises Invalid."""
    return known.settings if known and known.is_fixed else _checked(known, draft)


def _start(known: queries.Known, accepted: object) -> ResponseReturnValue:
    site().jobs.start("core.directory", known.name, accepted)
    last = known.run.id if known.run else 0
    return redirect(f"/admin/directory/d/{known.name}?after={last}#runs", 303)
