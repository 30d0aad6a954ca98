"""What is sent to mark lines as read."""

from typing import Annotated

from pydantic import Field

from intranet.plugin_api import Form, caps

Id = Annotated[int, Field(gt=0, lt=1 << 63)]


class ReadForm(Form):
    """Nothing given: everything."""

    cursor: Id | None = None
    ids: Annotated[list[Id], Field(max_length=caps.LIST)] = []
    entry_id: Id | None = None
