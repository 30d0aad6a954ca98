"""The table of people, and one person's page."""

from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.admin.people import changes, letters, queries
from intranet.features.admin.people.forms import BulkForm, ListForm, NewPersonForm, PersonForm, read_ids
from intranet.features.admin.queries import list_chart_faults
from intranet.plugin_api import (
    Conflict,
    Invalid,
    Person,
    Routes,
    address,
    administration,
    ask_again,
    confirmed,
    db,
    page,
    passwords,
    profiles,
    resets,
    sessions,
    viewer,
    writing,
)

routes = Routes("admin_people", __name__, access="admin", url_prefix="/admin/people")
SHOWN = 50
TO_CONFIRM = ("disable", "make_admin", "take_admin", "new_password", "sign_out")


@routes.get("")
def index() -> Response:
    try:
        form = ListForm.read(request.args)
    except Invalid:
        form = ListForm()
    return _index(form)


@routes.post("/bulk")
def bulk() -> ResponseReturnValue:
    """One act on everyone who is ticked; what cannot be undone is asked about once more, by name."""
    try:
        form, ids = BulkForm.read(request.form), read_ids(request.form.getlist("ids"))
    except Invalid as refusal:
        return _index(ListForm(), error=next(iter(refusal.fields.values())), status=422)
    if form.do in TO_CONFIRM and not form.confirmed:
        return page("admin/people_confirm.html", do=form.do, chosen=administration.fetch_all(db(), ids))
    if asked := ask_again():
        return asked
    try:
        with writing() as writer:
            count = changes.act(writer, form.do, ids, actor=viewer(), address=address())
    except Conflict as refusal:
        return _index(ListForm(), error=str(refusal), status=409)
    return redirect(f"/admin/people?done={count}", 303)


@routes.get("/new")
def new() -> Response:
    return _new({"role": "person", "by": "mail" if letters.can_be_sent() else "password"}, {})


@routes.post("/new")
@confirmed
def create() -> ResponseReturnValue:
    try:
        form = NewPersonForm.read(request.form)
        password = administration.new_password() if form.by == "password" or not letters.can_be_sent() else ""
        hashed = passwords.hash_password(password) if password else None
        with writing() as writer:
            person = changes.add(writer, **form.model_dump(exclude={"by"}), actor=viewer(), hashed=hashed)
            code = "" if password else changes.invite(writer, person, actor=viewer(), address=address())
    except Invalid as refusal:
        return _new(request.form, refusal.fields, 422)
    except Conflict as refusal:
        return _new(request.form, {"username": str(refusal)}, 409)
    if password:
        return _show(person, password=password, status=201)
    letters.send_invitation(person, code, viewer())
    return redirect(f"/admin/people/{person.id}?invited=1", 303)


@routes.get("/<id:person_id>")
def show(person_id: int) -> Response:
    return _show(administration.fetch(db(), person_id))


@routes.post("/<id:person_id>")
@confirmed
def update(person_id: int) -> ResponseReturnValue:
    person = administration.fetch(db(), person_id)
    try:
        form = PersonForm.read(_with_locked(person))
        fields = form.model_dump(exclude={"role"})
        with writing() as writer:
            changes.save(writer, person_id, fields, form.role, actor=viewer(), address=address())
    except Invalid as refusal:
        return _show(person, form=request.form, errors=refusal.fields, status=422)
    except Conflict as refusal:
        return _show(person, form=request.form, errors={"role": str(refusal)}, status=409)
    return redirect(f"/admin/people/{person_id}?saved=1", 303)


@routes.post("/<id:person_id>/<any(disable, enable, sign_out, new_password):do>")
def act(person_id: int, do: str) -> ResponseReturnValue:
    person = administration.fetch(db(), person_id)
    try:
        with writing() as writer:
            changes.act(writer, do, [person_id], actor=viewer(), address=address())
    except Conflict as refusal:
        return _show(person, errors={"form": str(refusal)}, status=409)
    return redirect(f"/admin/people/{person_id}?saved=1", 303)


@routes.post("/<id:person_id>/factors/reset")
@confirmed
def reset_factors(person_id: int) -> ResponseReturnValue:
    administration.fetch(db(), person_id)
    with writing() as writer:
        changes.reset_factors(writer, person_id, actor=viewer(), address=address())
    return redirect(f"/admin/people/{person_id}?saved=1", 303)


@routes.post("/<id:person_id>/password")
@confirmed
def set_password(person_id: int) -> ResponseReturnValue:
    """The password is shown in this one answer and never again."""
    person = administration.fetch(db(), person_id)
    password = administration.new_password()
    hashed = passwords.hash_password(password)
    try:
        with writing() as writer:
            changes.set_password(writer, person_id, hashed, actor=viewer(), address=address())
    except Conflict as refusal:
        return _show(person, errors={"form": str(refusal)}, status=409)
    return _show(administration.fetch(db(), person_id), password=password)


@routes.post("/<id:person_id>/invite")
def invite(person_id: int) -> ResponseReturnValue:
    person = administration.fetch(db(), person_id)
    try:
        letters.check(person)
        with writing() as writer:
            code = changes.invite(writer, person, actor=viewer(), address=address())
    except Conflict as refusal:
        return _show(person, errors={"form": str(refusal)}, status=409)
    letters.send_invitation(person, code, viewer())
    return redirect(f"/admin/people/{person_id}?invited=1", 303)


def _index(form: ListForm, *, error: str = "", status: int = 200) -> Response:
    wanted = queries.Wanted(form.q, form.show, form.sort, form.after)
    rows = queries.list_rows(db(), wanted, limit=SHOWN + 1)
    chosen = {"q": form.q, "show": form.show, "sort": form.sort}
    return page(
        "admin/people.html", status=status, rows=rows[:SHOWN], counts=queries.count_rows(db(), form.q), form=form,
        error=error, faults=list_chart_faults(db()), ticked=request.form.getlist("ids"), role_of=administration.role_of,
        address=lambda **other: "/admin/people?" + urlencode({k: v for k, v in {**chosen, **other}.items() if v}),
        after=queries.place(rows[SHOWN - 1], form.sort) if len(rows) > SHOWN else "", done=_number("done"),
    )  # fmt: skip


def _number(name: str) -> int:
    """A small number of the address, for a note."""
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def _new(form: object, errors: dict[str, str], status: int = 200) -> Response:
    return page("admin/person_new.html", status=status, form=form, errors=errors, mail=letters.can_be_sent())


def _show(
    person: Person, *, form: object = None, errors: dict[str, str] | None = None, password: str = "", status: int = 200
) -> Response:
    return page(
        "admin/person.html", status=status, person=person, row=queries.find_row(db(), person), errors=errors or {},
        form=form or {"name": person.name, "email": person.email, "role": administration.role_of(person)},
        owned=profiles.owned_fields(db(), person.id), is_ruled=administration.has_ruled_role(db(), person),
        account=queries.find_account(db(), person), sessions=sessions.list_for(db(), person.id), password=password,
        is_ours=resets.is_ours(person), rooms=queries.count_rooms(db(), person), mail=letters.can_be_sent(),
        role=administration.role_of(person),
    )  # fmt: skip


def _with_locked(person: Person) -> dict[str, str]:
    """Fields that the directory owns are not in the form; they keep their values."""
    owned = profiles.owned_fields(db(), person.id) & {"name", "email"}
    kept = {key: getattr(person, key) for key in owned}
    if administration.has_ruled_role(db(), person):
        kept["role"] = administration.role_of(person)
    return {**request.form.to_dict(), **kept}
