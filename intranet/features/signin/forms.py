"""What is typed on the way in."""

from typing import Annotated

from intranet.plugin_api import Form, line, passwords


class ForgottenForm(Form):
    username: Annotated[str, line(254, required=True)]


class NewPasswordForm(Form):
    new: str = ""
    again: str = ""
    revokes_tokens: str = ""

    def check(self) -> None:
        """Raises Invalid."""
        passwords.check_new(self.new, self.again)
