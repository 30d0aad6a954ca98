"""What is typed on the way in."""

from typing import Annotated

from intranet.plugin_api import N_, Form, Invalid, line, passwords

SHORT = N_("Choose a password of at least 10 characters.")
LONG = N_("This is too long. Shorten it and send it again.")
UNEQUAL = N_("The two new passwords differ.")


class ForgottenForm(Form):
    username: Annotated[str, line(254, required=True)]


class NewPasswordForm(Form):
    new: str = ""
    again: str = ""
    revokes_tokens: str = ""

    def check(self) -> None:
        """Raises Invalid."""
        if len(self.new) < passwords.MIN_LENGTH:
            raise Invalid({"new": SHORT})
        if len(self.new) > passwords.MAX_LENGTH:
            raise Invalid({"new": LONG})
        if self.new != self.again:
            raise Invalid({"again": UNEQUAL})
