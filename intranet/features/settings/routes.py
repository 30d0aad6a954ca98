"""The first page of my settings, and the look."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.settings import changes
from intranet.features.settings.forms import LookForm
from intranet.plugin_api import Routes, page, settings_pages, viewer, writing

routes = Routes("settings", __name__, access="person", url_prefix="/me")


@routes.get("")
def index() -> ResponseReturnValue:
    """The first page of the settings; who tells of themselves puts theirs before ours."""
    return redirect(settings_pages()[0].url)


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
