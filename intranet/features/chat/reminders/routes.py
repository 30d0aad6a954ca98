"""Reminders: made from a message, listed, taken back."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat import queries as chat_queries
from intranet.features.chat.models import Reminder
from intranet.features.chat.reminders import changes, queries
from intranet.features.chat.reminders.forms import ReminderForm
from intranet.plugin_api import (
    Invalid,
    NotFound,
    Routes,
    api,
    db,
    entry_queries,
    is_htmx,
    page,
    people,
    room_queries,
    shapes,
    site,
    viewer,
    writing,
)

routes = Routes("chat_reminders", __name__, access="person")


def tell_due() -> None:
    """What the worker does each minute."""
    told = queries.AT_ONCE
    while told == queries.AT_ONCE:
        with site().database.write() as writer:
            told = changes.tell_due(writer)


@routes.get("/chat/reminders")
def index() -> Response:
    found = queries.list_own(db(), viewer())
    readable = room_queries.readable_among(db(), viewer(), {row.room_id for row in found})
    entries = entry_queries.find_many(db(), viewer(), [each.entry_id for each in found if each.entry_id])
    return page(
        "chat/reminders.html", reminders=found, entries=entries, rooms=room_queries.names(db(), viewer(), readable),
        people=people.by_ids(db(), {each for row in found for each in (row.person_id, row.author_id)}),
    )  # fmt: skip


@routes.get("/chat/m/<id:entry_id>/remind")
def new(entry_id: int) -> Response:
    """Asks when, for who has no script."""
    return _asking(entry_id, {})


@routes.post("/chat/m/<id:entry_id>/remind")
def create(entry_id: int) -> ResponseReturnValue:
    chat_queries.fetch_message(db(), viewer(), entry_id)
    try:
        reminder = _add(entry_id, ReminderForm.read(request.form))
    except Invalid as refusal:
        return _asking(entry_id, refusal.fields, 422)
    if is_htmx():
        return page("chat/_reminded.html", status=201, reminder=reminder)
    return redirect("/chat/reminders?saved=1", 303)


@routes.post("/chat/reminders/<id:reminder_id>/remove")
def remove(reminder_id: int) -> ResponseReturnValue:
    """By whom it is for, or who made it."""
    with writing() as writer:
        changes.remove(writer, queries.fetch_own(writer, viewer(), reminder_id))
    return Response("", 200) if is_htmx() else redirect("/chat/reminders", 303)


@routes.get("/api/v1/reminders")
def index_for_program() -> Response:
    return jsonify(items=_shapes(queries.list_own(db(), viewer())), next=None)


@routes.post("/api/v1/entries/<id:entry_id>/reminders")
def create_by_program(entry_id: int) -> Response:
    chat_queries.fetch_message(db(), viewer(), entry_id)
    return api.created(_shapes([_add(entry_id, ReminderForm.read(api.body()))])[0])


@routes.delete("/api/v1/reminders/<id:reminder_id>")
def remove_by_program(reminder_id: int) -> Response:
    with writing() as writer:
        changes.remove(writer, queries.fetch_own(writer, viewer(), reminder_id))
    return api.done()


def _add(entry_id: int, form: ReminderForm) -> Reminder:
    due_at = form.due_at()
    with writing() as writer:
        entry, seen = chat_queries.fetch_message(writer, viewer(), entry_id)
        return changes.add(
            writer, seen, viewer(), viewer(), due_at=due_at, words=form.words, entry=entry, key=api.key()
        )


def _asking(entry_id: int, errors: dict[str, str], status: int = 200) -> Response:
    entry, _seen = chat_queries.fetch_message(db(), viewer(), entry_id)
    template = "chat/_remind.html" if is_htmx() else "chat/remind.html"
    return page(
        template, status=status, entry=entry, errors=errors, when=request.form.get("when", ""),
        words=request.form.get("words", ""), client_key=request.form.get("client_key") or secrets.token_urlsafe(12),
    )  # fmt: skip


def _shapes(rows: Sequence[Reminder]) -> list[dict[str, Any]]:
    known = people.by_ids(db(), {each for row in rows for each in (row.person_id, row.author_id)})
    if any(each not in known for row in rows for each in (row.person_id, row.author_id)):
        raise NotFound
    return [
        {
            "id": row.id, "for": shapes.author(known[row.person_id]), "by": shapes.author(known[row.author_id]),
            "room_id": row.room_id, "entry_id": row.entry_id, "words": row.words, "due_at": shapes.stamp(row.due_at),
        }
        for row in rows
    ]  # fmt: skip
