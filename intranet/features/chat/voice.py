"""The button that records a voice message, with its words: fetched by the script, where there is one that can record."""

from flask import Response

from intranet.plugin_api import Routes, page

routes = Routes("chat_voice", __name__, access="person")
KEPT_S = 300


@routes.get("/chat/voice")
def show() -> Response:
    response = page("chat/_voice.html")
    response.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response
