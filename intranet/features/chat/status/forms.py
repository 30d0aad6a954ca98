"""What is typed into a status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from flask_babel import gettext
from pydantic import Field

from intranet.plugin_api import N_, Form, Invalid, caps, clock, line, site, times

Lasts = Literal["", "30m", "1h", "4h", "today", "week", "until"]
SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "4h": timedelta(hours=4)}
LAST_SECOND = time(23, 59, 59)
CHOICES: Mapping[Lasts, str] = {
    "": N_("Until I change it"), "30m": N_("For half an hour"), "1h": N_("For an hour"), "4h": N_("For four hours"),
    "today": N_("Today"), "week": N_("This week"), "until": N_("Until another time"),
}  # fmt: skip


class StatusForm(Form):
    words: Annotated[str, line(caps.STATUS, required=True)]
    until: Annotated[str, Field(max_length=40)] | None = None
    is_quiet: bool = False


class OwnStatusForm(Form):
    """The same by hand: `lasts` says for how long, and only where it is `until`, that moment counts."""

    words: Annotated[str, line(caps.STATUS, required=True)]
    lasts: Lasts = ""
    until: Annotated[str, Field(max_length=40)] = ""
    is_quiet: Literal["", "on"] = ""

    def ends_at(self) -> datetime | None:
        """Raises Invalid."""
        if not self.lasts:
            return None
        if self.lasts == "until":
            if until := times.read_moment(self.until, site().zone, field="until"):
                return until
            raise Invalid({"until": times.NO_MOMENT})
        now = clock.now()
        if self.lasts in SPANS:
            return now + SPANS[self.lasts]
        today = now.astimezone(site().zone).date()
        last = today if self.lasts == "today" else today + timedelta(days=6 - today.weekday())
        return datetime.combine(last, LAST_SECOND, tzinfo=site().zone).astimezone(UTC)


@dataclass(frozen=True)
class Preset:
    """What people say most often, in one press."""

    words: str
    lasts: Lasts
    is_quiet: bool = False

    def submitted(self) -> dict[str, str]:
        return {"words": gettext(self.words), "lasts": self.lasts, "is_quiet": "on" if self.is_quiet else ""}


PRESETS: Mapping[str, Preset] = {
    "meeting": Preset(N_("In a meeting"), "1h", is_quiet=True),
    "lunch": Preset(N_("At lunch"), "1h", is_quiet=True),
    "focus": Preset(N_("Please do not disturb"), "4h", is_quiet=True),
    "home": Preset(N_("Working from home"), "today"),
    "travelling": Preset(N_("Travelling"), "today"),
}
