"""Sharing a post into another room. What is shared is fetched by each viewer: nobody sees more than before."""

import secrets
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.posts import queries
from intranet.features.posts.answers import address_of
from intranet.features.posts.drafts.changes import Words, submit
from intranet.features.posts.forms import ShareForm
from intranet.plugin_api import (
    Entry,
    Invalid,
    NotFound,
    Routes,
    api,
    asked,
    db,
    entry_queries,
    entry_rules,
    entry_words,
    is_htmx,
    my_rooms,
    page,
    people,
    room_queries,
    viewer,
    writing,
)

routes = Routes("posts_sharing", __name__, access="person")


@routes.get("/entries/<id:entry_id>/share")
def new(entry_id: int) -> ResponseReturnValue:
    entry, _seen = queries.fetch(db(), viewer(), entry_id)
    return _asking(entry) if entry.kind in queries.SHAREABLE else redirect(address_of(entry))


@routes.post("/entries/<id:entry_id>/share")
def create(entry_id: int) -> ResponseReturnValue:
    post, _seen = queries.fetch_shareable(db(), viewer(), entry_id)
    try:
        form = ShareForm.read(request.form)
        entry_words.prepare(form.body)
        with writing() as writer:
            post, _seen = queries.fetch_shareable(writer, viewer(), entry_id)
            room = queries.fetch_room(writer, viewer(), slug=request.form.get("room", ""))
            source = queries.find_source(writer, viewer(), post)
            shared = submit(writer, room, viewer(), Words(form.body, shared_id=source.id), api.key())
    except NotFound:
        return _asking(post, {"room": queries.NO_ROOM})
    except Invalid as refusal:
        return _asking(post, refusal.fields)
    waits = not isinstance(shared, Entry)
    address = address_of(shared) if isinstance(shared, Entry) else "/drafts?kept=waiting"
    if not is_htmx():
        return redirect(address, 303)
    status, title = (202, gettext("It waits")) if waits else (201, gettext("Shared"))
    return asked("posts/_shared.html", title, status=status, room=room.room, waits=waits, address=address)


def _asking(post: Entry, errors: dict[str, str] | None = None) -> Response:
    source = queries.find_source(db(), viewer(), post)
    elsewhere = source.kind == "post"  # a message may become a post where it was said
    rooms = [
        each for each in my_rooms() if entry_rules.may_post_in(each) and not (elsewhere and each.id == source.room_id)
    ]
    return asked(
        "posts/_share_form.html", gettext("Share into another room") if elsewhere else gettext("Make a post of it"), status=422 if errors else 200, post=post,
        rooms=rooms, errors=errors or {}, body=request.form.get("body", ""), chosen=request.form.get("room", ""),
        address=address_of(post), client_key=request.form.get("client_key") or secrets.token_urlsafe(12),
    )  # fmt: skip


@routes.get("/entries/<id:entry_id>/card")
def card(entry_id: int) -> ResponseReturnValue:
    """What a post shares, as its viewer may see it: it, that it is gone, or that it is from elsewhere."""
    entry, seen = queries.fetch(db(), viewer(), entry_id)
    if not entry.shared_id:
        return redirect(address_of(entry))
    original = entry_queries.find(db(), viewer(), entry.shared_id)
    values: dict[str, Any] = {
        "original": original,
        "is_gone": original is None and queries.is_gone(db(), viewer(), entry.shared_id),
    }
    if original:
        pictures = entry_queries.attachments(db(), [original]).get(original.id, [])
        values |= {
            "author": people.by_ids(db(), {original.author_id})[original.author_id], "address": address_of(original),
            "from_room": room_queries.names(db(), viewer(), {original.room_id})[original.room_id], "files": pictures,
        }  # fmt: skip
    template = "posts/_card.html" if is_htmx() else "posts/card.html"
    return page(template, entry=entry, room=seen.room, back=address_of(entry), **values)
