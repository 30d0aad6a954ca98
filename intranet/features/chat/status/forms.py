"""What is typed into a status."""

from typing import Annotated

from pydantic import Field

from intranet.plugin_api import Form, caps, line


class StatusForm(Form):
    words: Annotated[str, line(caps.STATUS, required=True)]
    until: Annotated[str, Field(max_length=40)] | None = None
    is_quiet: bool = False
