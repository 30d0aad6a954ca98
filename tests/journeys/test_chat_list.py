"""The list of conversations, which phones show alone: what was said last stands in it, live."""

import re

from playwright.sync_api import expect

from tests.journeys.talk import said, say

SOON = 10_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_what_is_said_changed_and_taken_back_elsewhere_is_seen_in_the_list(people, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri", **PHONE), people("kofi.mensah")
    giulia.go("/chat")
    row = giulia.page.locator(".chat-list .list-row", has_text="Test bench")
    kofi.go("/chat/test-bench")
    say(kofi.page, "The bench is **free** again")
    expect(row.locator(".newest")).to_have_text("Kofi Mensah: The bench is free again", timeout=SOON)
    expect(row.locator(".when")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    expect(row).to_have_class(re.compile("unread"))
    expect(row.locator(".dot")).to_be_visible()
    say(kofi.page, "@giulia.ferri it is yours")
    expect(row.locator(".newest")).to_have_text("Kofi Mensah: @Giulia Ferri it is yours", timeout=SOON)
    expect(row.locator(".count")).to_have_text(re.compile("^1"), timeout=SOON)
    expect(row.locator(".dot")).to_be_hidden()
    kofi.settle()
    message = said(kofi.page, "it is yours")
    message.hover()
    message.locator(".tools summary").click()
    message.get_by_role("button", name="Move to bin").click()
    expect(row.locator(".newest")).to_have_text("Kofi Mensah: The bench is free again", timeout=SOON)
    assert not barriers(giulia.page)
    row.tap()
    expect(said(giulia.page, "The bench is free again")).to_be_visible()
    assert not giulia.problems + kofi.problems


def test_an_answer_that_was_asked_for_elsewhere_leaves_the_lines(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi, held = people("giulia.ferri"), people("kofi.mensah"), []
    page = giulia.page
    giulia.go("/people")
    page.route("**/chat/unread", lambda route: held.append(route))
    kofi.go("/chat/test-bench")
    with page.expect_request("**/chat/unread"):
        say(kofi.page, "@giulia.ferri the counter is asked")
    page.locator(".side").get_by_role("link", name="Chat").first.click()
    row = page.locator(".chat-list .list-row", has_text="Test bench")
    expect(row.locator(".newest")).to_contain_text("the counter is asked", timeout=SOON)
    with page.expect_response("**/chat/unread"):
        for each in held:
            each.continue_()
    expect(row.locator(".count")).to_have_text(re.compile(r"^\d"), timeout=SOON)
    expect(row.locator(".newest")).to_contain_text("the counter is asked")
    assert not giulia.problems + kofi.problems
