"""A finger on a message: what can be done with it comes from below, and goes as it came."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.talk import said

SOON = 10_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def sheet(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("^Message from "))


def centre(place: Locator) -> dict[str, float]:
    box = place.bounding_box() or place.bounding_box()  # it may be drawn anew in that very moment
    assert box
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


class Finger:
    """One finger, as the browser feels it."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)

    def _say(self, kind: str, *points: dict[str, float]) -> None:
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    def put(self, at: dict[str, float]) -> None:
        self._say("touchStart", at)

    def drag(self, at: dict[str, float], *, by: float) -> None:
        for step in range(1, 11):
            self._say("touchMove", {"x": at["x"], "y": at["y"] + by * step / 10})

    def lift(self) -> None:
        self._say("touchEnd")


def hold(page: Page, place: Locator) -> None:
    """Until the sheet is there; then the finger is lifted over it."""
    finger = Finger(page)
    finger.put(centre(place))
    expect(sheet(page)).to_be_visible()
    finger.lift()


@pytest.fixture
def phone(people) -> Any:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", **PHONE)
    giulia.go("/chat/gx-40")
    expect(said(giulia.page, "Customs papers")).to_be_visible()
    return giulia


def test_a_long_press_opens_a_sheet_that_closes_in_every_way(phone) -> None:  # type: ignore[no-untyped-def]
    page, message = phone.page, said(phone.page, "Customs papers")
    there = page.url
    hold(page, message.locator(".prose"))
    expect(sheet(page)).to_have_accessible_name("Message from Hannah Vogel")
    expect(sheet(page).get_by_role("link", name="Reply in a thread")).to_be_visible()
    expect(sheet(page)).to_be_visible()  # lifting the finger over a line was no press
    assert page.evaluate("getSelection().toString()") == ""
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.touchscreen.tap(195, 40),
        lambda: sheet(page).get_by_role("button", name="Close").tap(),
        lambda: page.go_back(),
        lambda: _swipe(page),
    ):
        if not sheet(page).count():
            message.locator(".tools summary").tap()
        expect(sheet(page).get_by_role("link", name="Quote")).to_be_visible()
        close()
        expect(sheet(page)).to_have_count(0)
        expect(message).to_be_focused()
        assert page.url == there
    assert not phone.problems


def _swipe(page: Page) -> None:
    finger, at = Finger(page), centre(sheet(page).get_by_role("heading"))
    finger.put(at)
    finger.drag(at, by=160)
    finger.lift()


def test_the_lines_of_the_sheet_do_what_they_say(phone, people) -> None:  # type: ignore[no-untyped-def]
    page, message = phone.page, said(phone.page, "Customs papers")
    hold(page, message.locator(".prose"))
    sheet(page).get_by_role("button", name="React with 👏").tap()
    expect(sheet(page)).to_have_count(0)
    expect(message.locator(".react[data-emoji='👏']")).to_have_attribute("aria-pressed", "true")
    phone.settle()
    message.locator(".tools summary").tap()
    sheet(page).get_by_role("button", name="More emoji").tap()
    page.get_by_role("combobox", name="Search emoji").fill("rocket")
    page.get_by_role("option", name="rocket").first.tap()
    expect(sheet(page)).to_have_count(0)
    expect(message.locator(".react[data-emoji='🚀']")).to_be_visible()
    phone.settle()
    message.locator(".tools summary").tap()
    sheet(page).get_by_role("button", name="Save for later").tap()
    expect(message.locator(".save")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#toasts")).to_contain_text("Saved")
    phone.settle()
    message.locator(".tools summary").tap()
    sheet(page).get_by_role("link", name="Forward").tap()
    expect(page.get_by_role("dialog", name="Forward")).to_be_visible()
    page.keyboard.press("Escape")
    message.locator(".prose").tap()
    message.locator(".tools summary").tap()
    expect(sheet(page).get_by_role("link", name="Remind me of this")).to_be_hidden()
    sheet(page).get_by_role("button", name="More…").tap()
    expect(sheet(page).get_by_role("link", name="Make a post of it")).to_be_focused()
    expect(sheet(page).get_by_role("link", name="Remind me of this")).to_be_visible()
    sheet(page).get_by_role("link", name="Reply in a thread").tap()
    page.wait_for_url(re.compile(r"/chat/gx-40/t/\d+$"))
    expect(sheet(page)).to_have_count(0)
    page.go_back()
    expect(page.locator("#thread")).to_have_count(0)
    assert not phone.problems


def test_one_way_back_leads_from_where_a_line_went_to_the_conversation_and_the_next_one_on(phone) -> None:  # type: ignore[no-untyped-def]
    page = phone.page
    there = page.url
    phone.go("/rooms")
    phone.go("/chat/gx-40")
    message = said(page, "Customs papers")
    message.locator(".prose").tap()
    message.locator(".tools summary").tap()
    sheet(page).get_by_role("link", name="Quote").tap()
    expect(page.locator("#write-body")).to_have_value(re.compile("^> .*Customs papers", re.DOTALL))
    phone.settle()
    page.go_back()
    page.wait_for_url(there)
    expect(message).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile(r"/rooms$"))
    assert not phone.problems


