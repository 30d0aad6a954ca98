"""What is typed to make or change a room."""

from typing import Annotated, Literal

from intranet.plugin_api import Form, caps, line, text


class RoomForm(Form):
    name: Annotated[str, line(caps.NAME, required=True)]
    description: Annotated[str, text(caps.DESCRIPTION)] = ""
    kind: Literal["team", "channel"] = "team"
    access: Literal["open", "closed", "secret"] = "open"


class RoomChangeForm(Form):
    """Fields that are left out stay as they are."""

    name: Annotated[str, line(caps.NAME, required=True)] | None = None
    description: Annotated[str, text(caps.DESCRIPTION)] | None = None
    access: Literal["open", "closed", "secret"] | None = None
    archived: bool | None = None


class MemberForm(Form):
    role: Literal["keeper", "member", "guest"] = "member"
