"""What is typed to announce something."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from intranet.plugin_api import N_, Form, Invalid, caps, clock, line, site, text

DAYS, LONGEST = 7, 30
SETS = 50
BAD_DAY = N_("Choose a day between tomorrow and a month from now.")
MANY = ("departments", "locations", "roles")
Name = Annotated[str, line(caps.LINE, required=True)]


def today() -> date:
    return clock.now().astimezone(site().zone).date()


def default_day() -> str:
    return (today() + timedelta(days=DAYS)).isoformat()


class EndForm(Form):
    until: Annotated[str, line(10)] = ""

    def ends_at(self) -> datetime:
        """The end of that day, by the clock on the wall. Raises Invalid."""
        try:
            day = date.fromisoformat(self.until or default_day())
        except ValueError:
            raise Invalid({"until": BAD_DAY}) from None
        if not today() < day <= today() + timedelta(days=LONGEST):
            raise Invalid({"until": BAD_DAY})
        return datetime.combine(day, time(23, 59, 59), site().zone).astimezone(UTC)


class WhomForm(Form):
    """Whoever is in one of these is asked; nothing chosen: everyone in the room."""

    departments: Annotated[list[Name], Field(max_length=SETS)] = []
    locations: Annotated[list[Name], Field(max_length=SETS)] = []
    roles: Annotated[list[Literal["keeper", "admin"]], Field(max_length=2)] = []

    @classmethod
    def read_lists(cls, submitted: Any) -> Self:
        """From a form of a page, where a name may come more than once. Raises Invalid."""
        said: Mapping[str, Any] = {**submitted.to_dict(), **{name: submitted.getlist(name) for name in MANY}}
        return cls.read(said)

    def sets(self) -> dict[str, list[str]]:
        return {name: list(getattr(self, name)) for name in MANY if getattr(self, name)}


class AnnouncementForm(WhomForm, EndForm):
    body: Annotated[str, text(caps.BODY, required=True)]
