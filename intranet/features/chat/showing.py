"""One conversation on a page: its log, and beside it a thread."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Response, request

from intranet.features.chat import lines, listing, queries, rules
from intranet.features.chat.queries import Part
from intranet.features.chat.quoting import quoted
from intranet.features.chat.status.shaping import of_people
from intranet.plugin_api import (
    Entry,
    NotFound,
    SeenRoom,
    api,
    db,
    direct_rooms,
    entry_queries,
    mine,
    page,
    person_availability,
    room_queries,
    site,
    viewer,
)

FACES = 3


def fetch(slug: str | None, room_id: int | None) -> SeenRoom | str:
    """The conversation, or the address that leads to it: another name, or the door of a room that one may not read."""
    seen = room_queries.find(db(), viewer(), slug=slug, room_id=room_id)
    former = room_queries.find_by_former_slug(db(), viewer(), slug) if slug is not None and seen is None else None
    if former:
        return rules.address(former.room)
    if seen is None or seen.room.kind not in rules.KINDS:
        raise NotFound
    if not seen.may_read:
        return f"/rooms/{seen.room.slug}"
    return rules.address(seen.room) if slug is not None and seen.room.kind == "direct" else seen


def conversation(seen: SeenRoom, *, status: int = 200, **said: Any) -> Response:
    membership = room_queries.find_membership(db(), seen.room.id, viewer().id)
    part = part_of(seen, membership.chat_read_to if membership else None)
    is_piece = request.args.get("part") == "log"
    shown = drawn(seen, part, rules.address(seen.room), beside=() if is_piece else listed_ids())
    if is_piece:
        return page("chat/_part.html", **shown)
    return page("chat/show.html", status=status, **head(seen), **shown, **{"body": quoted(seen), "errors": {}, **said})


def thread(seen: SeenRoom, root: Entry, *, status: int = 200, **said: Any) -> Response:
    part = queries.read_thread(db(), root, before=_id("before"), after=_id("after"), around=_id("at"))
    below = drawn(seen, part, f"{rules.address(seen.room)}/t/{root.id}", under=root)
    if request.args.get("part") == "log":
        return page("chat/_part.html", **below)
    values = {"root": root, "root_html": site().fragments.one(db(), root), "below": below, **head(seen)}
    values |= {"body": quoted(seen), "errors": {}, **said}
    if request.args.get("part") == "thread":
        return page("chat/_thread.html", **values)
    membership = room_queries.find_membership(db(), seen.room.id, viewer().id)
    part = part_of(seen, membership.chat_read_to if membership else None, around=root.id)
    twins = {root.id, *(row.id for row in below["part"].rows)}
    shown = drawn(seen, part, rules.address(seen.room), twins=twins, beside=listed_ids())
    return page("chat/show.html", status=status, **values, **shown, thread=root)


def part_of(seen: SeenRoom, read_to: int | None, around: int | None = None) -> Part:
    """What the address asks for: `?before=`, `?after=`, `?at=` an id, or `?date=`."""
    before, after, around = _id("before"), _id("after"), _id("at") or around
    if request.args.get("newest"):
        return queries.read_log(db(), seen)
    day = beginning_of(request.args.get("date", ""))
    if day and not (before or after):
        around = entry_queries.find_first_since(db(), seen, day) or around
    return queries.read_log(
        db(), seen, before=before, after=after, around=around, read_to=read_to, reader_id=viewer().id
    )


def drawn(
    seen: SeenRoom, part: Part, paging: str, *, twins: Collection[int] = (), under: Entry | None = None,
    beside: Collection[int] = (),
) -> dict[str, Any]:  # fmt: skip
    """`twins` stand a second time on the page, in the thread beside it; `under` is the message of that thread.

    People `beside` the log have statuses too.
    """
    ids = [row.id for row in part.rows]
    html = site().fragments.get(db(), [(row.id, row.version) for row in part.rows])
    html |= {each: lines.twin(html[each]) for each in twins if each in html}
    kept = [seen.room.id] if seen.is_keeper else []
    return {
        "lines": lines.draw(part.rows, html, new_from=part.new_from, under=under), "part": part, "paging": paging,
        "statuses": of_people({*beside, *(row.author_id for row in part.rows), *([under.author_id] if under else [])}),
        "mine": mine(db(), viewer(), ids, kept), "first_id": ids[0] if ids else 0, "last_id": ids[-1] if ids else 0,
    }  # fmt: skip


def listed_ids() -> set[int]:
    """Those who stand alone in the viewer's list, with a picture of theirs."""
    return {chat.people[0].id for chat in listing.chats() if len(chat.people) == 1}


def head(seen: SeenRoom) -> dict[str, Any]:
    room = seen.room
    others = direct_rooms.list_people(db(), viewer(), [room.id]).get(room.id, []) if room.kind == "direct" else []
    faces = others or [person for person, _ in room_queries.list_members(db(), room.id, limit=FACES)]
    membership = room_queries.find_membership(db(), room.id, viewer().id)
    return {
        "seen": seen, "room": room, "name": listing.name_of(others) if others else room.name, "others": others,
        "faces": faces[:FACES], "member_count": room_queries.member_counts(db(), [room.id]).get(room.id, 0),
        "at": _id("at"), "base": rules.address(room), "why_silent": rules.why_silent(seen), "membership": membership,
        "availability": person_availability(others[0]) if len(others) == 1 else (),
    }  # fmt: skip


def _id(name: str) -> int | None:
    return api.cursor(name=name) or None


def beginning_of(day: str) -> datetime | None:
    """When that day began where the company is; nothing for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), site().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
