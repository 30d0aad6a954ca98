"""The page on which an admin chooses them."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from intranet.features.reactions import changes
from intranet.features.reactions.forms import LEAST, MOST, SetForm
from intranet.plugin_api import OFFERED, Invalid, Routes, address, db, entry_words, page, read_value, viewer, writing

routes = Routes("reactions", __name__, access="admin", url_prefix="/admin/reactions")


@routes.get("")
def index() -> Response:
    kept = read_value(db(), entry_words.OFFERED_KEY)
    return _index(" ".join(kept or OFFERED), {})


@routes.post("")
def update() -> ResponseReturnValue:
    try:
        chosen = SetForm.read(request.form).chosen()
    except Invalid as refusal:
        return _index(request.form.get("emoji", "")[:500], refusal.fields, 422)
    with writing() as writer:
        changes.offer(writer, chosen, actor=viewer(), address=address())
    return redirect("/admin/reactions?saved=1", 303)


def _index(written: str, errors: dict[str, str], status: int = 200) -> Response:
    try:
        shown = entry_words.split_emoji(written)
    except ValueError:
        shown = []
    return page(
        "reactions/offered.html", status=status, written=written, shown=shown, errors=errors, ours=" ".join(OFFERED),
        least=LEAST, most=MOST,
    )  # fmt: skip
