"""What is typed into a post or a comment."""

from typing import Annotated

from pydantic import Field

from intranet.plugin_api import Form, caps, text


class PostForm(Form):
    """A post may be empty only when it brings a picture or a file."""

    body: Annotated[str, text(caps.BODY)] = ""


class CommentForm(Form):
    body: Annotated[str, text(caps.BODY, required=True)]


class ReactionForm(Form):
    emoji: str = Field(max_length=16)
    on: str = "1"
