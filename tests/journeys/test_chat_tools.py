"""What stands beside the words: a voice message, a command, what is urgent, code in colours."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.journeys.conftest import QUIET, Person

FAKE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def listening(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a microphone that hums."""
    opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET, *FAKE])
    yield opened
    opened.close()


def write(page: Page, words: str) -> None:
    page.fill("#write-body", words)
    page.press("#write-body", "Enter")


def refuse(context: BrowserContext) -> None:
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )


def test_a_voice_message_is_recorded_sent_and_played(listening, running, people) -> None:  # type: ignore[no-untyped-def]
    giulia = Person(listening, running.url, "giulia.ferri")
    page = giulia.page
    page.add_init_script(
        "const own = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); window.asked = 0; navigator.mediaDevices.getUserMedia = (...all) => { window.asked += 1; return own(...all); }"
    )
    giulia.go("/chat/kitchen")
    button = page.locator("#write .voice")
    expect(button).to_have_attribute("aria-label", "Record a voice message")
    assert page.evaluate("window.asked") == 0
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-label", "Stop recording")
    expect(button.locator(".voice-time")).to_have_text(re.compile(r"0:0[1-9]"), timeout=8000)
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-label", "Record a voice message")
    expect(page.locator("#write .picked")).to_contain_text(re.compile(r"Voice message \d+:\d\d"))
    page.locator("#write [aria-label=Send]").click()
    sound = page.locator("#log .sound audio").last
    expect(sound).to_be_visible(timeout=8000)
    kofi = people("kofi.mensah")
    kofi.go("/chat/kitchen")
    heard = kofi.page.locator(".sound audio").last
    expect(heard).to_be_visible()
    assert heard.evaluate(
        "(sound) => new Promise((done) => { sound.onloadeddata = () => done(sound.readyState >= 2); sound.onerror = () => done(false); sound.load(); sound.play().catch(() => {}); })"
    )
    assert giulia.problems == []
    giulia.context.close()


def test_a_refused_microphone_is_said_in_words(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    refuse(giulia.context)
    giulia.go("/chat/kitchen")
    giulia.page.locator("#write .voice").click()
    expect(giulia.page.locator("#write .voice-said")).to_contain_text("does not let this page listen")


def test_what_a_command_answers_is_seen_by_its_author_alone(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/chat/kitchen")
    write(giulia.page, "/remind me in 20 minutes to water the basil")
    expect(giulia.page.locator(".whispered")).to_contain_text("You will be reminded")
    giulia.go("/chat/reminders")
    expect(giulia.page.get_by_text("water the basil")).to_be_visible()
    giulia.page.get_by_role("button", name="Remove").first.click()
    expect(giulia.page.get_by_text("water the basil")).to_have_count(0)


def test_only_those_whom_an_urgent_message_names_are_asked(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat/kitchen")
    kofi.go("/chat/kitchen")
    options = giulia.page.locator("#write .send-options")
    options.locator("summary").click()
    options.get_by_label(re.compile("Urgent")).check()
    giulia.page.fill("#write-body", "@kofi.mensah the oven burns")
    giulia.page.locator("#write [aria-label=Send]").click()
    theirs = kofi.page.locator("#log .msg", has_text="the oven burns")
    expect(theirs.get_by_role("button", name="Seen it")).to_be_visible(timeout=8000)
    own = giulia.page.locator("#log .msg", has_text="the oven burns")
    expect(own.get_by_text("0 of 1 have seen it")).to_be_visible(timeout=8000)
    expect(own.get_by_role("button", name="Seen it")).to_be_hidden()
    theirs.get_by_role("button", name="Seen it").click()
    expect(theirs.get_by_text("Everyone has seen it")).to_be_visible(timeout=8000)
    expect(own.get_by_text("Everyone has seen it")).to_be_visible(timeout=8000)


def test_code_has_its_colours(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/chat/kitchen")
    giulia.page.fill("#write-body", "```python\ndef rise(dough):\n    return dough * 2\n```")
    giulia.page.locator("#write [aria-label=Send]").click()
    word = giulia.page.locator("#log .msg pre .kw").first
    expect(word).to_have_text("def", timeout=8000)
    plain = giulia.page.locator("#log .msg pre code").last
    assert word.evaluate("(each) => getComputedStyle(each).color") != plain.evaluate(
        "(each) => getComputedStyle(each).color"
    )


def test_a_message_with_a_time_waits_where_its_author_alone_sees_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/chat/kitchen")
    giulia.go("/chat/kitchen")
    tomorrow = f"{datetime.now() + timedelta(days=1):%Y-%m-%dT09:00}"
    giulia.page.locator("#write .send-options summary").click()
    giulia.page.get_by_label("Send later (optional)").fill(tomorrow)
    giulia.page.fill("#write-body", "fresh bread today")
    giulia.page.locator("#write [aria-label=Send]").click()
    expect(giulia.page.get_by_text("It will be said")).to_be_visible(timeout=8000)
    expect(giulia.page.locator("#write .send-options")).not_to_have_attribute("open", "")
    giulia.page.get_by_role("link", name="All with a time").click()
    expect(giulia.page.get_by_text("fresh bread today")).to_be_visible()
    expect(kofi.page.get_by_text("fresh bread today")).to_have_count(0)
    giulia.page.get_by_role("button", name="Send now").click()
    expect(kofi.page.locator("#log .msg", has_text="fresh bread today")).to_be_visible(timeout=8000)
