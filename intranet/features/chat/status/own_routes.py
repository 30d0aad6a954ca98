"""One's own status by hand: a small form over the page, from the foot of the sidebar, or a page of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.chat.models import Status
from intranet.features.chat.status import changes, queries
from intranet.features.chat.status.forms import CHOICES, PRESETS, OwnStatusForm
from intranet.features.chat.status.shaping import shaped
from intranet.plugin_api import Invalid, Routes, asked, db, is_htmx, local_time, page, shapes, viewer, writing

routes = Routes("chat_own_status", __name__, access="person")


@routes.get("/me/status")
def show() -> Response:
    status = queries.find(db(), viewer().id)
    return _asking(_as_submitted(status), is_set=status is not None)


@routes.post("/me/status")
def update() -> ResponseReturnValue:
    preset = PRESETS.get(request.form.get("preset", ""))
    submitted = preset.submitted() if preset else request.form.to_dict()
    try:
        form = OwnStatusForm.read(submitted)
        until = form.ends_at()
    except Invalid as refusal:
        return _asking(submitted, refusal.fields, is_set=queries.find(db(), viewer().id) is not None)
    with writing() as writer:
        changes.say(writer, viewer(), form.words, until=until, is_quiet=bool(form.is_quiet))
    return _done()


@routes.post("/me/status/clear")
def remove() -> ResponseReturnValue:
    was = queries.find(db(), viewer().id)
    with writing() as writer:
        changes.end(writer, viewer())
    return _done(was)


def foot() -> dict[str, Any]:
    """What stands under the viewer's name."""
    status = queries.find(db(), viewer().id)
    items = [{"person_id": viewer().id, **shaped(status)}] if status else []
    return {"status": status, "told": {"people": [viewer().id], "items": items}}


def _done(was: Status | None = None) -> ResponseReturnValue:
    """`was` is what was cleared, and can be brought back as it was."""
    if not is_htmx():
        return redirect("/me/status?saved=1", 303)
    exact = {**_as_submitted(was), "until": shapes.stamp(was.until) or ""} if was else None
    return page("chat/_own_status_done.html", values=foot(), was=exact)


def _asking(submitted: Mapping[str, str], errors: dict[str, str] | None = None, *, is_set: bool) -> Response:
    return asked(
        "chat/_own_status_form.html", gettext("Your status"), status=422 if errors else 200, typed=submitted,
        errors=errors or {}, choices=CHOICES, presets=PRESETS, is_set=is_set, is_dialog=is_htmx(),
    )  # fmt: skip


def _as_submitted(status: Status | None) -> dict[str, str]:
    if status is None:
        return {}
    return {
        "words": status.words, "lasts": "until" if status.until else "", "until": _typed(status.until),
        "is_quiet": "on" if status.is_quiet else "",
    }  # fmt: skip


def _typed(moment: datetime | None) -> str:
    """As a field for a moment has it, by the company's clock."""
    return local_time(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""
