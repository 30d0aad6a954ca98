"""Which commands there are, for the help while one types."""

from flask import Response, jsonify
from flask_babel import gettext

from intranet.features.chat.commands import running
from intranet.plugin_api import Routes

routes = Routes("chat_commands", __name__, access="person")


@routes.get("/chat/commands")
@routes.get("/api/v1/commands")
def index() -> Response:
    return jsonify(
        items=[{"name": each.name, "usage": each.usage, "label": gettext(each.label)} for each in running.offered()]
    )
