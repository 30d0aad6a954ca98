"""The page about security."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.admin.security import changes, queries
from intranet.features.admin.security.forms import NameForm, RulesForm
from intranet.plugin_api import (
    Invalid,
    Routes,
    address,
    administration,
    confirmed,
    db,
    page,
    read_value,
    site,
    viewer,
    writing,
)

routes = Routes("admin_security", __name__, access="admin", url_prefix="/admin/security")
SHOWN = 100


@routes.get("")
def index() -> Response:
    return _index({})


@routes.post("")
@confirmed
def update() -> ResponseReturnValue:
    try:
        form = RulesForm.read(request.form)
    except Invalid as refusal:
        return _index(refusal.fields, 422)
    with writing() as writer:
        changes.save_rules(writer, **form.model_dump(), actor=viewer(), address=address())
    return redirect("/admin/security?saved=1", 303)


@routes.post("/held")
def let_in() -> ResponseReturnValue:
    """The name is in the form and not in the address, because anything can be typed as a name."""
    form = NameForm.read(request.form)
    with writing() as writer:
        changes.let_in(writer, form.name, actor=viewer(), address=address())
    return redirect("/admin/security?saved=1#held", 303)


def _index(errors: dict[str, str], status: int = 200) -> Response:
    lacking, everyone = queries.count_without_factor(db())
    sessions, signed_in = queries.count_sessions(db())
    return page(
        "admin/security.html", status=status, errors=errors, lacking=lacking, everyone=everyone, sessions=sessions,
        signed_in=signed_in, without=queries.list_without_factor(db(), limit=SHOWN), held=administration.list_held(db()),
        second_factor=read_value(db(), "security.second_factor", "off"), oidc=site().settings.oidc,
        keepers_add_people=read_value(db(), "people.keepers_add_people", True),
    )  # fmt: skip
