"""Writing: Markdown by keys, completions, previews and picked files, with a keyboard and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.views import VIEWS

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


def picture(name: str, content: bytes = PICTURE) -> dict[str, object]:
    return {"name": name, "mimeType": "image/png", "buffer": content}


@pytest.fixture
def giulia(people):  # type: ignore[no-untyped-def]
    opened = people("giulia.ferri")
    opened.go("/rooms/lake")
    opened.page.locator("#composer-body").click()
    yield opened
    opened.page.evaluate("localStorage.clear()")


def test_keys_mark_what_is_chosen_and_take_the_marks_away(giulia) -> None:  # type: ignore[no-untyped-def]
    page, field = giulia.page, giulia.page.locator("#composer-body")
    page.keyboard.type("boat")
    for key, made in [("Control+b", "**boat**"), ("Control+i", "_boat_"), ("Control+Shift+c", "`boat`")]:
        page.keyboard.press("Control+a")
        page.keyboard.press(key)
        expect(field).to_have_value(made)
        page.keyboard.press(key)
        expect(field).to_have_value("boat")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://lake.example")
    expect(field).to_have_value("[boat](https://lake.example)")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+Shift+Digit9")
    expect(field).to_have_value("> [boat](https://lake.example)")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("[boat](https://lake.example)")


def test_lists_go_on_and_end_on_an_empty_item(giulia) -> None:  # type: ignore[no-untyped-def]
    page, field = giulia.page, giulia.page.locator("#composer-body")
    for begun, made in [
        ("- oars", "- oars\n- rope\nend"), ("9. oars", "9. oars\n10. rope\nend"), ("> oars", "> oars\n> rope\nend"),
        ("- [x] oars", "- [x] oars\n- [ ] rope\nend"),
    ]:  # fmt: skip
        field.fill("")
        for words in (begun, "rope", ""):
            page.keyboard.type(words)
            page.keyboard.press("Enter")
        page.keyboard.type("end")
        expect(field).to_have_value(made)


def test_tab_leaves_the_field_and_the_toolbar_is_one_stop(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    page.keyboard.type("- oars")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).not_to_be_focused()  # the file button stands beside the field
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Emoji", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".composer .later summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Preview")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Post", exact=True)).to_be_focused()
    expect(page.locator("#composer-body")).to_have_value("- oars")


def test_people_tags_and_emoji_are_completed_by_keyboard(giulia) -> None:  # type: ignore[no-untyped-def]
    page, field = giulia.page, giulia.page.locator("#composer-body")
    page.route(
        "**/tags/suggest?q=*", lambda route: route.fulfill(json={"items": [{"tag": "boats"}, {"tag": "boathouse"}]})
    )
    options = page.locator(".composer [role=option]")
    page.keyboard.type("With @kofi")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(field).to_have_value("With @kofi.mensah ")
    page.keyboard.type("#boat")
    expect(options.first).to_have_text("#boats")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("With @kofi.mensah #boathouse ")
    page.keyboard.type(":sailb")
    expect(options.first).to_contain_text("sailboat")
    page.keyboard.press("Enter")
    page.keyboard.type(" :tada:")
    expect(field).to_have_value("With @kofi.mensah #boathouse ⛵ 🎉")
    page.keyboard.type(" :sailb")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    assert not giulia.problems


def test_a_new_tag_is_not_replaced_by_a_known_one(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    page.route("**/tags/suggest?q=*", lambda route: route.fulfill(json={"items": [{"tag": "boats"}]}))
    page.keyboard.type("#boat")
    expect(page.locator(".composer [role=option]")).to_have_text("#boats")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-body")).to_have_value("#boat\n")


def test_the_picker_writes_where_the_caret_is(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    page.keyboard.type("one two")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Emoji", exact=True).click()
    page.locator("#emoji-picker input").fill("sailboat")
    page.keyboard.press("Enter")
    page.keyboard.type("!")
    expect(page.locator("#composer-body")).to_have_value("one⛵! two")


def test_a_preview_takes_the_place_of_the_field_and_gives_it_back(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    page.keyboard.type("The **old** boat, @kofi.mensah and @nobody")
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Preview")
    button.focus()
    page.keyboard.press("Enter")
    shown = page.get_by_role("region", name="Preview")
    expect(shown.locator("strong")).to_have_text("old")
    expect(shown.locator("a.mention")).to_have_text("@Kofi Mensah")
    expect(page.locator("#composer-body")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-body")).to_be_focused()
    button.click()
    expect(shown).to_be_visible()
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#feed > .post").first).to_contain_text("The old boat")
    expect(page.locator("#composer-body")).to_be_visible()
    expect(page.locator("#composer-body")).to_have_value("")


def test_a_preview_follows_the_room_that_is_chosen(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    giulia.go("/")
    page.fill("#composer-body", "For @sara.conti")
    page.select_option("#composer-room", "night-shift")
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("region", name="Preview")
    expect(shown).to_have_text("For @sara.conti")
    page.select_option("#composer-room", "gx-40")
    expect(shown.locator("a.mention")).to_have_text("@Sara Conti")


def test_a_comment_has_the_toolbar_and_its_preview(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    form = page.locator(".comment-form").first
    form.locator("textarea").click()
    page.keyboard.type("so ")
    form.get_by_role("button", name="Bold").click()
    page.keyboard.type("true")
    form.get_by_role("button", name="Preview").click()
    expect(form.get_by_role("region", name="Preview").locator("strong")).to_have_text("true")
    form.get_by_role("button", name="Preview").click()
    expect(form.locator("textarea")).to_have_value("so **true**")
    form.locator("textarea").fill("")


def test_a_preview_without_javascript_returns_the_form_with_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    giulia.go("/rooms/lake")
    giulia.page.fill("#composer-body", "Written **twice**")
    giulia.page.get_by_role("button", name="Preview").click()
    expect(giulia.page.get_by_role("region", name="Preview").locator("strong")).to_have_text("twice")
    expect(giulia.page.locator("#composer-body")).to_have_value("Written **twice**")
    giulia.page.get_by_role("button", name="Post", exact=True).click()
    expect(giulia.page.locator(".post .post-body").first).to_have_text("Written twice")
    assert giulia.page.url.endswith("/rooms/lake")


def test_picked_files_are_counted_described_and_taken_out_again(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    chooser, lines = page.locator(".composer input[type=file]"), page.locator(".picked li")
    chooser.set_input_files([picture("one.png"), picture("two.png")])
    lines.nth(0).locator("input").fill("The first")
    page.keyboard.press("Enter")
    expect(lines.nth(1).locator("input")).to_be_focused()
    chooser.set_input_files([picture("three.png")])
    expect(lines).to_have_count(3)
    expect(lines.nth(0).locator("input")).to_have_value("The first")
    expect(page.locator(".picked-sum")).to_contain_text("3 files, 0.2 kB")
    page.get_by_role("button", name="Take out two.png").click()
    expect(lines).to_have_count(2)
    expect(page.get_by_role("button", name="Take out three.png")).to_be_focused()
    page.fill("#composer-body", "Two pictures")
    page.get_by_role("button", name="Post", exact=True).click()
    post = page.locator("#feed > .post").first
    expect(post).to_contain_text("Two pictures")
    expect(post.locator(".post-media img").first).to_have_attribute("alt", "The first")
    expect(post.locator(".post-media img")).to_have_count(2)
    expect(lines).to_have_count(0)
    expect(page.locator(".picked-sum")).to_be_hidden()


def test_too_many_and_too_large_files_are_said_before_they_are_sent(giulia) -> None:  # type: ignore[no-untyped-def]
    page = giulia.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    chooser, words = page.locator(".composer input[type=file]"), page.locator(".picked-sum")
    chooser.set_input_files([picture(f"{n}.png") for n in range(11)])
    expect(words).to_contain_text("At most 10 files fit into one post.")
    page.fill("#composer-body", "Too many")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#composer-body")).to_have_value("Too many")
    assert not sent
    page.get_by_role("button", name="Take out 10.png").click()
    expect(words).to_have_text("10 files, 0.7 kB")
    page.evaluate("document.querySelector('.picked').dataset.size = 60")
    page.get_by_role("button", name="Take out 9.png").click()
    expect(words).to_contain_text("A file is larger than 25 MB.")
    page.evaluate("Object.assign(document.querySelector('.picked').dataset, {size: 1000, total: 500})")
    page.get_by_role("button", name="Take out 8.png").click()
    expect(words).to_contain_text("Together these are larger than 64 MB.")


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_a_busy_composer_has_no_barrier(  # type: ignore[no-untyped-def]
    people, barriers: Callable[[Page], list[object]], scheme: str, width: int, height: int
) -> None:
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    page = giulia.page
    giulia.go("/rooms/lake")
    page.locator(".composer input[type=file]").set_input_files([picture("one.png")])
    page.locator("#composer-body").click()
    page.keyboard.type("**Well** @kofi")
    expect(page.locator(".composer [role=option]").first).to_be_visible()
    assert not barriers(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_be_visible()
    assert not barriers(page)
