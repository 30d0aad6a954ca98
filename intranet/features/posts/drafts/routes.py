"""One's own drafts: kept while one writes, with a time, or waiting for a keeper."""

import logging
from datetime import datetime

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.posts import queries as post_queries
from intranet.features.posts.answers import address_of
from intranet.features.posts.drafts import changes, queries
from intranet.features.posts.drafts.forms import AutosaveForm, DraftForm, read_moment
from intranet.features.posts.models import Draft
from intranet.plugin_api import (
    Entry,
    Invalid,
    NotFound,
    Refused,
    Routes,
    SeenRoom,
    api,
    caps,
    clock,
    db,
    entry_rules,
    local_time,
    my_rooms,
    page,
    read_attachments,
    send_blob,
    site,
    viewer,
    writing,
)

routes = Routes("posts_drafts", __name__, access="person", url_prefix="/drafts")
log = logging.getLogger(__name__)
ALT = "alt-"


def publish_due() -> None:
    """What the worker does each minute. One that fails keeps no other from its time."""
    database = site().database
    with database.read() as reader:
        due = queries.list_due(reader, clock.now())
    for draft_id in due:
        try:
            with database.write() as writer:
                changes.publish_due(writer, draft_id)
        except Refused:
            log.exception("draft %d could not be posted", draft_id)


@routes.get("")
def index() -> Response:
    drafts = queries.list_own(db(), viewer())
    states = {state: [each for each in drafts if each.state == state] for state in ("draft", "scheduled", "waiting")}
    return page(
        "posts/drafts/index.html", states=states, rooms=queries.rooms(db(), viewer(), drafts),
        files=queries.files(db(), [each.id for each in drafts]), reasons={each.id: _reason(each) for each in drafts},
    )  # fmt: skip


def _reason(draft: Draft) -> str:
    """Why it came back: a keeper's own words, or ours."""
    return str(gettext(draft.reason)) if draft.reason == changes.NO_LONGER else draft.reason


@routes.post("")
def keep() -> Response:
    """Sent by the browser while somebody writes, and when they leave."""
    form = AutosaveForm.read(api.body())
    with writing() as writer:
        seen = post_queries.fetch_room(writer, viewer(), slug=form.room)
        if entry_rules.may_post(seen):
            changes.keep(writer, seen, viewer(), form.body, form.client_key)
    return api.done()


@routes.get("/<id:draft_id>")
def edit(draft_id: int) -> Response:
    draft = queries.fetch_own(db(), viewer(), draft_id)
    return _editing(draft, draft.body, _typed(draft.publish_at), _slug(draft))


@routes.post("/<id:draft_id>")
def update(draft_id: int) -> ResponseReturnValue:
    answer = _save(draft_id)
    return redirect("/drafts?saved=1", 303) if isinstance(answer, Draft) else answer


@routes.post("/<id:draft_id>/post")
def post(draft_id: int) -> ResponseReturnValue:
    """With what was changed in the form, if it comes from one."""
    if "body" in request.form:
        answer = _save(draft_id, now=True)
        if not isinstance(answer, Draft):
            return answer
    try:
        with writing() as writer:
            draft = queries.fetch_own(writer, viewer(), draft_id)
            seen = post_queries.fetch_room(writer, viewer(), room_id=draft.room_id)
            posted = changes.post_now(writer, seen, viewer(), draft)
    except Invalid as refusal:
        return _editing(draft, draft.body, "", _slug(draft), refusal.fields)
    return redirect(address_of(posted) if isinstance(posted, Entry) else "/drafts?kept=waiting", 303)


@routes.post("/<id:draft_id>/withdraw")
def withdraw(draft_id: int) -> ResponseReturnValue:
    with writing() as writer:
        changes.withdraw(queries.fetch_own(writer, viewer(), draft_id))
    return redirect("/drafts", 303)


@routes.post("/<id:draft_id>/remove")
def remove(draft_id: int) -> ResponseReturnValue:
    with writing() as writer:
        changes.remove(writer, queries.fetch_own(writer, viewer(), draft_id))
    return redirect("/drafts", 303)


@routes.get("/files/<id:draft_file_id>")
def show_file(draft_file_id: int) -> Response:
    """For its author, and for keepers while it waits."""
    file = queries.fetch_file(db(), viewer(), draft_file_id)
    kind = file.type if file.is_picture else "application/octet-stream"
    return send_blob(file.sha256, kind, None if file.is_picture else file.name)


def _save(draft_id: int, *, now: bool = False) -> Draft | Response:
    """The draft as the form wants it, or the form again."""
    draft = queries.fetch_own(db(), viewer(), draft_id)
    said = request.form
    slug, moment = said.get("room", _slug(draft)), "" if now else said.get("publish_at", "")
    alts = {name.removeprefix(ALT): words for name, words in said.items() if name.startswith(ALT)}
    try:
        form = DraftForm.read({"body": said.get("body", ""), "alts": alts, "removed": said.getlist("removed")})
        words = changes.Words(form.body, read_attachments(), publish_at=read_moment(moment, site().zone))
        with writing() as writer:
            draft = queries.fetch_own(writer, viewer(), draft_id)
            seen = post_queries.fetch_room(writer, viewer(), slug=slug)
            changes.update(writer, seen, viewer(), draft, words, alts=form.alts, removed=form.removed)
    except NotFound:
        return _editing(draft, said.get("body", ""), moment, slug, {"room": post_queries.NO_ROOM})
    except Invalid as refusal:
        return _editing(draft, said.get("body", ""), moment, slug, refusal.fields)
    return draft


def _editing(
    draft: Draft, body: str, publish_at: str, slug: str, errors: dict[str, str] | None = None
) -> Response:  # fmt: skip
    rooms = [each for each in my_rooms() if entry_rules.may_post_in(each)]
    return page(
        "posts/drafts/edit.html", status=422 if errors else 200, draft=draft, body=body, publish_at=publish_at,
        chosen=slug, rooms=rooms, errors=errors or {}, files=queries.files(db(), [draft.id]).get(draft.id, []),
        reason=_reason(draft), soonest=_typed(clock.now()), caps=caps,
    )  # fmt: skip


def _slug(draft: Draft) -> str:
    """The draft's room, while its author may still read it."""
    room = queries.rooms(db(), viewer(), [draft]).get(draft.room_id)
    return room.slug if room else ""


def _typed(moment: datetime | None) -> str:
    """As a field for day and time has it, in the company's zone."""
    return f"{local_time(moment):%Y-%m-%dT%H:%M}" if moment else ""


def waits_note(seen: SeenRoom, draft: Draft) -> str:
    """What became of what was just written."""
    if draft.state == "waiting":
        return str(gettext("A keeper of %(room)s will look at it.", room=seen.room.name))
    return str(gettext("It will stand in %(room)s when its time comes.", room=seen.room.name))
