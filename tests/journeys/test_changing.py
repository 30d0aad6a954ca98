"""A post is written, changed, looked back on, taken away and brought back: by keyboard, and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect


def tab_to(page: Page, aim: Locator, most: int = 40) -> None:
    """Presses Tab until that has the focus."""
    for _ in range(most):
        if aim.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{aim} was not reached by {most} presses of Tab")


def test_a_post_is_written_changed_and_brought_back_by_keyboard(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/rooms/kitchen")
    page.keyboard.press("n")
    page.keyboard.type("Bread at eight")
    page.keyboard.press("Control+Enter")
    post = page.locator("#feed > .post", has_text="Bread at")
    expect(post).to_be_visible(timeout=5000)
    post.locator(".post-head summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, post.locator(".post-head").get_by_role("link", name="Edit"))
    page.keyboard.press("Enter")
    field = post.locator(".edit-form textarea")
    expect(field).to_be_focused(timeout=3000)
    expect(post.locator(".post-head details")).not_to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(post.locator(".post-body")).to_have_text("Bread at eight")
    expect(post).to_be_focused()
    post.locator(".post-head summary").press("Enter")
    tab_to(page, post.locator(".post-head").get_by_role("link", name="Edit"))
    page.keyboard.press("Enter")
    expect(field).to_be_focused(timeout=3000)
    field.press("Control+a")
    page.keyboard.type("Bread at nine")
    page.keyboard.press("Control+Enter")
    expect(post.locator(".post-body")).to_have_text("Bread at nine", timeout=3000)
    expect(post).to_be_focused()
    tab_to(page, post.get_by_role("link", name="edited"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("How this changed")
    expect(page.locator("del")).to_contain_text("eight")
    expect(page.locator("ins")).to_contain_text("nine")
    page.go_back()
    expect(post.locator(".post-body")).to_have_text("Bread at nine")
    post.locator(".post-head summary").press("Enter")
    tab_to(page, post.locator(".post-head").get_by_role("button", name="Move to bin"))
    page.keyboard.press("Enter")
    undo = page.locator("#feed").get_by_role("button", name="Undo")
    expect(undo).to_be_focused(timeout=3000)
    page.keyboard.press("Enter")
    expect(post).to_be_focused(timeout=3000)
    assert not giulia.problems


def test_a_post_is_written_changed_and_brought_back_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    page = giulia.page
    giulia.go("/rooms/kitchen")
    page.fill("#composer-body", "Soup at one")
    page.click(".composer button.primary")
    post = page.locator("#feed > .post", has_text="Soup at")
    post.get_by_role("link", name="More about this post").click()
    page.get_by_role("link", name="Edit").click()
    page.locator("textarea[name=body]").last.fill("Soup at two")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("link", name="edited").click()
    expect(page.locator("ins")).to_contain_text("two")
    page.get_by_role("link", name="Back to what it says now").click()
    page.get_by_role("link", name="More about this post").click()
    page.get_by_role("button", name="Move to bin").click()
    expect(page.get_by_text("Moved to the bin.").last).to_be_visible()
    giulia.go("/bin")
    row = page.locator("li", has_text="Soup at two")
    expect(row).to_contain_text("goes for good on")
    row.get_by_role("button", name="Take out again").click()
    expect(page.locator(".post-body", has_text="Soup at two")).to_be_visible()


def test_a_comment_is_changed_in_place_and_others_see_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    for person in (giulia, kofi):
        person.go("/search?q=montacarichi")
        person.page.locator("main a[href^='/p/']").first.click()
        person.page.wait_for_url("**/p/*")
    before = giulia.page.locator("#feed .comment").count()
    assert before >= 2
    giulia.page.locator(".comment-form textarea").fill("At noon")
    giulia.page.locator(".comment-form [aria-label='Send comment']").click()
    comment = giulia.page.locator(".comment", has=giulia.page.locator(".prose", has_text="At noon"))
    expect(kofi.page.locator(".comment .prose", has_text="At noon")).to_be_visible(timeout=3000)
    comment.locator(".menu summary").click()
    comment.get_by_role("link", name="Edit").click()
    giulia.page.locator(".comment .edit-form textarea").fill("At one")
    giulia.page.locator(".comment .edit-form .primary").click()
    expect(giulia.page.locator(".comment .prose", has_text="At one")).to_be_visible(timeout=3000)
    expect(giulia.page.locator(".comment", has_text="At one").get_by_role("link", name="edited")).to_be_visible()
    expect(kofi.page.locator(".comment .prose", has_text="At one")).to_be_visible(timeout=3000)
    expect(giulia.page.locator("#feed .comment")).to_have_count(before + 1)
    assert not giulia.problems


def test_a_keeper_says_why_in_a_dialog(people) -> None:  # type: ignore[no-untyped-def]
    author, keeper = people("giulia.ferri"), people("beatrice.longhi")
    author.go("/rooms/sicurezza")
    author.page.fill("#composer-body", "Somebody left the door open")
    author.page.click(".composer button.primary")
    expect(author.page.locator("#feed > .post", has_text="left the door open")).to_be_visible(timeout=5000)
    keeper.go("/rooms/sicurezza")
    post = keeper.page.locator("#feed > .post", has_text="left the door open")
    post.locator(".post-head summary").click()
    post.locator(".post-head .menu-body a[href$='/remove']").click()
    reason = keeper.page.locator("#asked #f-reason")
    expect(reason).to_be_focused(timeout=3000)
    keeper.page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    post.locator(".post-head summary").click()
    post.locator(".post-head .menu-body a[href$='/remove']").click()
    expect(reason).to_be_focused(timeout=3000)
    reason.fill("It was the wind")
    keeper.page.keyboard.press("Enter")
    undo = keeper.page.locator("#feed [data-removed] button")
    expect(undo).to_be_focused(timeout=3000)
    expect(keeper.page.locator("#asked")).to_be_hidden()
    expect(author.page.locator("#feed > .post", has_text="left the door open")).to_have_count(0, timeout=3000)
    assert not keeper.problems


def test_a_menu_is_walked_by_keyboard_also_before_its_lines_have_come(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/rooms/sicurezza")
    post = page.locator("#feed > .post").first
    button, lines = post.locator(".post-head summary"), post.locator(".post-head .menu-body > a, .post-head button")

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/menu", hold)
    for key in ("Tab", "ArrowDown"):
        with page.expect_request("**/menu"):
            button.press("Enter")
        page.keyboard.press(key)
        expect(button).to_be_focused()
        held.pop().continue_()
        expect(lines.first).to_be_focused(timeout=3000)
        page.keyboard.press("ArrowUp")
        expect(lines.last).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(lines.first).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        expect(lines.first).to_be_hidden()
    assert not giulia.problems


def test_a_menu_that_cannot_be_fetched_is_a_page(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/sicurezza")
    giulia.page.route("**/menu", lambda route: route.fulfill(status=503), times=1)
    giulia.page.locator("#feed > .post .post-head summary").first.click()
    giulia.page.wait_for_url("**/menu")
    expect(giulia.page.get_by_role("heading", name="What you can do with this")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1440, 900), ("dark", 390, 844)])
def test_open_menus_and_their_page_have_no_barrier(  # type: ignore[no-untyped-def]
    people, barriers: Callable[[Page], list[object]], scheme: str, width: int, height: int
) -> None:
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    giulia.go("/rooms/sicurezza")
    post = giulia.page.locator("#feed > .post", has_text="montacarichi")
    for menu in (post.locator(".post-head .menu"), post.locator(".comment .menu").first):
        menu.locator("summary").click()
        expect(menu.locator(".menu-body a").first).to_be_visible()
        assert not barriers(giulia.page)
        giulia.page.keyboard.press("Escape")
    giulia.go(f"/entries/{post.get_attribute('data-entry')}/menu")
    assert not barriers(giulia.page)
