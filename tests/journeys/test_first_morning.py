"""What a newcomer does on the first morning, in real browsers."""

import re

from playwright.sync_api import expect


def test_a_post_reaches_the_other_browser_without_a_reload_and_is_found(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/rooms/gx-40")
    kofi.page.evaluate("window.scrollTo(0, 900)")
    read = kofi.page.locator("#feed > .post").nth(1)
    kofi.page.wait_for_timeout(300)
    before = read.bounding_box()["y"]
    giulia.go("/rooms/gx-40")
    giulia.page.fill("#composer-body", "Fresh from the bench: the **quixotic** seal holds")
    giulia.page.click(".composer button.primary")
    expect(giulia.page.locator("#feed > .post").first).to_contain_text("quixotic")
    pill = kofi.page.locator("#newpill button")
    expect(pill).to_be_visible(timeout=3000)
    assert abs(read.bounding_box()["y"] - before) < 1
    pill.click()
    expect(kofi.page.locator("#feed > .post").first).to_contain_text("quixotic seal holds")
    kofi.page.locator("#feed > .post").first.locator(".comment-form textarea").fill("Well done")
    kofi.page.locator("#feed > .post").first.locator(".comment-form [aria-label='Send comment']").click()
    expect(giulia.page.locator("#feed > .post").first).to_contain_text("Well done", timeout=3000)
    giulia.page.fill(".searchbox input", "quixotic")
    expect(giulia.page.locator("#search-list [role=option]").first).to_contain_text("quixotic", timeout=3000)
    giulia.page.keyboard.press("Enter")
    expect(giulia.page.locator(".result").first).to_contain_text("quixotic")
    assert not giulia.problems
    assert not kofi.problems


def test_an_outsider_sees_nothing_of_a_private_room_while_it_is_busy(people) -> None:  # type: ignore[no-untyped-def]
    davide, sara = people("davide.russo"), people("sara.conti")
    davide.go("/rooms/night-shift")
    davide.page.fill("#composer-body", "Only for the night: the xylophone stays")
    davide.page.click(".composer button.primary")
    expect(davide.page.locator("#feed > .post").first).to_contain_text("xylophone")
    sara.go("/search?q=xylophone")
    expect(sara.page.locator("main")).to_contain_text("Nothing for")
    sara.go("/")
    expect(sara.page.locator("body")).not_to_contain_text("Night shift")
    expect(sara.page.locator("#newpill")).to_be_hidden()


def test_a_reaction_counts_at_once_and_stays(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/sicurezza")
    post = giulia.page.locator("#feed > .post").first
    post.locator(".actions-row summary").first.click()
    post.locator(".emoji-row button").nth(3).click()
    expect(post.locator(".react[data-emoji='🎉'][aria-pressed='true']")).to_be_visible(timeout=3000)
    giulia.reload()
    expect(post.locator(".react[data-emoji='🎉'][aria-pressed='true']")).to_be_visible()


def test_everything_needed_works_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    giulia.go("/rooms/kitchen")
    giulia.page.fill("#composer-body", "Written without any script")
    giulia.page.click(".composer button.primary")
    expect(giulia.page.locator("#feed > .post").first).to_contain_text("Written without any script")
    giulia.page.locator("#feed > .post").first.locator(".comment-form textarea").fill("And so is this")
    giulia.page.locator("#feed > .post").first.locator(".comment-form [aria-label='Send comment']").click()
    expect(giulia.page.locator(".comment").last).to_contain_text("And so is this")
    giulia.page.fill(".searchbox input", "without any script")
    giulia.page.keyboard.press("Enter")
    expect(giulia.page.locator(".result").first).to_contain_text("script")


def test_typed_text_survives_a_lost_page(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    giulia.page.fill("#composer-body", "half a thought")
    giulia.page.wait_for_timeout(1300)
    giulia.reload()
    expect(giulia.page.locator("#composer-body")).to_have_value("half a thought")
    giulia.page.fill("#composer-body", "")
    giulia.page.wait_for_timeout(1300)


def test_the_house_is_walked_by_keyboard(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/")
    giulia.page.keyboard.press("j")
    giulia.page.keyboard.press("j")
    focused = giulia.page.evaluate("document.activeElement.id")
    assert re.fullmatch(r"post-\d+", focused)
    giulia.page.keyboard.press("Enter")
    giulia.page.wait_for_url(re.compile(r"/p/\d+$"))
    giulia.page.keyboard.press("g")
    giulia.page.keyboard.press("r")
    giulia.page.wait_for_url(re.compile(r"/rooms$"))
    expect(giulia.page.locator("#main")).to_be_focused()
    giulia.page.keyboard.press("/")
    expect(giulia.page.locator(".searchbox input")).to_be_focused()


def test_older_posts_come_with_what_is_mine(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/")
    shown = giulia.page.locator(".post").count()
    giulia.page.click("#feed-end a")
    expect(giulia.page.locator(".post").nth(shown)).to_be_visible()
    pressed = giulia.page.locator(".post").nth(shown).locator("xpath=..").locator(".react[aria-pressed='true']")
    expect(pressed.first).to_be_visible()
    assert not giulia.problems
