"""Chat in every shape: written from the right, 320 px wide, with an input method, under a keyboard of glass."""

import re
import subprocess
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from intranet.testing.running import Running
from tests.journeys.talk import said, say

SOON = 10_000
ROME = ZoneInfo("Europe/Rome")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
ARABIC, HEBREW = "مرحبا، ماكينة GX-40 جاهزة (62 dB).", "שלום, bench 2 מוכן"
RENAME = """
import sys
from pathlib import Path
from intranet.app import open_house
from intranet.core.models import Person
from intranet.kernel.settings import load

site = open_house(load(Path(sys.argv[1])))
with site.database.write() as db:
    db.query(Person).where(Person.username == "tom.berger").one().name = sys.argv[2]
"""


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found
    return dict(found)


def direction(place: Locator) -> str:
    return str(place.evaluate("each => getComputedStyle(each).direction"))


def wider(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


# From the right


def test_each_message_runs_as_its_words_do(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/it-help")
    for words in (ARABIC, HEBREW, "And in English: GX-40 שלום"):
        page.fill("#write-body", words)
        assert direction(page.locator("#write-body")) == ("ltr" if words.startswith("And") else "rtl")
        page.press("#write-body", "Enter")
        expect(said(page, words)).to_have_count(1, timeout=SOON)
    for words, runs in ((ARABIC, "rtl"), (HEBREW, "rtl"), ("And in English", "ltr")):
        message = said(page, words)
        assert direction(message.locator(".prose")) == runs
        assert direction(message) == "ltr"  # the page is English: picture and time stay where they are
    assert wider(page) == 0
    kofi.reload()
    assert direction(said(page, HEBREW).locator(".prose")) == "rtl"
    assert not kofi.problems


def test_a_page_from_the_right_is_mirrored_and_fits(people, barriers) -> None:  # type: ignore[no-untyped-def]
    for options in ({}, NARROW):
        giulia = people("giulia.ferri", **options)
        page = giulia.page
        giulia.go("/chat/gx-40")
        page.evaluate("document.documentElement.dir = 'rtl'")
        message = said(page, "Customs papers")
        assert box(message.locator(".av"))["x"] > box(message.locator(".msg-words"))["x"]
        assert box(message.locator(".name"))["x"] > box(message.locator(".when"))["x"]
        send, add = page.locator("#write .btn.primary"), page.locator("#write .file-button")
        assert box(send)["x"] < box(add)["x"]
        assert not barriers(page)
        assert not giulia.problems


@pytest.fixture
def leila(running: Running) -> Iterator[str]:
    """Tom, under a name from the right."""
    for name in ("ليلى حسن", "Tom Berger"):
        subprocess.run([sys.executable, "-W", "ignore", "-c", RENAME, str(running.data), name], check=True)
        if name != "Tom Berger":
            yield name


def test_a_name_from_the_right_stands_before_its_time_and_its_status(people, leila: str) -> None:  # type: ignore[no-untyped-def]
    tom, giulia = people("tom.berger"), people("giulia.ferri")
    giulia.go("/chat/lunch")
    tom.go("/chat/lunch")
    say(tom.page, "/away 12:30 غداء")
    say(tom.page, "Good morning")
    message = said(giulia.page, "Good morning")
    expect(message.locator(".name")).to_have_text(leila, timeout=SOON)
    expect(message.locator(".says")).to_contain_text("غداء", timeout=SOON)
    places = [box(message.locator(each))["x"] for each in (".av", ".name", ".when", ".says")]
    assert places == sorted(places)
    say(tom.page, "/back now")
    expect(message.locator(".says")).to_have_count(0, timeout=SOON)
    tom.settle()


# Narrow


def test_at_320_pixels_nothing_scrolls_sideways_and_one_can_write(people, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", **NARROW)
    page, found = giulia.page, []
    for path in ("/chat", "/chat/gx-40", "/chat/new", "/chat/channels", "/chat/later"):
        giulia.go(path)
        found += [(path, each) for each in barriers(page)]
    assert not found
    giulia.go("/chat/kitchen")
    assert box(page.get_by_role("heading", level=1))["width"] > 80
    word = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    page.fill("#write-body", f"{word}\n```\n{'x = 1; ' * 30}\n```")
    send = page.locator("#write").get_by_role("button", name="Send", exact=True)
    expect(send).to_be_in_viewport(ratio=1)
    assert wider(page) == 0
    send.tap()
    expect(said(page, "Donaudampf")).to_have_count(1, timeout=SOON)
    assert wider(page) == 0
    page.get_by_label("About this conversation").tap()
    expect(page.get_by_role("link", name="Pinned messages")).to_be_visible()
    assert wider(page) == 0
    assert not giulia.problems


def test_a_placeholder_that_is_too_long_ends_with_an_ellipsis(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", **NARROW)
    page = giulia.page
    for path, field in (("/", "#composer-body"), ("/chat/kitchen", "#write-body")):
        giulia.go(path)
        place = page.locator(field)
        short = box(place)["height"]
        place.evaluate("each => { each.placeholder = 'Say what you are working on, '.repeat(4) }")
        drawn = place.screenshot()
        for overflow, looks_the_same in (("clip", False), ("", True)):
            place.evaluate(
                "(each, overflow) => { each.style.textOverflow = overflow; each.placeholder += ' ' }", overflow
            )
            assert (place.screenshot() == drawn) == looks_the_same
        assert box(place)["height"] == short
        place.fill("Whoever writes has all lines, " * 4)
        assert box(place)["height"] > short
        place.fill("")


# Keys


def test_enter_within_an_input_method_chooses_and_sends_nothing(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page, sent = kofi.page, list[str]()
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/messages") else None)
    kofi.go("/chat/lake")
    cdp = page.context.new_cdp_session(page)
    page.focus("#write-body")
    for part in ("に", "にほ", "にほん"):
        cdp.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    page.evaluate("addEventListener('keydown', (event) => { window.composing = event.isComposing }, true)")
    for code in (13, 229):
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
        cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        assert page.evaluate("window.composing")
    expect(page.locator("#write-body")).to_have_value("にほん")
    cdp.send("Input.imeSetComposition", {"text": "日本", "selectionStart": 2, "selectionEnd": 2})
    cdp.send("Input.insertText", {"text": "日本"})
    expect(page.locator("#write-body")).to_have_value("日本")
    assert not sent and page.locator(".line.unposted").count() == 0
    page.keyboard.press("Enter")
    expect(said(page, "日本")).to_have_count(1, timeout=SOON)
    assert len(sent) == 1


def test_who_wants_ctrl_enter_to_send_says_so_once(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/lake")
    page.get_by_label("About this conversation").click()
    switch = page.get_by_role("switch", name="Enter sends")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    page.keyboard.press("Escape")
    kofi.reload()
    expect(page.locator("kbd[data-key=send]")).to_have_text("Ctrl Enter")
    expect(page.locator("kbd[data-key=line]")).to_have_text("Enter")
    page.locator("#write-body").press_sequentially("dear all")
    page.keyboard.press("Enter")
    page.keyboard.type("good night")
    expect(page.locator("#write-body")).to_have_value("dear all\ngood night")
    expect(page.locator(".line.unposted")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(said(page, "dear all")).to_have_text(re.compile(r"dear all\s+good night"), timeout=SOON)
    page.get_by_label("About this conversation").click()
    switch.click()
    page.keyboard.press("Escape")
    say(page, "by Enter again")
    expect(said(page, "by Enter again")).to_have_count(1, timeout=SOON)


def test_escape_closes_what_is_open_and_then_says_that_all_is_read(people) -> None:  # type: ignore[no-untyped-def]
    giulia, nadia = people("giulia.ferri", viewport={"width": 1280, "height": 520}), people("nadia.haddad")
    nadia.go("/chat/night-shift")
    for number in range(14):
        say(nadia.page, f"round {number}: all quiet")
    expect(said(nadia.page, "round 13")).to_have_count(1, timeout=2 * SOON)
    giulia.go("/chat/night-shift?newest=1")
    page = giulia.page
    expect(said(page, "round 13")).to_be_visible()
    marks = list[str]()
    page.on("request", lambda request: marks.append(request.url) if request.url.endswith("/night-shift/read") else None)
    message = said(page, "round 1:")
    message.evaluate("message => message.scrollIntoView({ block: 'center' })")
    expect(message).to_be_in_viewport()
    say(nadia.page, "somebody rings")
    expect(page.get_by_role("button", name="1 new below")).to_be_visible(timeout=SOON)
    giulia.settle()
    marks.clear()
    message.hover()
    message.locator(".tools summary").click()
    expect(message.locator(".menu-body a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(message.locator(".menu-body")).to_be_hidden()
    page.locator("#write").get_by_role("button", name="Emoji").click()
    expect(page.get_by_role("dialog", name="Choose an emoji")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Choose an emoji")).to_be_hidden()
    page.fill("#write-body", "@kof")
    expect(page.locator("#write [role=option]").first).to_be_visible(timeout=SOON)
    page.keyboard.press("Escape")
    expect(page.locator("#write [role=option]")).to_have_count(0)
    assert not marks
    page.fill("#write-body", "")
    with page.expect_request(re.compile("/chat/night-shift/read$")):
        page.keyboard.press("Escape")
    side = page.locator("#places").get_by_role("link", name=re.compile("Night shift"))
    expect(side).not_to_have_class(re.compile("unread"), timeout=SOON)
    expect(page.get_by_role("button", name="1 new below")).to_be_visible()  # nothing moved
    giulia.settle()
    giulia.reload()
    expect(page.locator(".day.new")).to_have_count(0)
    assert not giulia.problems


# Under a keyboard of glass


def test_the_end_of_the_log_and_the_field_stay_above_the_keyboard(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", **PHONE)
    page = giulia.page
    giulia.go("/chat/gx-40?newest=1")
    last, field = said(page, "Customs papers"), page.locator("#write-body")
    expect(last).to_be_in_viewport()
    field.tap()
    page.set_viewport_size({"width": 390, "height": 480})  # browsers that make the page smaller
    expect(last.locator(".prose")).to_be_in_viewport(ratio=1)
    assert box(field)["y"] + box(field)["height"] <= 480
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(  # browsers that lay the keyboard over it
        """() => { Object.defineProperty(visualViewport, 'height', { get: () => window.shown, configurable: true });
        window.shown = 470; visualViewport.dispatchEvent(new Event('resize')) }"""
    )
    expect(page.locator("#tabs")).to_be_hidden()
    for place in (last.locator(".prose"), field, page.locator("#write .btn.primary")):
        assert box(place)["y"] + box(place)["height"] <= 470
    expect(field).to_be_focused()
    page.evaluate("window.shown = 844; visualViewport.dispatchEvent(new Event('resize'))")
    expect(page.locator("#tabs")).to_be_visible()
    expect(last.locator(".prose")).to_be_in_viewport(ratio=1)
    assert not giulia.problems
