"""What an admin chooses for posts."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.posts.forms import SettingsForm
from intranet.features.posts.mark_routes import wants_seen
from intranet.plugin_api import Routes, audit, page, save_value, viewer, writing

routes = Routes("posts_admin", __name__, access="admin", url_prefix="/admin/posts")


@routes.get("")
def edit() -> Response:
    return page("posts/admin.html", seen_by=wants_seen())


@routes.post("")
def update() -> ResponseReturnValue:
    form = SettingsForm.read(request.form)
    with writing() as writer:
        save_value(writer, "posts.seen_by", form.seen_by)
        audit.write(writer, "setting.changed", "posts.seen_by", actor_id=viewer().id, value=form.seen_by)
    return redirect("/admin/posts?saved=1", 303)
