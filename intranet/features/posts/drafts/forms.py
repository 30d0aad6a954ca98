"""What is typed into a draft."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from intranet.plugin_api import N_, Form, caps, line, text, times

TOO_SOON = N_("This time is over already. Choose a later one, or post it now.")


def read_moment(said: str | None, zone: ZoneInfo) -> datetime | None:
    """When a post should appear. Raises Invalid."""
    return times.read_moment(said, zone, too_soon=TOO_SOON)


class AutosaveForm(Form):
    """What the browser sends by itself while somebody writes."""

    body: Annotated[str, text(caps.BODY)] = ""
    room: str = Field(max_length=caps.LINE)
    client_key: str = Field(min_length=1, max_length=128)


class DraftForm(Form):
    """A draft as its own page changes it: `alts` by the id of the file, `removed` the ids of those that go."""

    body: Annotated[str, text(caps.BODY)] = ""
    alts: Annotated[dict[int, Annotated[str, line(caps.ALT)]], Field(max_length=caps.FORM_PARTS)] = {}
    removed: list[int] = []


class ReturnForm(Form):
    """Why a keeper sends a post back."""

    reason: Annotated[str, line(caps.REASON, required=True)]
