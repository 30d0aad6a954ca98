"""Pages and forms of conversations. A direct room goes by its id, every other by its name."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat import changes, lines, listing, queries, rules, saying
from intranet.features.chat.forms import FavouriteForm, LoudnessForm, MessageForm, ReadForm
from intranet.features.chat.models import Later
from intranet.features.chat.newest import newest_in
from intranet.features.chat.showing import conversation, fetch, listed_ids, thread
from intranet.features.chat.status.shaping import of_people
from intranet.plugin_api import (
    Invalid,
    Routes,
    SeenRoom,
    Whispered,
    api,
    db,
    entry_queries,
    html,
    is_htmx,
    page,
    read_attachments,
    site,
    times,
    viewer,
    writing,
)

routes = Routes("chat", __name__, access="person")
routes.app_template_global()(lines.day_of)
routes.app_template_global()(lines.clock_time)


@routes.get("/chat")
def index() -> Response:
    """The list, which phones show alone."""
    return page(
        "chat/index.html", groups=listing.groups(), title_of=listing.title, newest=newest_in(listing.chats()),
        statuses=of_people(listed_ids()),
    )  # fmt: skip


@routes.get("/chat/<slug>")
@routes.get("/chat/dm/<id:room_id>")
def show(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(seen)
    return conversation(seen)


@routes.get("/chat/<slug>/t/<id:entry_id>")
@routes.get("/chat/dm/<id:room_id>/t/<id:entry_id>")
def show_thread(entry_id: int, slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """The conversation with a thread open; htmx gets the thread alone."""
    seen = fetch(slug, room_id)
    if isinstance(seen, str):
        return redirect(f"{seen}/t/{entry_id}")
    root = queries.fetch_root(db(), viewer(), seen, entry_id)
    return thread(seen, root)


@routes.get("/chat/m/<id:entry_id>")
def find(entry_id: int) -> ResponseReturnValue:
    """A message where it was said."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    place = rules.address(seen.room)
    if not entry.in_log:
        return redirect(f"{place}/t/{entry.root_id}?at={entry.id}#message-{entry.id}")
    return redirect(f"{place}?at={entry.id}#message-{entry.id}")


@routes.get("/chat/m/<id:entry_id>/thread")
def find_thread(entry_id: int) -> ResponseReturnValue:
    """The thread in which a message stands, or that one could begin under it."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    return redirect(f"{rules.address(seen.room)}/t/{entry.root_id}")


@routes.get("/chat/m/<id:entry_id>/quote")
def quote(entry_id: int) -> ResponseReturnValue:
    """Where one writes, with these words at the beginning: in the thread if they stand in one."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    place = rules.address(seen.room) + (f"/t/{entry.thread_id}" if entry.thread_id else "")
    return redirect(f"{place}?quote={entry.id}#{'reply' if entry.thread_id else 'write'}")


@routes.post("/chat/<slug>/messages")
@routes.post("/chat/dm/<id:room_id>/messages")
def send(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    seen = queries.fetch(db(), viewer(), slug=slug, room_id=room_id)
    try:
        form = MessageForm.read(request.form)
        publish_at = times.read_moment(form.publish_at, site().zone)
        sent = saying.Sent(form, read_attachments(), api.key(), publish_at)
        entry = saying.submit(viewer(), sent, slug=slug, room_id=room_id)
    except Invalid as refusal:
        return _again(seen, refusal)
    if isinstance(entry, Whispered):
        template = "chat/_whispered.html" if is_htmx() else "chat/whispered.html"
        return page(template, words=entry.words, back=rules.address(seen.room))
    if isinstance(entry, Later):
        return page("chat/_later.html", status=202, later=entry) if is_htmx() else redirect("/chat/later?saved=1", 303)
    if not is_htmx():
        return redirect(f"/chat/m/{entry.id}", 303)
    fresh = entry_queries.by_ids(db(), [entry.id])[entry.id]
    return html(site().fragments.one(db(), fresh), 201)


def _again(seen: SeenRoom, refusal: Invalid) -> ResponseReturnValue:
    """What was typed is still there, with what is wrong with it."""
    said = {"body": request.form.get("body", ""), "errors": refusal.fields, "typed": request.form}
    thread_id = request.form.get("thread_id", "")
    if is_htmx():
        return page("chat/_refused.html", status=422, **said)
    if thread_id.isdecimal() and "thread_id" not in refusal.fields:
        return thread(seen, queries.fetch_root(db(), viewer(), seen, int(thread_id)), status=422, **said)
    return conversation(seen, status=422, **said)


@routes.post("/chat/<slug>/read")
@routes.post("/chat/dm/<id:room_id>/read")
def mark_read(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """What was on the screen up to that message, which may have gone to the bin since."""
    seen = queries.fetch(db(), viewer(), slug=slug, room_id=room_id)
    form = ReadForm.read(request.form)
    with writing() as writer:
        for newest in entry_queries.list_log(writer, seen, before=form.entry_id + 1, limit=1):
            changes.mark_read(writer, seen, viewer(), newest.id)
    return Response(status=204) if is_htmx() else redirect(rules.address(seen.room), 303)


@routes.post("/chat/<slug>/loudness")
@routes.post("/chat/dm/<id:room_id>/loudness")
def set_loudness(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    queries.fetch(db(), viewer(), slug=slug, room_id=room_id)
    form = LoudnessForm.read(request.form)
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), slug=slug, room_id=room_id)
        changes.set_loudness(writer, seen, viewer(), form.loudness)
        return redirect(rules.address(seen.room), 303)


@routes.post("/chat/<slug>/favourite")
@routes.post("/chat/dm/<id:room_id>/favourite")
def set_favourite(slug: str | None = None, room_id: int | None = None) -> ResponseReturnValue:
    """`on` is 1 or 0."""
    queries.fetch(db(), viewer(), slug=slug, room_id=room_id)
    form = FavouriteForm.read(request.form)
    with writing() as writer:
        seen = queries.fetch(writer, viewer(), slug=slug, room_id=room_id)
        changes.set_favourite(writer, seen, viewer(), on=form.on)
        return redirect(rules.address(seen.room), 303)
