"""What is typed into a reminder."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from intranet.features.chat.commands import moments
from intranet.plugin_api import Form, Invalid, caps, clock, line, site, times


class ReminderForm(Form):
    """`when` is `20m`, `1h`, `tomorrow`, or a day and a time."""

    when: Annotated[str, Field(max_length=80)] = ""
    words: Annotated[str, line(caps.REMINDER)] = ""

    def due_at(self) -> datetime:
        """Raises Invalid."""
        try:
            found = moments.read(self.when, clock.now().astimezone(site().zone))
        except ValueError:
            found = None
        if found is not None:
            times.refuse_far(found, field="when")
            return found.astimezone(UTC)
        moment = times.read_moment(self.when, site().zone, field="when")
        if moment is None:
            raise Invalid({"when": times.NO_MOMENT})
        return moment
