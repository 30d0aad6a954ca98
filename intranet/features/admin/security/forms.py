"""What an admin decides about signing in."""

from typing import Annotated, Literal

from intranet.plugin_api import Form, line


class RulesForm(Form):
    second_factor: Literal["off", "admins", "everyone"]
    keepers_add_people: bool = False


class NameForm(Form):
    name: Annotated[str, line(254, required=True)]
