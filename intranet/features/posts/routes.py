"""Pages and forms of posts."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.posts import changes, queries
from intranet.features.posts.answers import address_of, shown
from intranet.features.posts.composing import composer_values
from intranet.features.posts.drafts.changes import Words, submit
from intranet.features.posts.drafts.forms import read_moment
from intranet.features.posts.drafts.routes import waits_note
from intranet.features.posts.forms import CommentForm, PostForm, ReactionForm
from intranet.plugin_api import (
    Entry,
    Invalid,
    Routes,
    SeenRoom,
    api,
    db,
    entry_queries,
    entry_words,
    html,
    is_htmx,
    mine,
    page,
    people,
    read_attachments,
    site,
    threads,
    viewer,
    writing,
)

routes = Routes("posts", __name__, access="person")


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
        words = Words(form.body, read_attachments(), publish_at=read_moment(form.publish_at, site().zone))
        entry_words.prepare(form.body)
        with writing() as writer:
            said = submit(writer, seen, viewer(), words, api.key())
    except Invalid as refusal:
        return _composer_again(slug, refusal)
    if isinstance(said, Entry):
        return shown(said, f"/rooms/{slug}")
    if not is_htmx():
        return redirect(f"/drafts?kept={said.state}", 303)
    return page("posts/_kept.html", status=202, state=said.state, note=waits_note(seen, said))


def _composer_again(slug: str, refusal: Invalid) -> Response:
    seen = queries.fetch_room(db(), viewer(), slug=slug)
    values = {**composer_values(None if request.path == "/posts" else seen.room), "chosen": slug}
    template = "posts/_composer_answer.html" if is_htmx() else "posts/new.html"
    said = {"body": request.form.get("body", ""), "publish_at": request.form.get("publish_at", "")}
    return page(template, status=422, errors=refusal.fields, is_open=True, values=values, **said)


@routes.get("/posts/new")
def new() -> Response:
    values = composer_values(None)
    values["chosen"] = request.args.get("room", values["chosen"])
    offered = site().plugins.ask("composers", viewer=viewer(), room=None)
    others = sorted((each for each in offered if not each.template.startswith("posts/")), key=lambda each: each.order)
    return page("posts/new.html", errors={}, body="", values=values, others=others)


@routes.get("/p/<id:entry_id>")
def show(entry_id: int) -> ResponseReturnValue:
    """One post with a part of its comments: the newest, those around `?at=ID`, before `?before=ID` or after `?after=ID`.

    A comment's own address leads to its post, or with `?before=` and `?after=` to a part of its replies there.
    """
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    spot, before = _asked_spot(), api.cursor(name="before")
    if before and is_htmx():
        return html(threads.earlier(db(), entry, before))
    address = address_of(entry)
    if not address.startswith(f"/p/{entry.root_id}") or (entry.thread_id and not spot):
        return redirect(address)
    return _show(entry, seen, spot)


def _asked_spot() -> threads.Spot | None:
    before, after = api.cursor(name="before"), api.cursor(name="after")
    return threads.before(before) if before else threads.after(after) if after else None


def _show(entry: Entry, seen: SeenRoom, spot: threads.Spot | None) -> Response:
    post = db().get_one(Entry, entry.root_id)
    kept = [seen.room.id] if seen.is_keeper else []
    return page(
        "posts/show.html", entry=post, room=seen.room, mine=mine(db(), viewer(), [post.id], kept),
        post=threads.show(db(), post, *_opened(entry, post, spot)),
    )  # fmt: skip


def _opened(entry: Entry, post: Entry, spot: threads.Spot | None) -> tuple[threads.Spot, dict[int, threads.Spot]]:
    """Where its page is opened: which comments, and which replies of one of them."""
    if spot:
        return (threads.around(entry.id), {entry.id: spot}) if entry.thread_id else (spot, {})
    at = entry_queries.find(db(), viewer(), api.cursor(name="at"))
    if at is None or at.thread_id != post.id:
        return threads.Spot(), {}
    above = queries.above_id(at)
    return threads.around(above), {} if above == at.id else {above: threads.around(at.id)}


@routes.get("/entries/<id:entry_id>")
def fragment(entry_id: int) -> Response:
    """The entry's one fragment alone."""
    entry, _seen = queries.fetch(db(), viewer(), entry_id)
    return html(site().fragments.one(db(), entry))


@routes.get("/entries/<id:entry_id>/reply")
def reply(entry_id: int) -> ResponseReturnValue:
    """The form for an answer to a comment; an answer to a reply names whom it answers."""
    comment, _seen = queries.fetch(db(), viewer(), entry_id)
    if comment.kind == "message":
        return redirect(address_of(comment))
    return _answering(comment, queries.names_author(db(), viewer(), comment))


@routes.post("/entries/<id:entry_id>/comments")
def comment(entry_id: int) -> ResponseReturnValue:
    parent, seen = queries.fetch(db(), viewer(), entry_id)
    try:
        form = CommentForm.read(request.form)
        with writing() as writer:
            parent, seen = queries.fetch(writer, viewer(), entry_id)
            entry = changes.add_comment(writer, seen, viewer(), parent, form.body, api.key())
    except Invalid as refusal:
        return _answering(parent, request.form.get("body", ""), refusal.fields)
    return shown(entry, address_of(entry))


def _answering(entry: Entry, body: str, errors: dict[str, str] | None = None) -> Response:
    """The form that answers a post or a comment, alone or on a page of its own."""
    seen = queries.fetch_room(db(), viewer(), room_id=entry.room_id)
    is_reply, author = entry.parent_id is not None, people.by_ids(db(), {entry.author_id})[entry.author_id]
    form = "posts/_reply_form.html" if is_reply else "posts/_comment_form.html"
    title = gettext("Reply to %(name)s", name=author.name) if is_reply else gettext("Write a comment")
    return page(
        form if is_htmx() else "posts/comment.html", status=422 if errors else 200, entry=entry, room=seen.room, body=body,
        errors=errors, author=author, is_reply=is_reply, above_id=queries.above_id(entry), title=title,
    )  # fmt: skip


@routes.post("/entries/<id:entry_id>/reactions")
def react(entry_id: int) -> ResponseReturnValue:
    form = ReactionForm.read(request.form)
    with writing() as writer:
        entry, seen = queries.fetch(writer, viewer(), entry_id)
        on = form.on == "1" if "on" in request.form else _not_yet(entry, form.emoji)
        changes.react(writer, seen, viewer(), entry, form.emoji, on=on)
    return shown(entry, f"/p/{entry.root_id}", status=200)


def _not_yet(entry: Entry, emoji: str) -> bool:
    return emoji not in entry_queries.own_reactions(db(), viewer(), [entry.id]).get(entry.id, [])
