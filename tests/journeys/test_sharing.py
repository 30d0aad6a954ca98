"""A post shared into another room: a card for those who know it, nothing for the others, and the end of it said at once."""

from playwright.sync_api import expect


def test_a_post_is_shared_by_keyboard_and_hides_from_outsiders(people) -> None:  # type: ignore[no-untyped-def]
    davide, giulia, outsider = people("davide.russo"), people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/rooms/night-shift")
    giulia.page.fill("#composer-body", "Quicksilver stays in the cupboard")
    giulia.page.click(".composer button.primary")
    post = giulia.page.locator("#feed > .post", has_text="Quicksilver stays")
    expect(post).to_be_visible(timeout=5000)
    post.locator(".post-head summary").press("Enter")
    post.get_by_role("link", name="Share into another room").press("Enter")
    expect(giulia.page.locator("#share-room")).to_be_focused(timeout=3000)
    giulia.page.select_option("#share-room", "kitchen")
    giulia.page.fill("#share-body", "For all who wash up")
    giulia.page.keyboard.press("Control+Enter")
    expect(giulia.page.locator("#asked h2")).to_be_focused(timeout=3000)
    expect(giulia.page.locator("#asked")).to_contain_text("It stands in")
    giulia.page.keyboard.press("Escape")
    expect(giulia.page.locator("#asked")).to_be_hidden()
    for person, sees in ((davide, True), (outsider, False)):
        person.go("/rooms/kitchen")
        card = person.page.locator("#feed > .post", has_text="For all who wash up").locator(".shared")
        expect(card.locator(".link, .meta").first).to_be_visible(timeout=3000)
        if sees:
            expect(card).to_contain_text("Quicksilver stays", timeout=3000)
        else:
            expect(card).to_contain_text("Shared from a room you are not in", timeout=3000)
            assert "Quicksilver" not in person.page.content()
    davide.page.evaluate("window.scrollTo(0, 0)")
    post.locator(".post-head summary").click()
    post.locator(".post-head").get_by_role("button", name="Move to bin").click()
    card = davide.page.locator("#feed > .post", has_text="For all who wash up").locator(".shared")
    expect(card.locator("svg use[href='#i-trash-2']")).to_be_visible(timeout=4000)
    assert not giulia.problems
    assert not outsider.problems
