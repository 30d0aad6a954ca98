"""One's own status: from the foot of the sidebar, with the keyboard, seen by others at once; on a phone from the settings."""

import re

from playwright.sync_api import expect


def test_a_status_is_set_read_by_another_cleared_and_brought_back(people, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/people/giulia.ferri")
    kofi.page.get_by_role("button", name="Message").click()
    head = kofi.page.locator(".chat-head [data-status-of]")
    mine, form = giulia.page.locator("#own-status"), giulia.page.locator("#own-status-form")
    mine.get_by_role("link").focus()
    giulia.page.keyboard.press("Enter")
    expect(form.get_by_label("What others read")).to_be_focused()
    assert not barriers(giulia.page)
    giulia.page.keyboard.type("Commissioning in Graz")
    expect(form.get_by_label("Until when?")).to_be_hidden()
    form.get_by_label("For how long?").select_option("until")
    form.get_by_label("Until when?").fill("2001-01-01T10:00")
    giulia.page.keyboard.press("Enter")
    expect(form.locator(".err")).to_have_text("This time is over already. Choose a later one.")
    expect(form.get_by_label("What others read")).to_have_value("Commissioning in Graz")
    form.get_by_label("For how long?").select_option("4h")
    form.get_by_label("Do not disturb").check()
    form.get_by_role("button", name="Save changes").click()
    expect(giulia.page.locator("#asked")).to_be_hidden()
    expect(mine).to_contain_text(re.compile(r"Commissioning in Graz · until .*\d\d:\d\d"))
    expect(head).to_contain_text("Commissioning in Graz · until")
    mine.get_by_role("link").click()
    giulia.page.get_by_role("button", name="Clear status").click()
    expect(mine).to_have_text("Set a status")
    expect(head).not_to_contain_text("Commissioning")
    giulia.page.get_by_role("button", name="Undo").click()
    expect(mine).to_contain_text("Commissioning in Graz · until")
    expect(mine.locator(".says")).to_have_class(re.compile(r"\bquiet\b"))
    expect(head).to_contain_text("Commissioning in Graz · until")
    mine.get_by_role("link").click()
    giulia.page.get_by_role("button", name="Clear status").click()
    expect(mine).to_have_text("Set a status")
    assert not kofi.problems
    assert [each for each in giulia.problems if "422" not in each] == []


def test_a_phone_finds_it_in_the_settings_and_one_press_is_enough(people, barriers) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    kofi.go("/me/profile")
    kofi.page.get_by_role("link", name="Your status").first.click()
    expect(kofi.page.locator("h1")).to_have_text("Your status")
    assert not barriers(kofi.page)
    kofi.page.get_by_role("button", name="At lunch").click()
    expect(kofi.page.get_by_text("Saved.")).to_be_visible()
    expect(kofi.page.get_by_label("What others read")).to_have_value("At lunch")
    expect(kofi.page.get_by_label("Do not disturb")).to_be_checked()
    kofi.page.get_by_role("button", name="Clear status").click()
    expect(kofi.page.get_by_label("What others read")).to_have_value("")
    assert not kofi.problems
