"""My settings: connecting one's own account with the provider."""

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from intranet.features.oidc import changes, claims, dance
from intranet.features.oidc.routes import refused
from intranet.plugin_api import (
    Person,
    Refused,
    Routes,
    address,
    confirmed,
    page,
    settings_pages,
    viewer,
    writing,
)

routes = Routes("own_oidc", __name__, access="person", url_prefix="/me/oidc")
routes.before_request(lambda: claims.section() and None)


@routes.get("")
def show() -> Response:
    has_other = bool(viewer().password_hash or viewer().directory_id)
    return page(
        "oidc/own.html", pages=settings_pages(), label=claims.section().label, has_other=has_other,
        is_connected=viewer().oidc_subject is not None,
    )  # fmt: skip


@routes.post("")
@confirmed
def connect() -> ResponseReturnValue:
    """A form may not lead to another site (CSP), so the page that it leads to goes on by itself."""
    try:
        url = dance.begin(person_id=viewer().id)
    except Refused as refusal:
        return refused(refusal)
    response = page("oidc/going.html", url=url, label=claims.section().label)
    response.headers["Refresh"] = f"0; url={url}"
    return response


@routes.post("/remove")
@confirmed
def disconnect() -> ResponseReturnValue:
    with writing() as writer:
        changes.disconnect(writer, writer.get_one(Person, viewer().id), address=address())
    return redirect("/me/oidc?saved=1", 303)
