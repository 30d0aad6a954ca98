"""What is typed into a draft."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from intranet.plugin_api import N_, Form, Invalid, caps, clock, line, text

NO_MOMENT = N_("Choose a day and a time.")
TOO_SOON = N_("This time is over already. Choose a later one, or post it now.")
TOO_FAR = N_("Choose a time within the next year.")


def read_moment(said: str | None, zone: ZoneInfo) -> datetime | None:
    """A time to come; without an offset it is meant in the company's zone. Raises Invalid."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        ahead = moment - clock.now()
    except (ValueError, OverflowError):
        raise Invalid({"publish_at": NO_MOMENT}) from None
    if ahead <= timedelta(0):
        raise Invalid({"publish_at": TOO_SOON})
    if ahead > timedelta(days=caps.AHEAD):
        raise Invalid({"publish_at": TOO_FAR})
    return moment.astimezone(UTC)


class AutosaveForm(Form):
    """What the browser sends by itself while somebody writes."""

    body: Annotated[str, text(caps.BODY)] = ""
    room: str = Field(max_length=caps.LINE)
    client_key: str = Field(min_length=1, max_length=128)


class DraftForm(Form):
    """A draft as its own page changes it: `alts` by the id of the file, `removed` the ids of those that go."""

    body: Annotated[str, text(caps.BODY)] = ""
    alts: Annotated[dict[int, Annotated[str, line(caps.ALT)]], Field(max_length=caps.FORM_PARTS)] = {}
    removed: list[int] = []


class ReturnForm(Form):
    """Why a keeper sends a post back."""

    reason: Annotated[str, line(caps.REASON, required=True)]
