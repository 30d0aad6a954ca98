"""The commands that chat brings along: `/away`, `/back` and `/remind`."""

import re
from datetime import UTC, datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.chat.commands import moments
from intranet.features.chat.reminders import changes as reminder_changes
from intranet.features.chat.status import changes as status_changes
from intranet.plugin_api import (
    N_,
    Invalid,
    Person,
    SeenRoom,
    SlashCommand,
    Whispered,
    audience,
    blocks,
    caps,
    clean_line,
    clock,
    in_words,
    people,
    site,
    times,
)

UNTIL = re.compile(r"(?:^|\s)(?:until|till|fino\s+(?:al\b|alle\b|all'|a\b)|bis)\s*(.+)$", re.IGNORECASE)
DURING = re.compile(r"(?:^|\s)(?:for|per|für)\s+(.+)$", re.IGNORECASE)
WHOM = re.compile(r"(?:(me|mi|mich|mir)|@(\S+))(?:\s+|$)", re.IGNORECASE)
LINKING = re.compile(r"(?:to|that|about|of|di|che|dass|daran,?)\s+", re.IGNORECASE)
NO_TIME = N_("Say when as well, for instance: /remind me in 20 minutes to call Anna")
NO_WORDS = N_("Say what of as well, for instance: /remind me in 20 minutes to call Anna")
NOBODY = N_("Nobody in this room has that user name.")
NO_SUCH_TIME = N_("There is no such day or hour.")
LONG = N_("This is too long. Shorten it and send it again.")


def away(db: Session, viewer: Person, seen: SeenRoom, words: str) -> Whispered:
    """Words about oneself, with an end or without; until then the bell is quiet."""
    said, until = _until(words)
    said = _line(said, caps.STATUS) or gettext("Away")
    status_changes.say(db, viewer, said, until=until, is_quiet=True)
    if until:
        return Whispered(gettext("Until %(moment)s others read: %(words)s", moment=in_words(until), words=said))
    return Whispered(gettext("Until you write /back others read: %(words)s", words=said))


def back(db: Session, viewer: Person, seen: SeenRoom, words: str) -> Whispered:
    status_changes.end(db, viewer)
    return Whispered(gettext("Welcome back. Your bell rings again."))


def remind(db: Session, viewer: Person, seen: SeenRoom, words: str) -> Whispered:
    """Oneself, or somebody of the same room."""
    person, words = _whom(db, viewer, seen, words)
    due_at, words = _take(words)
    words = _line(LINKING.sub("", words, count=1) if LINKING.match(words) else words, caps.REMINDER)
    if not words:
        raise Invalid({"body": NO_WORDS})
    reminder_changes.add(db, seen, viewer, person, due_at=due_at, words=words)
    if person.id == viewer.id:
        return Whispered(gettext("You will be reminded: %(moment)s", moment=in_words(due_at)))
    return Whispered(gettext("%(name)s will be reminded: %(moment)s", name=person.name, moment=in_words(due_at)))


def _until(words: str) -> tuple[str, datetime | None]:
    """The words before the end, and the end; words that are no time stay words."""
    for pattern in (UNTIL, DURING):
        found = pattern.search(words)
        until = _read(found[1]) if found else None
        if found and until:
            times.refuse_far(until, field="body")
            return words[: found.start()].strip(), until.astimezone(UTC)
    return words, None


def _read(words: str) -> datetime | None:
    try:
        return moments.read(words, _now())
    except (ValueError, OverflowError):
        raise Invalid({"body": NO_SUCH_TIME}) from None


def _take(words: str) -> tuple[datetime, str]:
    try:
        due_at, left = moments.take(words, _now())
    except (ValueError, OverflowError):
        raise Invalid({"body": NO_SUCH_TIME}) from None
    if due_at is None:
        raise Invalid({"body": NO_TIME})
    times.refuse_far(due_at, field="body")
    return due_at.astimezone(UTC), left


def _whom(db: Session, viewer: Person, seen: SeenRoom, words: str) -> tuple[Person, str]:
    """Raises Invalid for who cannot read this room, or wants nothing from the viewer."""
    found = WHOM.match(words)
    if not found or found[1]:
        return viewer, words[found.end() :] if found else words
    person = people.find_by_username(db, found[2].casefold())
    if person is None or person.id not in audience(db, seen.room.id):
        raise Invalid({"body": NOBODY})
    if blocks.has_blocked(db, person, viewer):
        raise Invalid({"body": blocks.UNWANTED})
    return person, words[found.end() :]


def _line(words: str, cap: int) -> str:
    try:
        return clean_line(words, cap)
    except ValueError:
        raise Invalid({"body": LONG}) from None


def _now() -> datetime:
    return clock.now().astimezone(site().zone)


COMMANDS = [
    SlashCommand("away", N_("Say that you are away, and make your bell quiet"), "/away lunch until 14:00", away),
    SlashCommand("back", N_("You are back, and your bell rings again"), "/back", back),
    SlashCommand("remind", N_("Be reminded of something, or remind somebody"), "/remind me in 20 minutes to call Anna", remind),
]  # fmt: skip
