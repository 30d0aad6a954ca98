"""What is typed into a post or a comment."""

from typing import Annotated

from pydantic import Field

from intranet.plugin_api import MAX_ID, Form, caps, line, text


class PostForm(Form):
    """A post may be empty only when it brings a picture or a file."""

    body: Annotated[str, text(caps.BODY)] = ""
    publish_at: Annotated[str, Field(max_length=40)] | None = None


class CommentForm(Form):
    body: Annotated[str, text(caps.BODY, required=True)]


class EditForm(Form):
    """New words, and new descriptions of pictures by the id of the attachment."""

    body: Annotated[str, text(caps.BODY)] = ""
    alts: Annotated[dict[int, Annotated[str, line(caps.ALT)]], Field(max_length=caps.LIST)] = {}


class RemovalForm(Form):
    """Why a keeper takes away what somebody else wrote."""

    reason: Annotated[str, line(caps.REASON)] = ""


class ShareForm(Form):
    """What one says to a post that is shared; nothing is fine."""

    body: Annotated[str, text(caps.BODY)] = ""


class ReactionForm(Form):
    emoji: str = Field(max_length=16)
    on: str = "1"


class ShownForm(Form):
    """The posts that were really on the screen."""

    entries: Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(max_length=caps.LIST)]


class SettingsForm(Form):
    """What the company wants of posts; a box that is not ticked is not sent."""

    seen_by: bool = False
