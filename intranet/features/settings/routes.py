"""Pages of my settings."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.settings import changes
from intranet.features.settings.forms import LookForm, PasswordForm, ProfileForm, TokenForm
from intranet.plugin_api import (
    Invalid,
    NotFound,
    Routes,
    db,
    identity,
    page,
    read_picture,
    sessions,
    settings_pages,
    tokens,
    viewer,
    writing,
)

routes = Routes("settings", __name__, access="person", url_prefix="/me")


@routes.get("")
def index() -> ResponseReturnValue:
    return redirect("/me/profile")


@routes.get("/profile")
def profile() -> Response:
    return _profile(viewer(), {})


@routes.post("/profile")
def save_profile() -> ResponseReturnValue:
    try:
        form = ProfileForm.read(_with_locked(request.form.to_dict()))
        avatar = read_picture("picture")
        with writing() as writer:
            changes.save_profile(writer, viewer().id, form.model_dump(), avatar)
    except Invalid as refusal:
        return _profile(request.form, refusal.fields, 422)
    return redirect("/me/profile?saved=1", 303)


@routes.get("/look")
def look() -> Response:
    return page("settings/look.html", pages=settings_pages(), errors={}, saved="saved" in request.args)


@routes.post("/look")
def save_look() -> ResponseReturnValue:
    form = LookForm.read(request.form)
    with writing() as writer:
        changes.save_look(writer, viewer().id, **form.model_dump())
    response = make_response(redirect("/me/look?saved=1", 303))
    response.delete_cookie("language")
    return response


@routes.get("/devices")
def devices() -> Response:
    return _devices()


@routes.post("/devices/<id:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    with writing() as writer:
        if not sessions.end(writer, viewer().id, session_id):
            raise NotFound
    return redirect("/me/devices", 303)


@routes.post("/devices/end-others")
def end_others() -> ResponseReturnValue:
    with writing() as writer:
        sessions.end_all(writer, viewer().id, except_id=identity().session_id)
    return redirect("/me/devices?saved=1", 303)


@routes.post("/password")
def change_password() -> ResponseReturnValue:
    if viewer().password_hash is None:
        raise NotFound
    form = PasswordForm.read(request.form)
    try:
        changes.check_password(viewer(), **form.model_dump())
    except Invalid as refusal:
        return _devices(errors=refusal.fields, status=422)
    with writing() as writer:
        changes.change_password(writer, viewer().id, form.new, session_id=identity().session_id)
    return redirect("/me/devices?saved=1", 303)


@routes.post("/tokens")
def create_token() -> ResponseReturnValue:
    """The token is shown in this one answer and never again."""
    try:
        form = TokenForm.read(request.form)
    except Invalid as refusal:
        return _devices(errors=refusal.fields, status=422)
    with writing() as writer:
        token = tokens.create(writer, viewer(), form.name)
    return _devices(token=token, status=201)


@routes.post("/tokens/<id:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    with writing() as writer:
        if not tokens.revoke(writer, viewer().id, token_id):
            raise NotFound
    return redirect("/me/devices", 303)


def _profile(form: object, errors: dict[str, str], status: int = 200) -> Response:
    locked = changes.FROM_DIRECTORY if viewer().directory_id else ()
    return page(
        "settings/profile.html", status=status, pages=settings_pages(), form=form, errors=errors, locked=locked,
        saved="saved" in request.args,
    )  # fmt: skip


def _devices(*, errors: dict[str, str] | None = None, token: str = "", status: int = 200) -> Response:
    return page(
        "settings/devices.html", status=status, pages=settings_pages(), errors=errors or {}, token=token,
        sessions=sessions.list_for(db(), viewer().id), current_id=identity().session_id,
        tokens=tokens.list_for(db(), viewer().id), has_password=viewer().password_hash is not None,
        saved="saved" in request.args,
    )  # fmt: skip


def _with_locked(typed: dict[str, str]) -> dict[str, str]:
    """Fields that the directory owns are not in the form; they keep their values."""
    owned = changes.FROM_DIRECTORY if viewer().directory_id else ()
    return {**typed, **{key: getattr(viewer(), key) for key in owned}}
