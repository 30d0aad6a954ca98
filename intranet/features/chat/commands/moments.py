"""When something should be, as people say it in English, Italian or German: "in 20 minutes", "domani alle 9", "am 1.12."

A moment stands at the beginning or at the end of what was typed; what is left are the words. Without an hour, a day begins at
nine. All of it is meant in the zone of `now`.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

UNITS = {
    "minutes": "minutes|minuten|minute|minuto|minuti|mins|min|m",
    "hours": "hours|hour|hrs|hr|h|ore|ora|stunden|stunde|std",
    "days": "days|day|d|giorni|giorno|tagen|tage|tag",
    "weeks": "weeks|week|w|settimane|settimana|wochen|woche",
}
WEEKDAYS = (
    "monday|lunedì|lunedi|montag", "tuesday|martedì|martedi|dienstag", "wednesday|mercoledì|mercoledi|mittwoch",
    "thursday|giovedì|giovedi|donnerstag", "friday|venerdì|venerdi|freitag", "saturday|sabato|samstag|sonnabend",
    "sunday|domenica|sonntag",
)  # fmt: skip
TODAY, TOMORROW = "today|oggi|heute", "tomorrow|domani|morgen"
ONE = {"a", "an", "one", "un", "un'", "una", "uno", "ein", "eine", "einem", "einen", "einer"}
NUMBER = r"(?P<number>\d{1,3}|" + "|".join(sorted(ONE, key=len, reverse=True)) + ")"
UNIT = f"(?P<unit>{'|'.join(UNITS.values())})"
SPAN = rf"{NUMBER}\s*{UNIT}"
DAY = (
    rf"(?:(?:on|next|il|prossimo|prossima|am|nächsten|den)\s+)?(?:(?P<word>{TODAY}|{TOMORROW}|{'|'.join(WEEKDAYS)})"
    r"|(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>\d{4}))?\.?)"
)
MINUTES, HALF = r"(?::|\.)(?P<minute>\d{2})", r"\s*(?P<half>am|pm|uhr)"
CLOCK = rf"(?:(?:at|um|alle\s+ore|alle|all'|le|ore)\s*)?(?P<hour>\d{{1,2}})(?:{MINUTES})?(?:{HALF})?"
# On its own a bare number is no time of day: it needs a word before it, or what only times have.
MARKED = (
    rf"(?:(?:at|um|alle\s+ore|alle|all'|ore)\s*(?P<hour>\d{{1,2}})(?:{MINUTES})?(?:{HALF})?"
    r"|(?P<hour2>\d{1,2})(?::(?P<minute2>\d{2})(?:\s*(?P<half2>am|pm|uhr))?|\s*(?P<half3>am|pm|uhr)))"
)
WHOLE = [rf"(?:(?:in|fra|tra)\s+)?{SPAN}", rf"{DAY}(?:,?\s+{CLOCK})?", rf"{CLOCK}(?:,?\s+{DAY})?"]
WITHIN = [rf"(?:in|fra|tra)\s+{SPAN}", rf"{DAY}(?:,?\s+{MARKED})?", rf"{MARKED}(?:,?\s+{DAY})?"]
MORNING = time(9)
LOOKED_AT = 80


def _compiled(patterns: Sequence[str], before: str, after: str) -> list[re.Pattern[str]]:
    return [re.compile(f"{before}(?:{each}){after}", re.IGNORECASE) for each in patterns]


ALONE = _compiled(WHOLE, "^", "$")
AT_START = _compiled(WITHIN, "^", r"(?:[,:]?\s+|$)")
AT_END = _compiled(WITHIN, r"(?:^|\s)", r"[.!]?$")


def read(words: str, now: datetime) -> datetime | None:
    """Words that are a moment and nothing else. Raises ValueError for a day or an hour that does not exist."""
    words = words.strip()
    matches = (each.match(words) for each in ALONE)
    found = next((each for each in matches if each), None) if len(words) <= LOOKED_AT else None
    return _moment(found, now) if found else None


def take(words: str, now: datetime) -> tuple[datetime | None, str]:
    """The moment in these words, and what is left of them. Raises ValueError for one that does not exist."""
    words = words.strip()
    for pattern in AT_START:
        if found := pattern.match(words):
            return _moment(found, now), words[found.end() :].strip()
    cut = max(0, len(words) - LOOKED_AT)
    for pattern in AT_END:
        if found := pattern.search(words, cut):
            return _moment(found, now), words[: found.start()].strip()
    return None, words


def _moment(found: re.Match[str], now: datetime) -> datetime:
    said = {name: value.casefold() for name, value in found.groupdict().items() if value}
    if "unit" in said:
        return _span(said, now)
    hour = said.get("hour") or said.get("hour2")
    minute = said.get("minute") or said.get("minute2") or "0"
    half = said.get("half") or said.get("half2") or said.get("half3") or ""
    clock = _clock(int(hour), int(minute), half) if hour else None
    day = _day(said, now.date())
    if day is None:
        moment = datetime.combine(now.date(), clock or MORNING, now.tzinfo)
        return moment if moment > now else datetime.combine(now.date() + timedelta(days=1), moment.time(), now.tzinfo)
    return datetime.combine(day, clock or MORNING, now.tzinfo)


def _span(said: dict[str, str], now: datetime) -> datetime:
    number = 1 if said["number"] in ONE else int(said["number"])
    unit = next(name for name, words in UNITS.items() if said["unit"] in words.split("|"))
    if unit in ("days", "weeks"):
        return now + timedelta(**{unit: number})  # the same hour on that day
    utc = now.timestamp() + timedelta(**{unit: number}).total_seconds()
    return datetime.fromtimestamp(utc, now.tzinfo)


def _clock(hour: int, minute: int, half: str) -> time:
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _day(said: dict[str, str], today: date) -> date | None:
    if "iso" in said:
        year, month, day = map(int, said["iso"].split("-"))
        return date(year, month, day)
    if "day" in said:
        found = date(int(said.get("year", today.year)), int(said["month"]), int(said["day"]))
        return found if "year" in said or found >= today else found.replace(year=today.year + 1)
    if "word" not in said:
        return None
    if said["word"] in TODAY.split("|"):
        return today
    if said["word"] in TOMORROW.split("|"):
        return today + timedelta(days=1)
    place = next(place for place, names in enumerate(WEEKDAYS) if said["word"] in names.split("|"))
    return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)
