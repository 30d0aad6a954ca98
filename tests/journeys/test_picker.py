"""Any emoji: chosen by keyboard, by touch, as a reaction, in a text, as the company's own set."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.views import VIEWS


def open_for(page: Page, post: Locator) -> Locator:
    post.locator(".actions-row summary").first.click()
    post.locator(".emoji-row [data-emoji-picker]").click()
    picker = page.locator("#emoji-picker")
    expect(picker.locator("[role=option]").nth(500)).to_be_attached()
    return picker


def test_any_emoji_becomes_a_reaction_by_keyboard_alone(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/gx-40")
    kofi.go("/rooms/gx-40")
    post = giulia.page.locator("#feed > .post").first
    post.locator(".actions-row summary").first.focus()
    giulia.page.keyboard.press("Enter")
    post.locator(".emoji-row [data-emoji-picker]").focus()
    giulia.page.keyboard.press("Enter")
    search = giulia.page.get_by_role("combobox", name="Search emoji")
    expect(search).to_be_focused()
    giulia.page.keyboard.type("otter")
    expect(giulia.page.locator("#emoji-list [aria-selected=true]")).to_have_text("🦦")
    giulia.page.keyboard.press("Enter")
    expect(giulia.page.locator("#emoji-picker")).to_be_hidden()
    expect(post.locator(".actions-row summary").first).to_be_focused()
    expect(post.locator(".react[data-emoji='🦦'][aria-pressed='true']")).to_contain_text("1")
    expect(kofi.page.locator("#feed > .post").first.locator(".react[data-emoji='🦦']")).to_be_visible(timeout=3000)
    giulia.reload()
    expect(post.locator(".react[data-emoji='🦦'][aria-pressed='true']")).to_be_visible()
    assert not giulia.problems


def test_arrows_walk_the_grid_and_escape_gives_the_focus_back(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/gx-40")
    post = giulia.page.locator("#feed > .post").nth(1)
    picker = open_for(giulia.page, post)
    selected = picker.locator("[role=option][aria-selected=true]")
    all_of_them = picker.locator("[role=option]")
    giulia.page.keyboard.press("ArrowDown")
    expect(selected).to_have_id("emoji-0-0")
    giulia.page.keyboard.press("ArrowRight")
    expect(selected).to_have_id("emoji-0-1")
    giulia.page.keyboard.press("ArrowDown")
    wide = giulia.page.evaluate(
        "getComputedStyle(document.getElementById('emoji-0')).gridTemplateColumns.split(' ').length"
    )
    expect(selected).to_have_id(f"emoji-0-{wide + 1}")
    giulia.page.keyboard.press("ArrowUp")
    giulia.page.keyboard.press("ArrowLeft")
    giulia.page.keyboard.press("ArrowLeft")
    expect(selected).to_have_id(all_of_them.last.get_attribute("id"))
    giulia.page.keyboard.press("Tab")
    giulia.page.keyboard.press("ArrowRight")
    giulia.page.keyboard.press("Enter")
    expect(selected).to_have_id("emoji-1-0")
    giulia.page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(post.locator(".actions-row summary").first).to_be_focused()


def test_what_was_chosen_is_remembered_with_its_tone(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/gx-40")
    post = giulia.page.locator("#feed > .post").nth(2)
    picker = open_for(giulia.page, post)
    picker.locator("select").select_option("3")
    picker.get_by_role("combobox", name="Search emoji").fill("raised hand")
    expect(picker.locator("[aria-selected=true]")).to_have_text("✋🏽")
    picker.locator("[aria-selected=true]").click()
    expect(post.locator(".react[data-emoji='✋🏽'][aria-pressed='true']")).to_be_visible()
    giulia.reload()
    picker = open_for(giulia.page, post)
    expect(picker.locator("#emoji-lately [role=option]").first).to_have_text("✋🏽")
    picker.get_by_role("combobox", name="Search emoji").fill("no such picture")
    expect(picker).to_contain_text("No emoji is called that.")


def test_a_comment_takes_any_emoji_by_touch(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    giulia.go("/rooms/gx-40")
    comment = giulia.page.locator(".comment").first
    comment.locator("[data-emoji-picker]").tap()
    picker = giulia.page.locator("#emoji-picker")
    giulia.page.get_by_role("button", name="Animals & nature").tap()
    sheep = picker.get_by_role("option", name="ewe", exact=True)
    assert sheep.bounding_box()["height"] >= 44
    sheep.tap()
    expect(comment.locator(".react[data-emoji='🐑'][aria-pressed='true']")).to_be_visible()


def test_the_quick_row_works_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    giulia.go("/rooms/sales")
    post = giulia.page.locator("#feed > .post").first
    post.locator(".post-head").get_by_role("link", name="More about this post").click()
    expect(giulia.page.locator("main [data-emoji-picker]").first).to_be_hidden()
    giulia.page.locator(".emoji-row button[value='😮']").click()
    expect(giulia.page.locator(".react[data-emoji='😮']").first).to_be_visible()


def test_nothing_of_the_picker_is_fetched_before_it_is_opened(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    fetched: list[str] = []
    giulia.page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    giulia.go("/rooms/gx-40")
    giulia.page.locator("#composer-body").click()
    giulia.page.keyboard.type("At 10:30, as ever: fine :)")
    assert not [name for name in fetched if name.startswith(("emoji", "picker", "find"))]
    open_for(giulia.page, giulia.page.locator("#feed > .post").first)
    assert sum(name.startswith("emoji-en") for name in fetched) == 1


def test_names_are_shown_on_focus_and_when_a_finger_rests(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", has_touch=True)
    giulia.go("/rooms/gx-40")
    button = giulia.page.locator("#feed > .post .react[title]").first
    names = giulia.page.locator("[role=tooltip]")
    giulia.page.locator("#feed > .post").first.focus()
    giulia.page.keyboard.press("j")
    giulia.page.keyboard.press("l")
    expect(names).to_be_visible()
    focused = giulia.page.locator(":focus")
    expect(names).to_have_text(focused.get_attribute("title"))
    expect(focused).to_have_attribute("aria-describedby", "names")
    giulia.page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    pressed = button.get_attribute("aria-pressed")
    button.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    expect(names).to_be_visible()
    button.dispatch_event("pointerup", {"pointerType": "touch", "bubbles": True})
    button.dispatch_event("click")
    expect(button).to_have_attribute("aria-pressed", pressed)  # resting on it was no press


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_the_open_picker_has_no_barrier(  # type: ignore[no-untyped-def]
    people, barriers: Callable[[Page], list[object]], scheme: str, width: int, height: int
) -> None:
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    giulia.go("/rooms/gx-40")
    picker = open_for(giulia.page, giulia.page.locator("#feed > .post").first)
    assert not barriers(giulia.page)
    picker.get_by_role("combobox", name="Search emoji").fill("heart")
    expect(picker.locator("[aria-selected=true]")).to_be_visible()
    assert not barriers(giulia.page)
    box = picker.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height


def test_an_admin_chooses_the_companys_set_with_the_picker(people) -> None:  # type: ignore[no-untyped-def]
    elena, giulia = people("elena.galli"), people("giulia.ferri")
    elena.go("/admin/reactions")
    page = elena.page
    page.locator("form[data-savebar] [data-emoji-picker]").click()
    page.locator("#emoji-picker input").fill("🦦")
    page.keyboard.press("Enter")
    expect(page.locator("#f-emoji")).to_be_focused()
    expect(page.locator("#emoji-preview span").last).to_have_text("🦦")
    page.locator("form[data-savebar] button.primary").click()
    expect(page.locator("#emoji-preview span").last).to_have_text("🦦")
    giulia.go("/rooms/lake")
    giulia.page.locator("#feed > .post .actions-row summary").first.click()
    expect(giulia.page.locator(".emoji-row button[value='🦦']")).to_be_visible()
    page.locator("form:has([type=hidden][name=emoji]) button").click()
    expect(page.locator("#emoji-preview span").last).to_have_text("☕")
