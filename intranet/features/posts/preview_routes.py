"""How words will stand where they go. Nothing is kept, and nobody is told."""

from flask import Response, render_template, request
from markupsafe import Markup

from intranet.features.posts import queries
from intranet.features.posts.composing import composer_values
from intranet.features.posts.forms import PostForm
from intranet.plugin_api import Invalid, Routes, SeenRoom, db, entry_rules, entry_words, html, is_htmx, page, viewer

routes = Routes("previews", __name__, access="person")


@routes.post("/preview")
def create() -> Response:
    """Of a post in that room."""
    seen = queries.fetch_room(db(), viewer(), slug=request.form.get("room", ""))
    shown, errors = _rendered(seen)
    if is_htmx():
        return html(shown, 422 if errors else 200)
    has_files = any(each.filename for each in request.files.values())
    values = {**composer_values(None), "chosen": seen.room.slug}
    return page(
        "posts/new.html", status=422 if errors else 200, had_files=has_files, values=values, errors=errors,
        body=request.form.get("body", ""), publish_at=request.form.get("publish_at", ""),
        preview=None if errors else shown,
    )  # fmt: skip


@routes.post("/entries/<id:entry_id>/preview")
def create_under(entry_id: int) -> Response:
    """Of a comment on the entry, or of its own new words."""
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
