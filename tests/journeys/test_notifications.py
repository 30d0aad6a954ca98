"""The bell in real browsers: it rings without a reload, is read once for all devices, and works by keyboard and alone."""

import re

import pytest
from playwright.sync_api import Page, expect

SOON_MS = 8000
pytestmark = pytest.mark.usefixtures("heard")


def clear(page: Page, url: str) -> None:
    """Whatever came before is read."""
    page.goto(url + "/notifications")
    everything = page.get_by_role("button", name="Mark all as read")
    if everything.count():
        everything.click()
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0", timeout=SOON_MS)


def name(person, username: str, words: str) -> None:  # type: ignore[no-untyped-def]
    person.go("/rooms/test-bench")
    person.page.fill("#composer-body", f"@{username} {words}")
    person.page.keyboard.press("Escape")
    person.page.click(".composer button.primary")
    expect(person.page.locator("#feed > .post").first).to_contain_text(words)


def test_the_bell_rings_live_and_what_is_read_in_one_browser_is_read_in_the_other(people) -> None:  # type: ignore[no-untyped-def]
    # somebody whom nobody writes to in a chat, which the title counts too
    marco, one, other = people("marco.bellini"), people("james.whitfield"), people("james.whitfield")
    clear(one.page, one.url)
    for browser in (one, other):
        browser.go("/people")
    name(marco, "james.whitfield", "the vernier is back")
    for browser in (one, other):
        expect(browser.page.locator("#bell")).to_have_attribute("aria-label", "Notifications, 1 new", timeout=SOON_MS)
        expect(browser.page).to_have_title(re.compile(r"^\(1\) People"))
        expect(browser.page.locator("#announced")).to_have_text("Notifications, 1 new")
    one.page.click("#bell")
    one.page.locator("#bell-box").get_by_role("button", name="Marco Bellini named you").click()
    expect(one.page.locator("#feed")).to_contain_text("the vernier is back")
    for browser in (one, other):
        expect(browser.page.locator("#bell")).to_have_attribute("aria-label", "Notifications", timeout=SOON_MS)
        expect(browser.page).not_to_have_title(re.compile(r"^\("))
    assert not one.problems
    assert not other.problems


def test_a_page_that_shows_the_post_reads_its_lines(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia = people("marco.bellini"), people("giulia.ferri")
    clear(giulia.page, giulia.url)
    name(marco, "giulia.ferri", "the micrometer is back")
    expect(giulia.page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=SOON_MS)
    giulia.go("/rooms/test-bench")
    expect(giulia.page.locator("#bell")).to_have_attribute("data-unread", "1")
    giulia.page.locator("#feed > .post").first.locator("a.permalink").click()
    expect(giulia.page.locator("#bell")).to_have_attribute("data-unread", "0", timeout=SOON_MS)


def test_lines_in_an_open_list_stay_where_they_are_and_say_that_they_were_read(people) -> None:  # type: ignore[no-untyped-def]
    marco, one, other = people("marco.bellini"), people("giulia.ferri"), people("giulia.ferri")
    clear(one.page, one.url)
    name(marco, "giulia.ferri", "first of two")
    expect(one.page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=SOON_MS)
    one.go("/notifications")
    before = [each.inner_text() for each in one.page.locator("[data-notice] .words").all()]
    name(marco, "giulia.ferri", "second of two")
    expect(one.page.locator("#notices-new")).to_be_visible(timeout=SOON_MS)
    assert [each.inner_text() for each in one.page.locator("[data-notice] .words").all()] == before
    clear(other.page, other.url)
    expect(one.page.locator(".notice.is-new")).to_have_count(0, timeout=SOON_MS)
    assert len(one.page.locator("[data-notice]").all()) == len(before)


def test_the_bell_works_by_keyboard_alone(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia = people("marco.bellini"), people("giulia.ferri")
    clear(giulia.page, giulia.url)
    name(marco, "giulia.ferri", "by keyboard")
    expect(giulia.page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=SOON_MS)
    giulia.go("/people")
    page = giulia.page
    page.locator("#bell").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bell-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#bell-box")).to_be_hidden()
    expect(page.locator("#bell")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#bell-title")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.notice-open')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#feed")).to_contain_text("by keyboard")
    expect(page.locator("#main")).to_be_focused()
    assert not giulia.problems


def test_the_bell_works_without_scripts(people) -> None:  # type: ignore[no-untyped-def]
    marco, scripted = people("marco.bellini"), people("giulia.ferri")
    clear(scripted.page, scripted.url)
    name(marco, "giulia.ferri", "plain and simple")
    expect(scripted.page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=SOON_MS)
    plain = people("giulia.ferri", java_script_enabled=False)
    page = plain.page
    page.get_by_label("Notifications, 1 new").click()
    line = page.locator(".notice.is-new")
    line.locator("summary").click()
    line.get_by_role("button", name="Mute Test bench").click()
    expect(page.locator(".note")).to_contain_text("Test bench is quiet now")
    page.get_by_role("button", name="Undo").click()
    page.locator(".notice.is-new .notice-open").click()
    expect(page.locator("#feed")).to_contain_text("plain and simple")
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0")
    page.goto(plain.url + "/me/alerts")
    page.get_by_label("Bell: Somebody reacts to what I said").uncheck()
    page.get_by_role("button", name="Save changes").first.click()
    expect(page.get_by_label("Bell: Somebody reacts to what I said")).not_to_be_checked()
    page.get_by_label("Bell: Somebody reacts to what I said").check()
    page.get_by_role("button", name="Save changes").first.click()


def test_the_open_list_has_no_barrier(people, barriers) -> None:  # type: ignore[no-untyped-def]
    marco = people("marco.bellini")
    name(marco, "giulia.ferri", "look at this")
    for scheme in ("light", "dark"):
        giulia = people("giulia.ferri", color_scheme=scheme)
        giulia.page.click("#bell")
        expect(giulia.page.locator("#bell-title")).to_be_focused()
        giulia.page.locator("#bell-box summary").first.click()
        giulia.page.wait_for_timeout(300)
        assert not barriers(giulia.page)
