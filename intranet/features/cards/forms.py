"""What is typed to make cards, and to use one."""

from typing import Annotated

from intranet.plugin_api import N_, Form, Invalid, caps, line, newcomers, text

SHEET = 40
TOO_MANY = N_("Make at most 40 cards at once.")


class CardForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    username: Annotated[str, line(64)] = ""
    days: int = newcomers.DAYS


class SheetForm(Form):
    """One person a line: a name, and behind a comma the user name, if it shall not be made from the name."""

    people: Annotated[str, text(10_000, required=True)]
    days: int = newcomers.DAYS

    def names(self) -> list[tuple[str, str]]:
        """Names with user names. Raises Invalid."""
        lines = [each.strip() for each in self.people.splitlines() if each.strip()]
        if len(lines) > SHEET:
            raise Invalid({"people": TOO_MANY})
        parts = [each.partition(",") for each in lines]
        if any(not name.strip() or len(name) > caps.LINE for name, _, _ in parts):
            raise Invalid({"people": N_("Each line begins with a name of at most 120 letters.")})
        return [(name.strip(), username.strip()) for name, _, username in parts]


class RenewForm(Form):
    days: int = newcomers.DAYS


class PasswordForm(Form):
    new: str = ""
    again: str = ""
    keep: str = ""
