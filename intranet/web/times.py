"""Moments as people read them: the server writes them, the browser may only shorten them. And as people type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime, gettext
from markupsafe import Markup

from intranet.core.errors import Invalid
from intranet.core.forms import N_
from intranet.kernel import clock
from intranet.web import caps
from intranet.web.site import site

NO_MOMENT = N_("Choose a day and a time.")
TOO_SOON = N_("This time is over already. Choose a later one.")
TOO_FAR = N_("Choose a time within the next year.")


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


def read_moment(
    said: str | None, zone: ZoneInfo, *, field: str = "publish_at", too_soon: str = TOO_SOON
) -> datetime | None:
    """A time to come; without an offset it is meant in the company's zone. Raises Invalid."""
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        refuse_far(at, field=field, too_soon=too_soon)
    except (ValueError, OverflowError):
        raise Invalid({field: NO_MOMENT}) from None
    return at.astimezone(UTC)


def refuse_far(at: datetime, *, field: str, too_soon: str = TOO_SOON) -> None:
    """Raises Invalid for what is over already, or further ahead than anybody plans."""
    ahead = at - clock.now()
    if ahead <= timedelta(0):
        raise Invalid({field: too_soon})
    if ahead > timedelta(days=caps.AHEAD):
        raise Invalid({field: TOO_FAR})
