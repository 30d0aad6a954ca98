"""One's own profile, skills and data."""

from collections.abc import Mapping
from datetime import date
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import available_timezones

from flask import Response, redirect, request, send_file
from flask.typing import ResponseReturnValue

from intranet.features.people import changes, phrases
from intranet.features.people.forms import ProfileForm, SkillForm, current, locked_values
from intranet.plugin_api import (
    Conflict,
    Invalid,
    Routes,
    TooManyTries,
    address,
    ask_again,
    caps,
    clock,
    db,
    is_htmx,
    leaving,
    local_time,
    page,
    profiles,
    read_picture,
    settings_pages,
    site,
    viewer,
    writing,
)

routes = Routes("profile", __name__, access="person", url_prefix="/me")
EXPORTS = "1 per 1 hour"
CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@routes.get("/profile")
def edit() -> Response:
    return _form(current(viewer(), profiles.read(db(), viewer().id)), {})


@routes.post("/profile")
def update() -> ResponseReturnValue:
    owned, profile = profiles.owned_fields(db(), viewer().id), profiles.read(db(), viewer().id)
    typed: dict[str, Any] = {**request.form.to_dict(), "days": request.form.getlist("days")}
    typed |= locked_values(viewer(), profile, owned)
    try:
        fields = ProfileForm.read(typed).fields(_today())
        if fields["email"] != viewer().email and (asked := ask_again()):
            return asked  # the link for a forgotten password goes to this address
        fields |= _picture()
        with writing() as writer:
            changes.save_profile(writer, viewer().id, fields)
    except Invalid as refusal:
        return _form(typed, refusal.fields, 422)
    return redirect("/me/profile?saved=1", 303)


@routes.post("/skills")
def add_skill() -> ResponseReturnValue:
    typed, errors = request.form.get("name", ""), dict[str, str]()
    try:
        form = SkillForm.read(request.form)
        with writing() as writer:
            changes.add_skill(writer, viewer().id, form.name)
    except Invalid as refusal:
        errors = {"skill": refusal.fields["name"]}
    except Conflict as refusal:
        errors = {"skill": str(refusal)}
    return _skills(typed if errors else "", errors)


@routes.post("/skills/<id:skill_id>/remove")
def remove_skill(skill_id: int) -> ResponseReturnValue:
    with writing() as writer:
        changes.remove_skill(writer, viewer().id, skill_id)
    return _skills("", {})


@routes.get("/data")
def data() -> Response:
    return page("people/data.html", pages=settings_pages())


@routes.get("/export")
def export() -> Response:
    """The archive: built in a file that is gone when it is sent. Raises TooManyTries within the hour."""
    throttle, key = site().throttle, ("export", str(viewer().id))
    if not throttle.may_try(EXPORTS, *key):
        raise TooManyTries(throttle.seconds_left(EXPORTS, *key))
    throttle.count(EXPORTS, *key)
    with writing() as writer:
        changes.note_export(writer, viewer(), address())
    target = TemporaryFile()  # noqa: SIM115  closed with the answer
    try:
        leaving.export(site(), db(), viewer(), target)
    except Exception:
        throttle.forget(EXPORTS, *key)
        raise
    target.seek(0)
    name = f"{viewer().username}-{_today():%Y-%m-%d}.zip"
    return send_file(target, mimetype="application/zip", as_attachment=True, download_name=name)


def _picture() -> dict[str, str | None]:
    """A new photo, or none any more. Raises Invalid."""
    if sha256 := read_picture("picture"):
        return {"avatar": sha256}
    return {"avatar": None} if request.form.get("remove_picture") else {}


def _form(form: Mapping[str, Any], errors: Mapping[str, str], status: int = 200) -> Response:
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return page(
        "people/profile.html", status=status, pages=settings_pages(), form=form, errors=errors, zones=zones,
        locked=profiles.owned_fields(db(), viewer().id), weekdays=phrases.weekdays(), months=phrases.months(),
        days={str(day) for day in form.get("days") or ()}, house_zone=site().settings.time_zone, **_skill_values("", {}),
    )  # fmt: skip


def _skills(typed: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    """Only the list for who has scripts, so that what stands in the form beside it stays."""
    if is_htmx():
        return page("people/_own_skills.html", status=422 if errors else 200, **_skill_values(typed, errors))
    if errors:
        return _form(current(viewer(), profiles.read(db(), viewer().id)), {}, 422)
    return redirect("/me/profile?saved=1#own-skills", 303)


def _skill_values(typed: str, errors: Mapping[str, str]) -> dict[str, Any]:
    return {
        "skills": profiles.list_skills(db(), viewer().id, viewer()), "typed_skill": typed, "skill_errors": errors,
        "suggested": profiles.suggest_skills(db(), viewer()), "skill_cap": caps.SKILLS,
    }  # fmt: skip


def _today() -> date:
    return local_time(clock.now()).date()
