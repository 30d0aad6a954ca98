"""A conversation that stays open: at the company's midnight today becomes yesterday."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.talk import said, say

SOON = 10_000
ROME = ZoneInfo("Europe/Rome")
NOTES_BEGIN = "document.addEventListener('live', ({ detail }) => { window.hasBegun ||= Boolean(detail.said.begins); });"


def days(page: Page) -> list[str]:
    return page.locator("#log h2.day").all_inner_texts()


def at_rome(day: datetime, clock: str) -> datetime:
    hour, minute, second = (int(each) for each in clock.split(":"))
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0)


def in_words(day: datetime) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def pass_by(person: Any, time: int | str) -> None:
    """So much time goes by at once: what was asked for is answered before, or it would have taken as long."""
    person.settle()
    person.page.clock.fast_forward(time)


@pytest.fixture
def late(people) -> Any:  # type: ignore[no-untyped-def]
    """Ten seconds before midnight in Rome, read in Los Angeles, with a message of today."""
    kofi = people("kofi.mensah", timezone_id="America/Los_Angeles")
    kofi.go("/chat/sales")
    words = f"It is late: {uuid.uuid4()}"
    say(kofi.page, words)
    expect(said(kofi.page, words)).to_have_count(1, timeout=SOON)
    kofi.settle()
    kofi.page.clock.install(time=at_rome(datetime.now(ROME), "23:00:00"))
    kofi.page.add_init_script(NOTES_BEGIN)
    kofi.go("/chat/sales")
    expect(kofi.page.locator("#log h2.day").last).to_have_text("Today")
    kofi.settle()
    kofi.page.wait_for_function("window.hasBegun")  # all pictures are painted then, and days are looked at as well
    kofi.page.clock.pause_at(at_rome(datetime.now(ROME), "23:59:50"))  # however long it took to get here
    return kofi


def test_at_midnight_today_is_yesterday_and_the_day_after_it_has_a_name(late) -> None:  # type: ignore[no-untyped-def]
    page, today = late.page, datetime.now(ROME)
    pass_by(late, 5_000)
    assert days(page)[-1] == "Today"
    pass_by(late, 6_000)
    expect(page.locator("#log h2.day").last).to_have_text("Yesterday")
    pass_by(late, "23:59:00")
    assert days(page)[-1] == "Yesterday"
    pass_by(late, "01:00")
    expect(page.locator("#log h2.day").last).to_have_text(in_words(today))
    say(page, "It is early")
    expect(said(page, "It is early")).to_have_count(1, timeout=SOON)
    assert days(page)[-1] == in_words(today)  # the house says when it was said
    assert not late.problems


def test_a_tab_that_slept_over_midnight_sees_it_when_it_wakes(late) -> None:  # type: ignore[no-untyped-def]
    page = late.page
    page.clock.set_system_time(at_rome(datetime.now(ROME) + timedelta(days=1), "08:00:00"))
    assert days(page)[-1] == "Today"  # no timer ran
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert days(page)[-1] == "Yesterday"


def test_a_day_on_which_the_clocks_change_ends_at_its_midnight_too(people) -> None:  # type: ignore[no-untyped-def]
    for date, hours in (("2026-10-25", 25), ("2026-03-29", 23)):
        giulia = people("giulia.ferri", timezone_id="America/Los_Angeles")
        page = giulia.page
        begin = datetime.fromisoformat(f"{date}T00:30:00").replace(tzinfo=ROME)
        page.clock.install(time=begin)
        giulia.go("/chat/gx-40")
        page.clock.pause_at(begin + timedelta(minutes=1))
        page.locator("#log .log-lines").evaluate(
            "(lines, date) => { const day = Object.assign(document.createElement('h2'), { className: 'day', textContent: 'Today' }); day.dataset.date = date; lines.append(day) }",
            date,
        )
        pass_by(giulia, timedelta(hours=hours, minutes=-32) // timedelta(milliseconds=1))
        assert days(page)[-1] == "Today", date
        pass_by(giulia, 61_000)
        assert days(page)[-1] == "Yesterday", date
