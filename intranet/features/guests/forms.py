"""What is typed to invite a guest, and to come in as one."""

import re
from datetime import date, timedelta
from typing import Annotated

from intranet.plugin_api import N_, Form, Invalid, caps, line, newcomers

ADDRESS = re.compile(r"[^@\s,;:<>()\"\\]+@[^@\s,;:<>()\"\\]+")
LONGEST_STAY = timedelta(days=2 * 366)
BAD_ADDRESS = N_("This is not an email address.")
BAD_DAY = N_("Choose a day between today and two years from now.")


class InvitationForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    email: Annotated[str, line(254, required=True)]
    days: int = newcomers.DAYS
    until: str = ""

    def address(self) -> str:
        """Raises Invalid."""
        if not ADDRESS.fullmatch(self.email):
            raise Invalid({"email": BAD_ADDRESS})
        return self.email

    def last_day(self, today: date) -> date | None:
        """Raises Invalid."""
        if not self.until:
            return None
        try:
            day = date.fromisoformat(self.until)
        except ValueError:
            raise Invalid({"until": BAD_DAY}) from None
        if not today <= day <= today + LONGEST_STAY:
            raise Invalid({"until": BAD_DAY})
        return day


class GuestForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    username: Annotated[str, line(64, required=True)]
    new: str = ""
    again: str = ""
    keep: str = ""
