"""When something should be, as people say it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from intranet.features.chat.commands import moments

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZoneInfo("Europe/Rome"))  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "moment", "left"),
    [
        ("in 20 minutes call Anna", "2026-11-25 10:50", "call Anna"),
        ("call Anna in 20 minutes", "2026-11-25 10:50", "call Anna"),
        ("call Anna at 15:00", "2026-11-25 15:00", "call Anna"),
        ("at 9 tea", "2026-11-26 09:00", "tea"),
        ("at 3pm tea", "2026-11-25 15:00", "tea"),
        ("tomorrow buy milk", "2026-11-26 09:00", "buy milk"),
        ("tomorrow 5 apples", "2026-11-26 09:00", "5 apples"),
        ("buy milk tomorrow at 8", "2026-11-26 08:00", "buy milk"),
        ("on 2026-12-01 9:00 pay", "2026-12-01 09:00", "pay"),
        ("next friday party", "2026-11-27 09:00", "party"),
        ("on wednesday party", "2026-12-02 09:00", "party"),
        ("fra un'ora chiamare Anna", "2026-11-25 11:30", "chiamare Anna"),
        ("domani alle 9 comprare il latte", "2026-11-26 09:00", "comprare il latte"),
        ("il 2026-12-01 alle 15 dentista", "2026-12-01 15:00", "dentista"),
        ("lunedì alle 8:15 riunione", "2026-11-30 08:15", "riunione"),
        ("in einer Stunde Anna anrufen", "2026-11-25 11:30", "Anna anrufen"),
        ("morgen um 9 Milch", "2026-11-26 09:00", "Milch"),
        ("am 1.12. um 9:30 Uhr zahlen", "2026-12-01 09:30", "zahlen"),
        ("Montag um 8 Uhr Sitzung", "2026-11-30 08:00", "Sitzung"),
        ("in 2 weeks look again", "2026-12-09 10:30", "look again"),
    ],
)
def test_a_moment_stands_at_the_beginning_or_the_end(typed: str, moment: str, left: str) -> None:
    found, rest = moments.take(typed, NOW)
    assert (f"{found:%Y-%m-%d %H:%M}", rest) == (moment, left)


@pytest.mark.parametrize("typed", ["call 5 people", "meet Anna in Berlin", "at once", "", "in many years", "x" * 5_000])
def test_words_without_a_moment_are_left_alone(typed: str) -> None:
    assert moments.take(typed, NOW) == (None, typed)


@pytest.mark.parametrize("typed", ["at 25:00 tea", "on 2026-02-31 pay", "tea at 13pm", "am 31.2. zahlen"])
def test_a_moment_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moments.take(typed, NOW)


def test_hours_are_hours_when_the_clocks_change_and_days_are_days() -> None:
    before = datetime(2026, 10, 24, 22, 0, tzinfo=ZoneInfo("Europe/Rome"))
    hours, days = moments.read("6 hours", before), moments.read("in 1 day", before)
    assert hours is not None
    assert days is not None
    assert hours.timestamp() - before.timestamp() == 6 * 3600
    assert f"{hours:%H:%M}" == "03:00"
    assert f"{days:%d %H:%M}" == "25 22:00"
