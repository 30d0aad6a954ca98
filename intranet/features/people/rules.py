"""What follows from what a person says of themselves. No side effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from intranet.plugin_api import Person, Profile

LEAP_YEAR = 2024


@dataclass(frozen=True)
class Presence:
    """Where a person is by their own words: `until` is a day when they are away, `at` a time of the clock."""

    kind: Literal["away", "at_work", "later"]
    until: date | None = None
    at: str = ""


def is_away(profile: Profile | None, today: date) -> bool:
    return bool(
        profile and profile.absent_from and profile.absent_until
        and profile.absent_from <= today <= profile.absent_until
    )  # fmt: skip


def zone_of(profile: Profile, house: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(profile.time_zone) if profile.time_zone else house


def presence(profile: Profile, moment: datetime, house: ZoneInfo) -> Presence | None:
    """None outside of working hours, and for who says nothing about them. A shift may end on the next day."""
    there = moment.astimezone(zone_of(profile, house))
    if is_away(profile, there.date()):
        return Presence("away", until=profile.absent_until)
    hours: Mapping[str, Any] = profile.hours or {}
    if not hours.get("days"):
        return None
    start, end, clock = hours["from"], hours["to"], f"{there:%H:%M}"
    is_today, was_yesterday = (day.isoweekday() in hours["days"] for day in (there, there - timedelta(days=1)))
    spans_midnight = end <= start
    if is_today and start <= clock and (clock < end or spans_midnight):
        return Presence("at_work", at=end)
    if spans_midnight and was_yesterday and clock < end:
        return Presence("at_work", at=end)
    return Presence("later", at=start) if is_today and clock < start else None


def may_confirm(viewer: Person, person: Person) -> bool:
    return viewer.id != person.id and person.disabled_at is None


def shows_contact(person: Person) -> bool:
    """Who left stays readable as an author, and can no longer be reached."""
    return person.disabled_at is None


def coming_days(today: date, count: int = 7) -> dict[str, date]:
    """The coming days by month and day; the 29th of February is kept on the 28th in other years."""
    days = {f"{day:%m-%d}": day for day in (today + timedelta(days=ahead) for ahead in range(count))}
    if "02-28" in days and "02-29" not in days:
        days["02-29"] = days["02-28"]
    return days
