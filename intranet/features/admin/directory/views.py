"""Putting the page of a directory together."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import format_date, gettext, ngettext

from intranet.features.admin.directory import queries
from intranet.features.admin.directory.drafts import FIELDS, Draft
from intranet.features.admin.directory.words import (
    FIELD_NAMES,
    GIVES,
    HAPPENED,
    PRESETS,
    RULE_BY,
)
from intranet.plugin_api import clock, db, in_words, page, viewer

EXAMPLE_LENGTH = 40
DAY = "d MMMM yyyy"


def show(
    known: queries.Known | None, draft: Draft, *, errors: dict[str, str] | None = None, checked: Any = None,
    preview: queries.Preview | None = None, is_draft: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    """The whole page; parts of it are taken out of it where JavaScript is there.

    `plain` translates what may also be a directory's own words: unlike `_` it says nothing about them being safe HTML.
    """
    runs = queries.list_runs(db(), known.name) if known else []
    after = request.args.get("after", "")
    return page(
        "admin/directory.html", status=status, known=known, draft=draft, errors=errors or {}, checked=checked,
        is_draft=is_draft, fields=FIELDS, field_names=FIELD_NAMES, presets=PRESETS, rule_by=RULE_BY,
        gives=GIVES, badge=_badge(known), examples=_examples(checked), now=clock.now, **_card(known, preview),
        rooms=_rooms(draft), runs=runs, waits=known is not None and _waits(after, known),
        said=_said, many=request.args,
        has_password=bool(known and (known.settings.bind_password or known.settings.bind_password_file)),
        several=len(queries.list_known(db())) > 1, fixed=known is not None and known.is_fixed,
    )  # fmt: skip


def show_card(known: queries.Known | None, preview: queries.Preview) -> Response:
    """The card of a preview alone, as the page asks for it."""
    return page("admin/_directory_preview.html", **_card(known, preview))


def _card(known: queries.Known | None, preview: queries.Preview | None) -> dict[str, Any]:
    base = f"/admin/directory/d/{known.name}" if known else "/admin/directory/new"
    return {"preview": preview, "base": base, "happened": HAPPENED, "plain": gettext, "changes_of": _changes_of}


def _badge(known: queries.Known | None) -> tuple[str, str, str]:
    """The state in the head of the page: tone, icon, words."""
    if known is None:
        return "", "unplug", gettext("Not connected yet")
    if known.trouble:
        return "danger", "circle-alert", gettext("Cannot be used")
    run = known.run
    if run is None:
        return "", "clock", gettext("Not synced yet")
    time = in_words(run.at)
    if run.outcome == "failed":
        return "danger", "circle-alert", gettext("The last sync failed: %(time)s", time=time)
    if run.outcome == "waiting":
        return "warm", "hand", gettext("A sync waits for your answer")
    words = ngettext(
        "Connected, one person, synced %(time)s", "Connected, %(num)d people, synced %(time)s", known.people, time=time
    )
    return "ok", "circle-check", words


def _said(step: Any) -> str:
    """The words of a step, with days as people write them."""
    values = {
        name: format_date(value, DAY) if isinstance(value, date) else value for name, value in step.values.items()
    }
    return str(gettext(step.message, **values))


def _examples(checked: Any) -> Mapping[str, str]:
    """What the first person of the last test has in each field."""
    if not checked or not checked.sample:
        return {}
    first = checked.sample[0]
    said = {**first.fields, "language": first.language, "manager": first.manager_dn}
    if first.started_on:
        said["started_on"] = format_date(first.started_on, DAY)
    return {name: value[:EXAMPLE_LENGTH] for name, value in said.items() if value}


def _rooms(draft: Draft) -> list[tuple[str, str]]:
    """Rooms for a rule; one that a rule names already stays, also when the viewer does not see it."""
    found = {room.slug: room.name for room in queries.list_rooms(db(), viewer())}
    return [*found.items(), *((rule.room, rule.room) for rule in draft.rules if rule.room and rule.room not in found)]


def _waits(after: str, known: queries.Known) -> bool:
    """Whether the sync that was just started has not ended yet."""
    newest = known.run.id if known.run else 0
    return after.isascii() and after.isdigit() and len(after) < 19 and int(after) == newest


def _changes_of(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What happened, in the order of the report, without what did not."""
    return [(what, counts[what]) for what in HAPPENED if counts.get(what)]
