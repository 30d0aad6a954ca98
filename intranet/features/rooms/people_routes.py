"""The People tab: who is in the room and in which role, who asks to be let in."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.features.rooms import changes, queries
from intranet.features.rooms.forms import MemberForm
from intranet.features.rooms.head import head
from intranet.plugin_api import Invalid, Membership, Person, Routes, caps, db, is_htmx, page, viewer, writing

routes = Routes("room_people", __name__, access="person", url_prefix="/rooms/<slug>")
SHOWN = 50


@routes.get("/people")
def index(slug: str) -> Response:
    return _index(slug)


@routes.post("/people")
def create(slug: str) -> ResponseReturnValue:
    """By user name; what was typed wrongly stays in the field."""
    queries.fetch_kept(db(), viewer(), slug=slug)
    try:
        form = MemberForm.read(request.form.to_dict())
        with writing() as writer:
            seen = queries.fetch_kept(writer, viewer(), slug=slug)
            person = queries.find_named(writer, viewer(), request.form.get("username", "")[: caps.LINE])
            changes.set_member(writer, seen, viewer(), person, form.role, history_from=_history())
    except Invalid as refusal:
        return _index(slug, errors=refusal.fields, status=422)
    return _row(slug, person) if is_htmx() else redirect(f"/rooms/{slug}/people", 303)


@routes.post("/people/<username>/role")
def update(slug: str, username: str) -> ResponseReturnValue:
    queries.fetch_kept(db(), viewer(), slug=slug)
    form = MemberForm.read(request.form.to_dict())
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        person = queries.fetch_member(writer, seen, username)
        changes.set_member(writer, seen, viewer(), person, form.role)
    return _row(slug, person) if is_htmx() else redirect(f"/rooms/{slug}/people", 303)


@routes.post("/people/<username>/remove")
def remove(slug: str, username: str) -> ResponseReturnValue:
    """Answers with the way back."""
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        person = queries.fetch_member(writer, seen, username)
        was = changes.remove_member(writer, seen, viewer(), person)
    if person.id == viewer().id:
        return redirect("/rooms", 303)
    if is_htmx():
        return page("rooms/_taken_out.html", room=seen.room, person=person, was=was)
    said: dict[str, Any] = {"out": person.username}
    if was:
        said |= {"role": was.role, "history_from": was.history_from}
    return redirect(url_for("room_people.index", slug=slug, **said), 303)


@routes.post("/requests/<username>")
def answer(slug: str, username: str) -> ResponseReturnValue:
    """Answers with what was said, so that a refusal can be taken back."""
    let_in = request.form.get("let_in") == "1"
    with writing() as writer:
        seen = queries.fetch_kept(writer, viewer(), slug=slug)
        person, words = changes.answer(writer, seen, viewer(), username, let_in=let_in)
    if is_htmx():
        return page("rooms/_answered.html", room=seen.room, person=person, words=words, let_in=let_in)
    return redirect(f"/rooms/{slug}/people", 303) if let_in else _index(slug, declined=person, words=words)


@routes.get("/asking")
def asking(slug: str) -> Response:
    """How many ask to be let in, for the tab: a keeper's page asks when the stream tells of news."""
    seen = queries.fetch_kept(db(), viewer(), slug=slug)
    return page("rooms/_asking_count.html", room=seen.room, asking_count=queries.count_asking(db(), seen.room.id))


def _history() -> int:
    """From where somebody read who was taken out by mistake."""
    said = request.form.get("history_from", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _index(slug: str, *, errors: dict[str, str] | None = None, status: int = 200, **said: Any) -> Response:
    seen = queries.fetch_readable(db(), viewer(), slug=slug)
    after, typed = request.args.get("after", "")[:64], request.args.get("q", "")[: caps.LINE].strip()
    rows = queries.list_members(db(), seen.room.id, words=typed, after=after, limit=SHOWN + 1)
    values: dict[str, Any] = {
        "members": rows[:SHOWN],
        "more": rows[SHOWN - 1][0].username if len(rows) > SHOWN else None,
    }
    if is_htmx() and after:
        return page("rooms/_members.html", typed=typed, seen=seen, room=seen.room, **values)
    asking = queries.list_asking(db(), seen.room.id) if seen.is_keeper else []
    if seen.is_keeper:
        said |= {"out": queries.find_outside(db(), viewer(), seen, request.args.get("out", "")), "was": request.args}
    return page(
        "rooms/members.html", status=status, errors=errors or {}, form=request.form, typed=typed, after=after,
        asking=asking, **values, **said, **head(seen, "people"),
    )  # fmt: skip


def _row(slug: str, person: Person) -> Response:
    seen = queries.fetch_readable(db(), viewer(), slug=slug)
    membership = db().get(Membership, (seen.room.id, person.id))
    return page("rooms/_member.html", seen=seen, room=seen.room, person=person, membership=membership)
