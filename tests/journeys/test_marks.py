"""What one keeps and reads: shown at once, counted honestly, the same in every window."""

from playwright.sync_api import expect


def test_the_sidebar_counts_what_was_not_on_the_screen_yet(people) -> None:  # type: ignore[no-untyped-def]
    giulia, elsewhere, kofi = people("giulia.ferri"), people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/kitchen")
    giulia.page.wait_for_timeout(3500)  # everything that is new there has been looked at
    giulia.go("/people")
    elsewhere.go("/people")
    for words in ("Coffee is ready", "And so is the cake"):
        kofi.go("/rooms/kitchen")
        kofi.page.fill("#composer-body", words)
        kofi.page.click(".composer button.primary")
        expect(kofi.page.locator("#feed > .post", has_text=words)).to_be_visible(timeout=5000)
    badge = "#places a[href='/rooms/kitchen'] .count"
    for person in (giulia, elsewhere):
        expect(person.page.locator(badge)).to_contain_text("2", timeout=9000)
    giulia.page.click("#places a[href='/rooms/kitchen']")
    for person in (giulia, elsewhere):
        expect(person.page.locator(badge)).to_have_count(0, timeout=9000)
    post = giulia.page.locator("#feed > .post", has_text="And so is the cake")
    post.locator(".post-head summary").click()
    post.get_by_role("button", name="Mark unread from here").click()
    for person in (giulia, elsewhere):
        expect(person.page.locator(badge)).to_contain_text("1", timeout=9000)
    giulia.page.wait_for_timeout(3000)
    expect(giulia.page.locator(badge)).to_contain_text("1")
    assert not giulia.problems


def test_a_bookmark_is_set_at_once_and_taken_back_when_it_could_not_be_kept(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/sicurezza")
    post = giulia.page.locator("#feed > .post", has_text="montacarichi")
    save = post.locator(".save").first
    save.focus()
    giulia.page.keyboard.press("Enter")
    expect(save).to_have_attribute("aria-pressed", "true")
    expect(save).to_be_focused()
    giulia.reload()
    expect(save).to_have_attribute("aria-pressed", "true")
    giulia.page.route("**/saved", lambda route: route.fulfill(status=503, body=""))
    save.click()
    expect(save).to_have_attribute("aria-pressed", "true")
    expect(giulia.page.locator("#toasts .toast").first).to_be_visible()
    giulia.page.unroute("**/saved")
    giulia.go("/saved")
    expect(post).to_be_visible()
    save.click()
    expect(save).to_have_attribute("aria-pressed", "false")
    giulia.page.wait_for_timeout(500)
    giulia.reload()
    expect(post).to_have_count(0)


def test_a_keeper_pins_and_ends_the_comments_where_the_post_stands(people) -> None:  # type: ignore[no-untyped-def]
    keeper, giulia = people("beatrice.longhi"), people("giulia.ferri")
    for person in (keeper, giulia):
        person.go("/rooms/sicurezza")
    post = keeper.page.locator("#feed > .post", has_text="montacarichi")
    theirs = giulia.page.locator("#feed > .post", has_text="montacarichi")
    expect(theirs.locator(".comment-form")).to_be_visible()
    post.locator(".post-head summary").click()
    post.locator("form[action$='/lock'] button").click()
    expect(post.locator("[data-locked]")).to_be_visible(timeout=3000)
    expect(post.locator(".post-head summary")).to_be_focused()
    expect(theirs.locator("[data-locked]")).to_be_visible(timeout=3000)
    expect(theirs.locator(".comment-form")).to_be_hidden()
    expect(post.locator(".comment-form")).to_be_visible()
    post.locator(".post-head summary").click()
    post.locator("form[action$='/lock'] button").click()
    expect(theirs.locator(".comment-form")).to_be_visible(timeout=3000)
    assert not keeper.problems


def test_the_address_of_a_post_is_copied(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", permissions=["clipboard-read", "clipboard-write"])
    giulia.go("/")
    post = giulia.page.locator("#feed > .post").first
    post.locator(".post-head summary").click()
    post.get_by_role("button", name="Copy link").click()
    expect(giulia.page.locator("#toasts .toast")).to_have_text("Link copied")
    expect(post.locator(".post-head summary")).to_be_focused()
    copied = giulia.page.evaluate("navigator.clipboard.readText()")
    assert copied == giulia.url + f"/p/{post.get_attribute('data-entry')}"


def test_a_comment_is_saved_by_its_bookmark_and_found_again_with_its_post(people, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/rooms/kitchen")
    page.fill("#composer-body", "Where is the sieve?")
    page.click(".composer button.primary")
    post = page.locator("#feed > .post", has_text="Where is the sieve?")
    post.locator(".comment-form textarea").fill("In the second drawer")
    post.locator("[aria-label='Send comment']").click()
    comment = post.locator(".comment", has_text="In the second drawer")
    save = comment.get_by_role("button", name="Save for later")
    with page.expect_response("**/saved"):
        save.focus()
        page.keyboard.press("Enter")
    expect(save).to_have_attribute("aria-pressed", "true")
    expect(post.locator(".save").first).to_have_attribute("aria-pressed", "false")
    giulia.go("/saved")
    kept = page.locator(".saved-comment", has_text="In the second drawer")
    expect(kept.locator(".save")).to_have_attribute("aria-pressed", "true")
    assert not barriers(page)
    kept.get_by_role("link", name="Comment on a post by Giulia Ferri").click()
    expect(page.locator(".comment.is-aimed", has_text="In the second drawer")).to_be_visible(timeout=5000)
    expect(page.get_by_text("Where is the sieve?")).to_be_visible()
    assert not giulia.problems
