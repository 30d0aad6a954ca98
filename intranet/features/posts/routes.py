"""Pages and forms of posts."""

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from intranet.features.posts import changes, queries
from intranet.features.posts.forms import CommentForm, PostForm, ReactionForm
from intranet.plugin_api import (
    Entry,
    Invalid,
    Routes,
    SeenRoom,
    api,
    db,
    entry_changes,
    entry_queries,
    entry_rules,
    entry_words,
    html,
    is_htmx,
    mine,
    page,
    read_attachments,
    room_queries,
    site,
    viewer,
    writing,
)

routes = Routes("posts", __name__, access="person")
OURS = "posts/_composer.html"


@routes.post("/rooms/<slug>/posts")
def create(slug: str) -> ResponseReturnValue:
    return _create(slug)


@routes.post("/posts")
def create_anywhere() -> ResponseReturnValue:
    """The home page's composer: the room is a field of the form."""
    return _create(request.form.get("room", ""))


def _create(slug: str) -> ResponseReturnValue:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    try:
        form = PostForm.read(request.form)
        files = read_attachments()
        with writing() as writer:
            entry = changes.add_post(writer, seen, viewer(), form.body, files, api.key())
    except Invalid as refusal:
        return _composer_again(slug, refusal)
    return _shown(entry, f"/rooms/{slug}")


def _composer_again(slug: str, refusal: Invalid) -> Response:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    rooms = room_queries.list_mine(db(), viewer())
    values = {"room": None if request.path == "/posts" else seen.room, "chosen": slug, "rooms": rooms}
    template = "posts/_composer_answer.html" if is_htmx() else "posts/new.html"
    return page(template, status=422, errors=refusal.fields, body=request.form.get("body", ""), **values)


@routes.post("/preview")
def preview() -> Response:
    """How the words will stand in that room. Nothing is kept, and nobody is told."""
    seen = queries.fetch_room(db(), viewer(), slug=request.form.get("room", ""))
    shown, errors = _rendered(seen)
    if is_htmx():
        return html(shown, 422 if errors else 200)
    has_files = any(each.filename for each in request.files.values())
    return page(
        "posts/new.html", status=422 if errors else 200, room=None, chosen=seen.room.slug, had_files=has_files,
        rooms=room_queries.list_mine(db(), viewer()), errors=errors, body=request.form.get("body", ""),
        preview=None if errors else shown,
    )  # fmt: skip


@routes.post("/entries/<id:entry_id>/preview")
def preview_under(entry_id: int) -> Response:
    """The same for a comment on the entry, or for its own new words."""
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    shown, errors = _rendered(seen, entry.root_id)
    return html(shown, 422 if errors else 200)


def _rendered(seen: SeenRoom, root_id: int | None = None) -> tuple[Markup, dict[str, str]]:
    try:
        body, errors = PostForm.read(request.form).body, {}
    except Invalid as refusal:
        body, errors = "", refusal.fields
    named = entry_rules.may_name_everyone(seen)
    words = entry_words.write(db(), body, seen.room.id, root_id, may_name_everyone=named).html
    return Markup(render_template("posts/_preview.html", html=words, errors=errors)), errors


@routes.get("/posts/new")
def new() -> Response:
    room = request.args.get("room", "")
    rooms = room_queries.list_mine(db(), viewer())
    offered = site().plugins.ask("composers", viewer=viewer(), room=None)
    others = sorted((each for each in offered if each.template != OURS), key=lambda each: each.order)
    return page("posts/new.html", room=None, chosen=room, rooms=rooms, others=others, errors={}, body="")


@routes.get("/p/<id:entry_id>")
def show(entry_id: int) -> ResponseReturnValue:
    """One post with all its comments; a comment's address leads to its post."""
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    if entry.thread_id:
        return redirect(f"/p/{entry.thread_id}#comment-{entry.id}")
    post = site().fragments.whole(db(), entry)
    kept = [seen.room.id] if seen.is_keeper else []
    return page(
        "posts/show.html", entry=entry, room=seen.room, seen=seen, may_write=entry_rules.may_write(seen),
        may_edit=entry_rules.may_edit(viewer(), entry, seen), may_remove=entry_rules.may_remove(viewer(), entry, seen),
        mine=mine(db(), viewer(), [entry.id], kept), post=post,
    )  # fmt: skip


