"""Following a thread, and saying that one has read it."""

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.chat import queries, rules
from intranet.features.chat.threads import changes
from intranet.features.chat.threads import queries as thread_queries
from intranet.plugin_api import Entry, Routes, SeenRoom, api, db, is_htmx, page, viewer, writing

routes = Routes("chat_threads", __name__, access="person")


@routes.app_template_global()
def follows_thread(root: Entry) -> bool:
    """For the switch in the thread's head, `chat/_follow.html`."""
    return thread_queries.follows(db(), viewer(), root)


@routes.post("/chat/m/<id:entry_id>/follow")
def follow(entry_id: int) -> ResponseReturnValue:
    """Answers in this thread come to the viewer's bell, or (with `on=0`) no more."""
    seen, root = _set_follow(entry_id, on=request.form.get("on", "1") == "1")
    if is_htmx():
        return page("chat/_follow.html", root=root, follows=thread_queries.follows(db(), viewer(), root))
    return redirect(f"{rules.address(seen.room)}/t/{root.id}", 303)


@routes.get("/api/v1/entries/<id:entry_id>/follow")
def show_for_program(entry_id: int) -> Response:
    """Whether the viewer hears of answers in this thread."""
    entry, seen = queries.fetch_message(db(), viewer(), entry_id)
    root = queries.fetch_root(db(), viewer(), seen, entry.root_id)
    return jsonify(follows=seen.role is not None and thread_queries.follows(db(), viewer(), root))


@routes.put("/api/v1/entries/<id:entry_id>/follow")
def follow_by_program(entry_id: int) -> Response:
    _set_follow(entry_id, on=True)
    return api.done()


@routes.delete("/api/v1/entries/<id:entry_id>/follow")
def unfollow_by_program(entry_id: int) -> Response:
    _set_follow(entry_id, on=False)
    return api.done()


@routes.post("/chat/m/<id:entry_id>/thread/read")
def mark_read(entry_id: int) -> ResponseReturnValue:
    """The thread was on the screen."""
    with writing() as writer:
        entry, seen = queries.fetch_message(writer, viewer(), entry_id)
        changes.mark_read(writer, viewer(), entry.root_id)
    return Response(status=204) if is_htmx() else redirect(f"{rules.address(seen.room)}/t/{entry.root_id}", 303)


def _set_follow(entry_id: int, *, on: bool) -> tuple[SeenRoom, Entry]:
    with writing() as writer:
        entry, seen = queries.fetch_message(writer, viewer(), entry_id)
        root = queries.fetch_root(writer, viewer(), seen, entry.root_id)
        changes.set_follow(writer, seen, viewer(), root, on=on)
    return seen, root
