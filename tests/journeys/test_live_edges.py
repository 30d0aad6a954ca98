"""What one sends comes back over the stream too: nothing is shown twice, lost, or taken from under one's hands."""

import re

from playwright.sync_api import Locator, Page, expect

ADDED = re.compile(r"/posts$|/comments$")


def write(page: Page, words: str) -> Locator:
    page.fill("#composer-body", words)
    page.click(".composer button.primary")
    post = page.locator("#feed > .post", has_text=words)
    expect(post).to_be_visible(timeout=5000)
    return post


def answer_late(page: Page, pattern: re.Pattern[str], ms: int = 1200) -> None:
    """Lets the stream be faster than the answer."""

    def wait(route) -> None:  # type: ignore[no-untyped-def]
        response = route.fetch()
        page.wait_for_timeout(ms)
        route.fulfill(response=response)

    page.route(pattern, wait)


def test_ones_own_post_and_comment_stand_once_when_the_answer_is_first(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "One loaf, not two")
    post.locator(".comment-form textarea").fill("One slice, not two")
    post.locator(".comment-form [aria-label='Send comment']").click()
    expect(post.locator(".comment")).to_have_count(1)
    giulia.page.wait_for_timeout(1500)
    expect(giulia.page.locator("#feed > .post", has_text="One loaf, not two")).to_have_count(1)
    expect(post.locator(".comment")).to_have_count(1)
    expect(giulia.page.locator("#newpill")).to_be_hidden()
    assert not giulia.problems


