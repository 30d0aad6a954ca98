"""What pages and posters say of a code, in whole sentences."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import format_datetime, gettext, ngettext

from intranet.features.invites.rules import State
from intranet.plugin_api import clock, local_time


def ends(at: datetime | None) -> str:
    """Until when it works."""
    return str(gettext("Works until %(time)s.", time=_moment(at)) if at else gettext("It has no end."))


def until(at: datetime | None) -> str:
    """The choice that leaves the end as it is: short, for the whole moment stands below it."""
    if at is None:
        return str(gettext("No end"))
    is_today = local_time(at).date() == local_time(clock.now()).date()
    return str(gettext("Until %(time)s", time=format_datetime(at, "HH:mm" if is_today else "d MMMM")))


def _moment(at: datetime) -> object:
    return format_datetime(at, "EEEE d MMMM yyyy, HH:mm")


def lasting(span: timedelta) -> str:
    """An hour, or so many days."""
    days, hours = span.days, span.seconds // 3600
    return str(
        ngettext("%(num)d day", "%(num)d days", days) if days else ngettext("%(num)d hour", "%(num)d hours", hours)
    )


def up_to(number: int | None) -> str:
    """How many people a code is for."""
    if number is None:
        return str(gettext("No limit"))
    return str(ngettext("Only %(num)d person", "Up to %(num)d people", number))


def why_not(state: State) -> str:
    """Why a code does not work; nothing for one that does."""
    said = {
        "open": "",
        "ended": gettext("This code has ended."),
        "full": gettext("All places of this code are taken."),
        "stopped": gettext("This code was stopped."),
        "archived": gettext("The room is archived, so nobody joins it now."),
        "removed": gettext("The room of this code is not there any more."),
    }
    return str(said[state])


def whom_to_ask(keepers: Sequence[str]) -> str:
    """Who can help somebody whose code does not work."""
    if not keepers:
        return str(gettext("Ask the person who looks after the intranet."))
    number, names = len(keepers), ", ".join(keepers)
    return str(
        ngettext(
            "Ask %(names)s, who looks after the room.", "Ask %(names)s, who look after the room.", number, names=names
        )
    )
