"""What is typed into a message that waits for its time."""

from typing import Annotated

from pydantic import Field

from intranet.plugin_api import Form, caps, text


class LaterForm(Form):
    """`removed` are the ids of files that go."""

    body: Annotated[str, text(caps.BODY)] = ""
    publish_at: Annotated[str, Field(max_length=40)] = ""
    removed: Annotated[list[int], Field(max_length=caps.FILES)] = []
