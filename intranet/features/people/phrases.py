"""Days, hours and presence in the words of the viewer's language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale, gettext, ngettext

from intranet.features.people import rules
from intranet.features.people.rules import Presence
from intranet.plugin_api import Profile, clock

WEEK = 7
HOUR_MIN = 60


def day(on: date) -> str:
    """A day without the year, unless it is another one."""
    pattern = "d MMMM" if on.year == clock.now().year else "d MMMM yyyy"
    return str(format_date(on, pattern))


def near_day(on: date, today: date) -> str:
    if on == today:
        return str(gettext("today"))
    if (on - today).days == 1:
        return str(gettext("tomorrow"))
    return str(format_date(on, "EEEE"))


def weekdays(width: str = "wide") -> list[str]:
    """The names of the days, Monday first."""
    names = get_locale().days["stand-alone" if width == "wide" else "format"][width]
    return [str(names[number]) for number in range(WEEK)]


def months() -> list[str]:
    names = get_locale().months["stand-alone"]["wide"]
    return [str(names[number]) for number in range(1, 13)]


def hours(said: Mapping[str, Any]) -> str:
    """`Mon to Fri, 07:30–16:30`."""
    if not said.get("days"):
        return ""
    return f"{_days(said['days'])}, {said['from']}–{said['to']}"


def _days(numbers: Sequence[int]) -> str:
    names = weekdays("abbreviated")
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and list(numbers) == list(range(first, last + 1)):
        return str(gettext("%(first)s to %(last)s", first=names[first - 1], last=names[last - 1]))
    return ", ".join(names[number - 1] for number in numbers)


def presence(found: Presence | None) -> str:
    if found is None:
        return ""
    if found.kind == "away" and found.until:
        return str(gettext("Away until %(day)s", day=day(found.until)))
    if found.kind == "at_work":
        return str(gettext("At work until %(time)s", time=found.at))
    return str(gettext("At work from %(time)s", time=found.at))


def availability(theirs: Profile, own: Profile, moment: datetime, house: ZoneInfo) -> str:
    """Away until a day, at work until or from a time, or the hours; and the time there, where it is another one than here."""
    there, here = rules.zone_of(theirs, house), rules.zone_of(own, house)
    said = presence(rules.presence(theirs, moment, house)) or hours(theirs.hours or {})
    is_apart = moment.astimezone(there).utcoffset() != moment.astimezone(here).utcoffset()
    return " · ".join(filter(None, [said, time_there(moment, there, here) if is_apart else ""]))


def time_there(moment: datetime, theirs: ZoneInfo, mine: ZoneInfo) -> str:
    """What the clock says where the person is, and how far that is from the viewer's."""
    there, here = moment.astimezone(theirs), moment.astimezone(mine)
    clock_there = f"{there:%H:%M}"
    minutes = int(((there.utcoffset() or here - here) - (here.utcoffset() or here - here)).total_seconds()) // 60
    if not minutes:
        return str(gettext("%(time)s now, same time as you", time=clock_there))
    away, rest = divmod(abs(minutes), HOUR_MIN)
    apart = f"{away}:{rest:02}" if rest else str(away)
    if minutes > 0:
        return str(
            ngettext(
                "%(time)s now, %(apart)s hour ahead of you", "%(time)s now, %(apart)s hours ahead of you",
                away + bool(rest), time=clock_there, apart=apart,
            )
        )  # fmt: skip
    return str(
        ngettext(
            "%(time)s now, %(apart)s hour behind you", "%(time)s now, %(apart)s hours behind you", away + bool(rest),
            time=clock_there, apart=apart,
        )
    )  # fmt: skip
