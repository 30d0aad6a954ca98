"""Moments as people read them: the server writes them, the browser may only shorten them."""

from datetime import datetime, timedelta

from flask_babel import format_date, format_datetime, gettext
from markupsafe import Markup

from intranet.kernel import clock
from intranet.web.site import site


def local(moment: datetime) -> datetime:
    return moment.astimezone(site().zone)


def today() -> str:
    """The local day; what says "yesterday" must be rendered anew when it changes."""
    return local(clock.now()).date().isoformat()


def moment(at: datetime) -> Markup:
    """A <time> with the words for it: the time today, "Yesterday, 16:12", or the date."""
    return Markup('<time datetime="{}">{}</time>').format(at.strftime("%Y-%m-%dT%H:%M:%SZ"), in_words(at))


def in_words(at: datetime) -> str:
    return str(_in_words(at))


def _in_words(at: datetime) -> object:
    then, now = local(at), local(clock.now())
    clock_time = format_datetime(at, "HH:mm")
    if then.date() == now.date():
        return clock_time
    if then.date() == now.date() - timedelta(days=1):
        return gettext("Yesterday, %(time)s", time=clock_time)
    if then.year == now.year:
        return format_datetime(at, "d MMMM, HH:mm")
    return format_date(at, "d MMMM yyyy")
