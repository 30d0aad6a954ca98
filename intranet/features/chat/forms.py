"""What is typed into a conversation."""

from typing import Annotated, Literal

from pydantic import Field

from intranet.plugin_api import MAX_ID, Form, caps, text


class MessageForm(Form):
    """A message may be empty only when it brings a picture or a file. `thread_id` is the message that it answers.

    With `publish_at` it is said later; when it is `urgent`, those whom it names are asked to say that they have seen it.
    """

    body: Annotated[str, text(caps.BODY)] = ""
    thread_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    also_in_log: bool = False
    publish_at: Annotated[str, Field(max_length=40)] | None = None
    urgent: bool = False


class ForwardForm(Form):
    """Where a message goes to, and what one says to it; nothing is fine."""

    room_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    body: Annotated[str, text(caps.BODY)] = ""


class PeopleForm(Form):
    """User names of those to whom one wants to write; none is oneself."""

    usernames: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=20)] = []


class ReadForm(Form):
    entry_id: Annotated[int, Field(ge=1, le=MAX_ID)]


class LoudnessForm(Form):
    loudness: Literal["all", "normal", "muted"]


class FavouriteForm(Form):
    on: bool = True
