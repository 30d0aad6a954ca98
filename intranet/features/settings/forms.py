"""What is typed into my settings."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from intranet.plugin_api import N_, Form, Invalid, caps, clock, line, passwords, site

SAME = N_("This is the password that you have now. Choose another.")
PAST = N_("Choose a day that is still to come.")


class LookForm(Form):
    language: Literal["", "en", "it", "de"] = ""
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"
    text_size: Literal["100", "112", "125"] = "100"
    shortcuts: Literal["on", "off"] = "off"
    presence: Literal["shown", "hidden"] = "shown"
    reading: Literal["shown", "hidden"] = "shown"


class PasswordForm(Form):
    current: str = ""
    new: str = ""
    again: str = ""
    revokes_tokens: str = ""

    def check(self) -> None:
        """Raises Invalid."""
        passwords.check_new(self.new, self.again)
        if self.new == self.current:
            raise Invalid({"new": SAME})


class TokenForm(Form):
    """A token for a program, or an app password for a network drive."""

    name: Annotated[str, line(caps.LINE, required=True)]
    scopes: Literal["read", "read write", "files"] = "read"
    ends_on: Annotated[str, line(10)] = ""

    def ends_at(self) -> datetime | None:
        """The end of that day, by the clock on the wall. Raises Invalid when it is over, or no day at all."""
        if not self.ends_on:
            return None
        try:
            ends_at = datetime.combine(date.fromisoformat(self.ends_on), time.max, tzinfo=site().zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Invalid({"ends_on": PAST}) from None
        if ends_at <= clock.now():
            raise Invalid({"ends_on": PAST})
        return ends_at


class CodeForm(Form):
    code: Annotated[str, line(40, required=True)]


class PasskeyForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    credential: Annotated[str, line(20_000)] = ""