@routes.get("/entries/<id:entry_id>")
def fragment(entry_id: int) -> Response:
    """The entry's one fragment alone."""
    entry, _seen = queries.fetch(db(), viewer(), entry_id)
    return html(site().fragments.one(db(), entry))


@routes.get("/entries/<id:entry_id>/edit")
def edit(entry_id: int) -> Response:
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    if not entry_rules.may_edit(viewer(), entry, seen):
        return redirect(f"/p/{entry.id}")  # type: ignore[return-value]
    template = "posts/_edit.html" if is_htmx() else "posts/edit.html"
    return page(template, entry=entry, room=seen.room, body=entry.body, errors={})


@routes.post("/entries/<id:entry_id>/edit")
def update(entry_id: int) -> ResponseReturnValue:
    _entry, seen = queries.fetch(db(), viewer(), entry_id)
    try:
        form = CommentForm.read(request.form)
    except Invalid as refusal:
        template = "posts/_edit.html" if is_htmx() else "posts/edit.html"
        body = request.form.get("body", "")
        return page(template, status=422, entry=_entry, room=seen.room, body=body, errors=refusal.fields)
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.edit(writer, seen, viewer(), entry, form.body)
    return _shown(entry, f"/p/{entry.root_id}", status=200)


@routes.post("/entries/<id:entry_id>/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.remove(writer, seen, viewer(), entry)
    if is_htmx():
        return page("posts/_removed.html", entry=entry)
    return page("posts/removed.html", entry=entry, room=seen.room)


@routes.post("/entries/<id:entry_id>/restore")
def restore(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, _seen = queries.fetch_removed(writer, viewer(), entry_id)
        entry_changes.restore(writer, entry, viewer())
    return _shown(entry, f"/p/{entry.root_id}", status=200)


@routes.post("/entries/<id:entry_id>/pin")
def pin(entry_id: int) -> ResponseReturnValue:
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        changes.pin(writer, seen, entry, pinned=request.form.get("on", "1") == "1")
    return _shown(entry, f"/p/{entry.id}", status=200)


@routes.post("/entries/<id:entry_id>/comments")
def comment(entry_id: int) -> ResponseReturnValue:
    parent, seen = queries.fetch(db(), viewer(), entry_id)
    try:
        form = CommentForm.read(request.form)
        with writing() as writer:
            parent, seen = queries.fetch(writer, viewer(), entry_id)
            entry = changes.add_comment(writer, seen, viewer(), parent, form.body, api.key())
    except Invalid as refusal:
        body = request.form.get("body", "")
        template = "posts/_comment_form.html" if is_htmx() else "posts/comment.html"
        return page(template, status=422, entry=parent, room=seen.room, body=body, errors=refusal.fields)
    return _shown(entry, f"/p/{entry.root_id}#comment-{entry.id}")


@routes.post("/entries/<id:entry_id>/reactions")
def react(entry_id: int) -> ResponseReturnValue:
    form = ReactionForm.read(request.form)
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        on = form.on == "1" if "on" in request.form else _not_yet(entry, form.emoji)
        changes.react(writer, seen, viewer(), entry, form.emoji, on=on)
    return _shown(entry, f"/p/{entry.root_id}", status=200)


def _not_yet(entry: Entry, emoji: str) -> bool:
    return emoji not in entry_queries.own_reactions(db(), viewer(), [entry.id]).get(entry.id, [])


def _shown(entry: Entry, address: str, status: int = 201) -> ResponseReturnValue:
    """htmx gets the fragment that everyone gets; a plain form is sent on to where it stands."""
    if not is_htmx():
        return redirect(address, 303)
    fresh = entry_queries.by_ids(db(), [entry.id])[entry.id]
    return html(site().fragments.one(db(), fresh), status)