def test_ones_own_post_and_comment_stand_once_when_the_stream_is_first(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    answer_late(giulia.page, ADDED)
    post = write(giulia.page, "Two loaves, once")
    expect(giulia.page.locator("#newpill")).to_be_hidden()
    expect(post).to_have_count(1)
    post.locator(".comment-form textarea").fill("Two slices, once")
    post.locator(".comment-form [aria-label='Send comment']").click()
    expect(post.locator(".comment")).to_have_count(1)
    giulia.page.wait_for_timeout(2000)
    expect(post.locator(".comment")).to_have_count(1)
    expect(post.locator(".comment-form textarea")).to_have_value("")
    assert not giulia.problems


def test_edit_and_bin_are_offered_only_to_whom_they_belong(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/rooms/sicurezza")
    giulia.go("/rooms/sicurezza")
    words = "Helmets hang by the door now"
    post = write(giulia.page, words)
    post.locator(".comment-form textarea").fill("And gloves")
    post.locator(".comment-form [aria-label='Send comment']").click()
    kofi.page.click("#newpill button")
    theirs = kofi.page.locator("#feed > .post", has_text=words)
    expect(theirs.locator(".comment", has_text="And gloves")).to_be_visible(timeout=3000)
    for reload in (False, True):
        if reload:
            kofi.reload()
            giulia.reload()
        theirs.locator(".comment .menu summary").click()
        expect(theirs.locator(".comment").get_by_role("link", name="Open the post")).to_be_visible()
        expect(theirs.locator(".comment").get_by_role("link", name="Edit")).to_have_count(0)
        expect(theirs.locator(".comment").get_by_role("button", name="Move to bin")).to_have_count(0)
        theirs.locator(".post-head summary").click()
        expect(theirs.locator(".post-head").get_by_role("link", name="Open the post")).to_be_visible()
        expect(theirs.locator(".post-head").get_by_role("link", name="Edit")).to_have_count(0)
        expect(theirs.locator(".post-head").get_by_role("button", name="Move to bin")).to_have_count(0)
        post.locator(".comment .menu summary").click()
        expect(post.locator(".comment").get_by_role("link", name="Edit")).to_be_visible()
        expect(post.locator(".comment").get_by_role("button", name="Move to bin")).to_be_visible()
        post.locator(".post-head summary").click()
        expect(post.locator(".post-head").get_by_role("link", name="Edit")).to_be_visible()
        expect(post.locator(".post-head").get_by_role("button", name="Move to bin")).to_be_visible()


def test_a_reaction_is_counted_while_its_button_has_the_focus(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    words = "Soup at noon"
    post = write(giulia.page, words)
    post.locator(".actions-row > .menu > summary").first.click()
    post.locator(".emoji-row button[value='👍']").click()
    thumb = post.locator(".actions-row .react[data-emoji='👍']").first
    expect(thumb).to_have_text(re.compile(r"👍\s+1"))
    thumb.focus()
    kofi.go("/rooms/kitchen")
    theirs = kofi.page.locator("#feed > .post", has_text=words)
    theirs.locator(".actions-row .react[data-emoji='👍']").first.click()
    expect(thumb).to_have_text(re.compile(r"👍\s+2"), timeout=3000)
    expect(thumb).to_be_focused()
    expect(thumb).to_have_attribute("aria-pressed", "true")
    giulia.page.keyboard.press("Space")
    expect(thumb).to_have_text(re.compile(r"👍\s+1"), timeout=3000)
    expect(thumb).to_have_attribute("aria-pressed", "false")
    expect(theirs.locator(".actions-row .react[data-emoji='👍']").first).to_have_text(
        re.compile(r"👍\s+1"), timeout=3000
    )
    theirs.locator(".actions-row .react[data-emoji='👍']").first.click()
    expect(thumb).to_have_count(0, timeout=3000)
    expect(post.locator(".actions-row > .menu > summary")).to_be_focused()
    assert not giulia.problems


def test_a_reaction_pressed_in_one_window_is_pressed_in_the_other(people) -> None:  # type: ignore[no-untyped-def]
    giulia, elsewhere, kofi = people("giulia.ferri"), people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "Pressed here and there")
    elsewhere.go("/rooms/kitchen")
    kofi.go("/rooms/kitchen")
    post.locator(".actions-row > .menu > summary").first.click()
    post.locator(".emoji-row button[value='👍']").click()
    for who, pressed in ((elsewhere, "true"), (kofi, "false")):
        thumb = who.page.locator("#feed > .post", has_text="here and there").locator(".react[data-emoji='👍']").first
        expect(thumb).to_have_text(re.compile(r"👍\s+1"), timeout=3000)
        expect(thumb).to_have_attribute("aria-pressed", pressed)
    there = elsewhere.page.locator("#feed > .post", has_text="here and there").locator(".react[data-emoji='👍']").first
    there.click()
    expect(post.locator(".actions-row .react[data-emoji='👍']")).to_have_count(0, timeout=3000)
    assert not giulia.problems


def test_what_was_moved_to_the_bin_leaves_an_undo_that_stays_and_works(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    words = "A cake that was dropped"
    post = write(giulia.page, words)
    kofi.go("/rooms/kitchen")
    theirs = kofi.page.locator("#feed > .post", has_text=words)
    expect(theirs).to_be_visible()
    for stream_first in (False, True):
        if stream_first:
            answer_late(giulia.page, re.compile(r"/remove$"))
        post.locator(".post-head summary").click()
        post.locator(".post-head").get_by_role("button", name="Move to bin").click()
        undo = giulia.page.locator("#feed").get_by_role("button", name="Undo")
        expect(undo).to_be_focused(timeout=5000)
        expect(theirs).to_have_count(0, timeout=3000)
        giulia.page.wait_for_timeout(1500)
        expect(undo).to_be_visible()
        undo.click()
        expect(post).to_be_visible()
        expect(undo).to_have_count(0)
        kofi.page.click("#newpill button")
        expect(theirs).to_be_visible(timeout=3000)
        giulia.page.wait_for_timeout(500)
        expect(post).to_have_count(1)
        expect(giulia.page.locator("#newpill")).to_be_hidden()
    assert not giulia.problems


def test_a_comment_comes_back_from_the_bin_to_its_place(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "Who brings bread?")
    for words in ("I do", "So do I"):
        post.locator(".comment-form textarea").fill(words)
        post.locator(".comment-form [aria-label='Send comment']").click()
        expect(post.locator(".comment", has_text=words)).to_be_visible()
    comment = post.locator(".comment", has_text="I do").first
    comment.locator(".menu summary").click()
    comment.get_by_role("button", name="Move to bin").click()
    expect(post.locator(".comment-count")).to_have_text("1 comment", timeout=3000)
    giulia.page.wait_for_timeout(1000)
    post.get_by_role("button", name="Undo").click()
    expect(post.locator(".comment")).to_have_count(2)
    expect(post.locator(".comment").first).to_contain_text("I do")
    expect(post.locator(".comment-count")).to_have_text("2 comments", timeout=3000)


def test_a_comment_on_a_post_that_waits_is_there_when_it_is_shown(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/rooms/kitchen")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "The kettle whistles")
    expect(kofi.page.locator("#newpill button")).to_be_visible(timeout=3000)
    post.locator(".comment-form textarea").fill("It stopped")
    post.locator(".comment-form [aria-label='Send comment']").click()
    expect(post.locator(".comment")).to_have_count(1)
    kofi.page.wait_for_timeout(800)
    kofi.page.click("#newpill button")
    theirs = kofi.page.locator("#feed > .post", has_text="The kettle whistles")
    expect(theirs.locator(".comment")).to_contain_text("It stopped")
    expect(theirs.locator(".comment-count")).to_have_text("1 comment")