def test_ones_own_words_are_changed_and_binned_from_the_sheet(phone) -> None:  # type: ignore[no-untyped-def]
    page = phone.page
    phone.go("/chat/lunch")
    page.fill("#write-body", "Posta or pizza?")
    page.locator("#write").get_by_role("button", name="Send", exact=True).tap()
    expect(said(page, "Posta")).to_have_count(1, timeout=SOON)
    phone.settle()
    hold(page, said(page, "Posta").locator(".prose"))
    sheet(page).get_by_role("link", name="Edit").tap()
    words = page.locator("#log .edit-form textarea")
    expect(words).to_be_focused()
    words.fill("Pasta or pizza?")
    page.locator("#log .edit-form").get_by_role("button", name=re.compile("Save")).tap()
    message = said(page, "Pasta or pizza?")
    expect(message).to_contain_text("edited", timeout=SOON)
    phone.settle()
    hold(page, message.locator(".prose"))
    sheet(page).get_by_role("button", name="More…").tap()
    sheet(page).get_by_role("button", name="Move to bin").tap()
    expect(message).to_have_count(0, timeout=SOON)
    page.get_by_role("button", name="Undo").tap()
    expect(message).to_have_count(1, timeout=SOON)
    phone.settle()
    phone.reload()
    expect(message).to_have_count(1)
    assert not phone.problems


def test_words_are_selected_and_the_log_scrolls_as_ever(phone) -> None:  # type: ignore[no-untyped-def]
    page, message = phone.page, said(phone.page, "Customs papers")
    hold(page, message.locator(".prose"))
    sheet(page).get_by_role("button", name="Select the text").tap()
    expect(sheet(page)).to_have_count(0)
    whole = "Customs papers are ready, I only need the serial numbers."
    assert page.evaluate("getSelection().toString()") == whole
    finger, at = Finger(page), centre(message.locator(".prose"))
    finger.put(at)  # whoever draws the ends of a selection is left alone
    page.wait_for_timeout(700)
    finger.lift()
    expect(sheet(page)).to_have_count(0)
    page.evaluate("getSelection().removeAllRanges()")
    before = page.locator("#log").evaluate("log => log.scrollTop")
    finger.put(at)
    finger.drag(at, by=220)
    page.wait_for_timeout(700)  # longer than a long press
    finger.lift()
    expect(sheet(page)).to_have_count(0)
    assert page.locator("#log").evaluate("log => log.scrollTop") < before - 50
    assert not phone.problems


def test_every_tool_is_large_enough_and_the_sheet_has_no_barrier(phone, barriers) -> None:  # type: ignore[no-untyped-def]
    page, message = phone.page, said(phone.page, "Customs papers")
    hold(page, message.locator(".prose"))
    sheet(page).get_by_role("button", name="More…").tap()
    sizes = (
        sheet(page)
        .locator("a:visible, button:visible")
        .evaluate_all(
            "all => all.map(each => each.getBoundingClientRect()).map(({width, height}) => Math.min(width, height))"
        )
    )
    assert len(sizes) > 12 and min(sizes) >= 43.9
    assert not barriers(page)
    page.set_viewport_size({"width": 320, "height": 480})
    expect(sheet(page).get_by_role("button", name="Close")).to_be_in_viewport()
    assert not barriers(page)


def test_a_mouse_sees_nothing_of_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/chat/gx-40")
    message = said(page, "Customs papers")
    at = centre(message.locator(".prose"))
    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.wait_for_timeout(700)  # longer than a long press
    page.mouse.up()
    expect(sheet(page)).to_have_count(0)
    expect(message.get_by_role("button", name="React")).to_be_visible()
    message.locator(".tools summary").click()
    expect(message.locator(".menu-body").get_by_role("link", name="Quote")).to_be_visible()
    expect(sheet(page)).to_have_count(0)
    assert not giulia.problems
