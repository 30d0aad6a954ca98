"""The pictures of a post, over the page and without a script."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.views import VIEWS


def picture(name: str) -> dict[str, object]:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(drawn, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": drawn.getvalue()}


def post_six(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    giulia.go("/rooms/lake")
    page.locator(".composer input[type=file]").set_input_files([picture(f"{n}.png") for n in range(6)])
    for place in range(6):
        page.locator(".picked input").nth(place).fill(f"Picture {place + 1}")
    page.fill("#composer-body", "Six of them")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#feed > .post").first).to_contain_text("Six of them")


def test_a_gallery_is_walked_by_keyboard_and_gives_the_focus_back(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    post_six(giulia)
    page = giulia.page
    links = page.locator("#feed > .post").first.locator(".post-media a")
    expect(links.nth(3)).to_contain_text("+2")
    expect(links.nth(4)).to_be_hidden()
    links.nth(3).focus()
    page.keyboard.press("Enter")
    gallery = page.get_by_role("dialog", name="Pictures")
    shown, counter = gallery.locator("img"), gallery.locator(".counter")
    expect(counter).to_have_text("4 of 6")
    expect(shown).to_have_attribute("alt", "Picture 4")
    expect(gallery.locator("figcaption")).to_have_text("Picture 4")
    for key, said in [
        ("ArrowRight", "5 of 6"),
        ("End", "6 of 6"),
        ("ArrowRight", "1 of 6"),
        ("ArrowLeft", "6 of 6"),
        ("Home", "1 of 6"),
    ]:
        page.keyboard.press(key)
        expect(counter).to_have_text(said)
    gallery.get_by_role("button", name="Next picture").click()
    expect(shown).to_have_attribute("alt", "Picture 2")
    gallery.get_by_role("button", name="Previous picture").click()
    expect(shown).to_have_js_property("naturalWidth", 60)
    page.keyboard.press("Escape")
    expect(gallery).to_be_hidden()
    expect(links.nth(3)).to_be_focused()
    assert not giulia.problems


def test_the_next_picture_is_fetched_ahead_and_no_other(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/lake")
    post_six(giulia)
    page = giulia.page
    links = page.locator("#feed > .post").first.locator(".post-media a")
    addresses = [links.nth(place).get_attribute("href") for place in range(6)]
    page.evaluate("for (const each of document.querySelectorAll('.post-media img')) each.removeAttribute('src')")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.removeprefix(giulia.url)))
    links.nth(3).click()
    expect(page.locator("#gallery img")).to_have_js_property("complete", True)
    asked = {address for address in fetched if address in addresses}
    assert asked <= {addresses[3], addresses[4]}


def test_one_picture_has_no_arrows_and_closes_by_a_press_beside_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/gx-40")
    page = giulia.page
    link = page.locator(".media-1 a").first
    link.click()
    gallery = page.locator("#gallery")
    expect(gallery.locator("img")).to_have_attribute("alt", link.locator("img").get_attribute("alt"))
    expect(gallery.get_by_role("button", name="Next picture")).to_be_hidden()
    gallery.locator("figure").click(position={"x": 5, "y": 5})
    expect(gallery).to_be_hidden()


def test_without_javascript_every_picture_is_a_link_to_itself(people) -> None:  # type: ignore[no-untyped-def]
    post_six(people("giulia.ferri"))
    kofi = people("kofi.mensah", java_script_enabled=False)
    kofi.go("/rooms/lake")
    links = kofi.page.locator(".post-media.media-many").first.locator("a")
    expect(links).to_have_count(6)
    expect(links.nth(5)).to_be_visible()
    expect(kofi.page.locator(".plus").first).to_be_hidden()
    address = links.nth(5).get_attribute("href")
    links.nth(5).click()
    kofi.page.wait_for_url("**" + address)


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_an_open_gallery_has_no_barrier(  # type: ignore[no-untyped-def]
    people, barriers: Callable[[Page], list[object]], scheme: str, width: int, height: int
) -> None:
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    giulia.go("/rooms/gx-40")
    giulia.page.locator(".media-2 a").first.click()
    expect(giulia.page.locator("#gallery .counter")).to_have_text("1 of 2")
    assert not barriers(giulia.page)
