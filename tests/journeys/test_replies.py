"""Answers to comments: written in place by keyboard, and seen at once by others."""

import re

from playwright.sync_api import Locator, Page, expect


def write(page: Page, words: str) -> Locator:
    page.fill("#composer-body", words)
    page.click(".composer button.primary")
    post = page.locator("#feed > .post", has_text=words)
    expect(post).to_be_visible(timeout=5000)
    return post


def comment_on(post: Locator, words: str) -> Locator:
    post.locator(".comment-form textarea").fill(words)
    post.locator(".comment-form [aria-label='Send comment']").click()
    comment = post.locator(".comments > .comment", has_text=words).first
    expect(comment).to_be_visible()
    return comment


def test_a_reply_is_written_by_keyboard_and_arrives_in_the_other_browser(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "Who takes the last slice?")
    comment = comment_on(post, "I could")
    kofi.go("/rooms/kitchen")
    theirs = kofi.page.locator("#feed > .post", has_text="the last slice")
    comment.get_by_role("link", name=re.compile("Reply to Giulia")).focus()
    giulia.page.keyboard.press("Enter")
    field = giulia.page.locator("#reply-body")
    expect(field).to_be_focused(timeout=3000)
    giulia.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(comment.get_by_role("link", name=re.compile("Reply to Giulia"))).to_be_focused()
    giulia.page.keyboard.press("Enter")
    expect(field).to_be_focused(timeout=3000)
    giulia.page.keyboard.type("No, leave it to Nadia")
    giulia.page.keyboard.press("Control+Enter")
    mine = comment.locator(".replies > .comment", has_text="leave it to Nadia")
    expect(mine).to_be_focused(timeout=3000)
    expect(field).to_have_count(0)
    expect(mine).to_have_count(1)
    expect(theirs.locator(".replies > .comment", has_text="leave it to Nadia")).to_be_visible(timeout=3000)
    expect(theirs.locator(".comment-count")).to_have_text("2 comments")
    theirs.locator(".replies > .comment .menu summary").click()
    expect(theirs.locator(".replies").get_by_role("link", name="Who can see this?")).to_be_visible()
    expect(theirs.locator(".replies").get_by_role("button", name="Move to bin")).to_have_count(0)
    giulia.page.wait_for_timeout(800)
    expect(mine).to_have_count(1)
    assert not giulia.problems
    assert not kofi.problems


def test_an_answer_to_a_reply_names_whom_it_answers_and_the_way_to_all_is_counted(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    post = write(giulia.page, "Tea or coffee?")
    comment = comment_on(post, "Tea for me")
    kofi.go("/rooms/kitchen")
    theirs = kofi.page.locator("#feed > .post", has_text="Tea or coffee?")
    for words in ("Me too", "And me"):
        theirs.locator(".comment", has_text="Tea for me").first.locator(".to-reply").first.click()
        kofi.page.locator("#reply-body").fill(words)
        kofi.page.locator("#reply-form [aria-label='Send reply']").click()
        expect(comment.locator(".replies > .comment", has_text=words)).to_be_visible(timeout=3000)
    giulia.reload()
    expect(comment.locator(".replies-link")).to_be_hidden()
    comment.locator(".replies > .comment").first.locator(".to-reply").click()
    expect(giulia.page.locator("#reply-body")).to_have_value("@kofi.mensah ")
    comment.locator(".to-reply").first.click()
    expect(giulia.page.locator("#reply-body")).to_have_value("")
    expect(giulia.page.locator("#reply-form")).to_have_count(1)
    giulia.page.locator("#reply-body").fill("Three teas")
    giulia.page.locator("#reply-form [aria-label='Send reply']").click()
    expect(comment.locator(".replies > .comment")).to_have_count(3)
    giulia.reload()
    expect(comment.locator(".replies > .comment")).to_have_count(2)
    link = comment.locator(".replies-link")
    expect(link).to_have_text("3 replies")
    own = theirs.locator(".replies > .comment", has_text="And me")
    own.locator(".menu summary").click()
    own.get_by_role("button", name="Move to bin").click()
    expect(link).to_have_text("2 replies", timeout=3000)
    link.click()
    giulia.page.wait_for_url("**/p/*")
    expect(giulia.page.locator(".replies > .comment")).to_have_count(2)
    expect(giulia.page.locator(".comment", has_text="Tea for me").first).to_be_focused()
    assert not giulia.problems


def test_a_reply_is_written_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    giulia.go("/rooms/kitchen")
    giulia.page.fill("#composer-body", "Plain bread")
    giulia.page.click(".composer button.primary")
    post = giulia.page.locator("#feed > .post", has_text="Plain bread")
    post.locator(".comment-form textarea").fill("With salt")
    post.locator(".comment-form [aria-label='Send comment']").click()
    giulia.page.locator(".comment", has_text="With salt").locator(".to-reply").click()
    giulia.page.locator("#reply-body").fill("A little")
    giulia.page.locator("#reply-form [aria-label='Send reply']").click()
    expect(giulia.page.locator(".replies > .comment", has_text="A little")).to_be_visible()
