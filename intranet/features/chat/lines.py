"""A log as it is drawn: days, where what is new begins, and who goes on speaking."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import format_date, format_datetime, gettext
from markupsafe import Markup

from intranet.plugin_api import clock, local_time

GOES_ON = timedelta(minutes=5)
NAMED = re.compile(r'\b(id|aria-labelledby)="([^"]+)"')


@dataclass(frozen=True)
class Line:
    """One message with what stands above it. `goes_on`: the same person said the one before, a moment ago.

    `day` is what people read, `date` what scripts make it of when the company's day is over.
    """

    html: Markup
    day: str = ""
    date: str = ""
    new_since: str = ""
    goes_on: bool = False


def draw(rows: Sequence[Any], html: Mapping[int, Markup], *, new_from: int = 0, under: Any = None) -> list[Line]:
    """`rows` have id, author_id and created_at; they stand `under` the message of a thread."""
    lines: list[Line] = []
    last: Any = None
    for row in (each for each in rows if each.id in html):
        above = last or under
        is_new_day = above is None or _day(row) != _day(above)
        is_first_new = row.id == new_from
        follows = last is not None and last.author_id == row.author_id and row.created_at - last.created_at < GOES_ON
        lines.append(
            Line(
                html[row.id],
                day_words(row.created_at) if is_new_day else "",
                day_of(row.created_at) if is_new_day else "",
                clock_time(row.created_at) if is_first_new else "",
                follows and not (is_new_day or is_first_new),
            )
        )
        last = row
    return lines


def twin(html: Markup) -> Markup:
    """The same message a second time on a page: its ids differ, so that each is there once."""
    return Markup(NAMED.sub(_renamed, html))


def _renamed(found: re.Match[str]) -> str:
    return f'{found[1]}="{" ".join(f"{each}-log" for each in found[2].split())}"'


def _day(row: Any) -> date:
    return local_time(row.created_at).date()


def day_of(moment: datetime) -> str:
    """The day where the company is, for scripts to compare."""
    return local_time(moment).date().isoformat()


def day_words(moment: datetime) -> str:
    """ "Today", "Yesterday" or "Wednesday 11 November", where the company is."""
    day, today = local_time(moment).date(), local_time(clock.now()).date()
    if day == today:
        return str(gettext("Today"))
    if day == today - timedelta(days=1):
        return str(gettext("Yesterday"))
    return str(format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM yyyy"))


def clock_time(moment: datetime) -> str:
    return str(format_datetime(moment, "HH:mm"))
