"""An announcement in real browsers: to one department, half read, the rest reminded; by keyboard, and without scripts."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

SOON_MS = 8000
pytestmark = pytest.mark.usefixtures("heard")


def announce(page: Page, words: str, department: str = "Engineering") -> str:
    """Asks a department in the room of the test bench; the page that says who has read it."""
    page.fill("#f-body", words)
    page.locator("summary", has_text="Departments").click()
    page.get_by_label(department, exact=True).check()
    page.get_by_role("button", name="Announce").click()
    expect(page.locator("h1")).to_have_text("Who has read this")
    return page.url


def unread(person) -> int:  # type: ignore[no-untyped-def]
    """As the server counts it."""
    person.go("/people")
    return int(person.page.locator("#bell").get_attribute("data-unread"))


def on_top(page: Page, words: str):  # type: ignore[no-untyped-def]
    return page.locator(".announcement", has_text=words)


def test_one_department_is_asked_half_of_it_reads_and_the_rest_is_reminded(people) -> None:  # type: ignore[no-untyped-def]
    kofi, giulia, marco, irene = (
        people(each) for each in ("kofi.mensah", "giulia.ferri", "marco.bellini", "irene.moretti")
    )
    kofi.go("/rooms/test-bench")
    kofi.page.get_by_role("link", name="Make an announcement").click()
    expect(kofi.page.locator("#whom")).to_contain_text("people to read it")
    everyone = kofi.page.locator("#whom").inner_text()
    kofi.page.locator("summary", has_text="Departments").click()
    kofi.page.get_by_label("Engineering", exact=True).check()
    expect(kofi.page.locator("#whom")).not_to_have_text(everyone)
    expect(kofi.page.locator("#whom")).to_contain_text("Giulia Ferri")
    kofi.page.get_by_label("Engineering", exact=True).uncheck()
    expect(kofi.page.locator("#whom")).to_contain_text(everyone.splitlines()[0])
    kofi.page.locator("summary", has_text="Departments").click()
    before = {reader: unread(reader) for reader in (giulia, marco, irene)}
    address = announce(kofi.page, "Hard hats from Monday")
    for reader in (giulia, marco):
        expect(reader.page.locator("#bell")).to_have_attribute("data-unread", str(before[reader] + 1), timeout=SOON_MS)
        reader.go("/")
        expect(on_top(reader.page, "Hard hats from Monday")).to_be_visible()
    irene.go("/")
    expect(on_top(irene.page, "Hard hats from Monday")).to_have_count(0)
    on_top(giulia.page, "Hard hats from Monday").get_by_role("button", name="I have read it").click()
    expect(on_top(giulia.page, "Hard hats from Monday")).to_have_count(0)
    expect(giulia.page.get_by_role("button", name="Undo")).to_be_focused()
    giulia.page.keyboard.press("Enter")
    expect(on_top(giulia.page, "Hard hats from Monday")).to_be_visible()
    on_top(giulia.page, "Hard hats from Monday").get_by_role("button", name="I have read it").click()
    expect(giulia.page.get_by_text("You find it again under Announcements")).to_be_visible()
    assert [unread(reader) for reader in (giulia, irene)] == [before[reader] for reader in (giulia, irene)]
    kofi.page.goto(address)
    kofi.page.get_by_role("button", name="Remind those who have not").click()
    reminded = kofi.page.locator(".note.ok")
    expect(reminded).to_contain_text("Marco Bellini")
    expect(reminded).not_to_contain_text("Giulia Ferri")
    expect(marco.page.locator("#bell")).to_have_attribute("data-unread", str(before[marco] + 2), timeout=SOON_MS)
    marco.go("/notifications")
    marco.page.get_by_role("button", name="Kofi Mensah reminds you of an announcement").click()
    expect(marco.page.locator("#main")).to_contain_text("Hard hats from Monday")
    assert [unread(reader) for reader in (giulia, irene)] == [before[reader] for reader in (giulia, irene)]
    assert not any(each.problems for each in (kofi, giulia, marco, irene))


def test_an_announcement_is_made_and_read_by_keyboard_alone(people) -> None:  # type: ignore[no-untyped-def]
    kofi, giulia = people("kofi.mensah"), people("giulia.ferri")
    kofi.go("/announcements/new?room=test-bench")
    page = kofi.page
    page.locator("#f-room").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard alone")
    page.keyboard.press("Tab")
    expect(page.locator("#f-files")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Departments")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "Engineering":
            break
    page.keyboard.press("Space")
    expect(page.locator("#whom")).not_to_contain_text("Irene Moretti")
    page.get_by_role("button", name="Announce").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Who has read this")
    giulia.go("/")
    on_top(giulia.page, "By keyboard alone").get_by_role("button", name="I have read it").focus()
    giulia.page.keyboard.press("Enter")
    expect(on_top(giulia.page, "By keyboard alone")).to_have_count(0)
    expect(giulia.page.get_by_role("button", name="Undo").first).to_be_focused()


def test_what_was_not_heard_comes_forward_again(people) -> None:  # type: ignore[no-untyped-def]
    kofi, giulia = people("kofi.mensah"), people("giulia.ferri")
    kofi.go("/announcements/new?room=test-bench")
    announce(kofi.page, "Read me twice")
    giulia.go("/")
    giulia.page.route("**/announcements/*/read", lambda route: route.abort())
    item = on_top(giulia.page, "Read me twice")
    item.get_by_role("button", name="I have read it").click()
    expect(giulia.page.locator("#toasts .toast")).to_be_visible()
    expect(item).to_be_visible()
    expect(item).not_to_have_class(re.compile("leaving"))


def test_announcements_work_without_scripts(people) -> None:  # type: ignore[no-untyped-def]
    kofi, giulia = (people(each, java_script_enabled=False) for each in ("kofi.mensah", "giulia.ferri"))
    kofi.go("/posts/new")
    kofi.page.get_by_role("link", name="Make an announcement").click()
    kofi.page.select_option("#f-room", label="Test bench")
    kofi.page.locator("summary", has_text="Departments").click()
    kofi.page.get_by_label("Engineering", exact=True).check()
    kofi.page.get_by_role("button", name="Count again").click()
    expect(kofi.page.locator("#whom")).to_contain_text("Giulia Ferri")
    kofi.page.fill("#f-body", "Plain and to be read")
    kofi.page.get_by_role("button", name="Announce").click()
    giulia.go("/")
    on_top(giulia.page, "Plain and to be read").get_by_role("button", name="I have read it").click()
    expect(on_top(giulia.page, "Plain and to be read")).to_have_count(0)
    giulia.page.locator("nav").get_by_role("link", name="Announcements").click()
    expect(giulia.page.locator("main")).to_contain_text("You read it")
    kofi.reload()
    expect(kofi.page.locator("#read-title + h3 + ul, section[aria-labelledby=read-title] ul")).to_contain_text("Giulia")
    kofi.page.get_by_role("button", name="End now").click()
    expect(kofi.page.locator(".note")).to_contain_text("a post like any other")
    kofi.page.get_by_role("button", name="Undo").click()
    expect(kofi.page.get_by_role("button", name="End now")).to_be_visible()


def test_no_page_of_announcements_has_a_barrier(people, barriers) -> None:  # type: ignore[no-untyped-def]
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)):
        size = {"width": width, "height": 860}
        kofi, giulia = (people(each, color_scheme=scheme, viewport=size) for each in ("kofi.mensah", "giulia.ferri"))
        found = []
        kofi.go("/announcements/new?room=test-bench")
        found += barriers(kofi.page)
        announce(kofi.page, f"Accessible in {scheme} at {width}")
        found += barriers(kofi.page)
        for path in ("/", "/rooms/test-bench", "/announcements"):
            giulia.go(path)
            found += barriers(giulia.page)
        assert not found


def test_a_picture_is_picked_with_its_words_and_announced(people, barriers, tmp_path) -> None:  # type: ignore[no-untyped-def]
    Image.new("RGB", (40, 30), "green").save(tmp_path / "door.png")
    kofi, giulia = people("kofi.mensah"), people("giulia.ferri")
    kofi.go("/announcements/new?room=test-bench")
    kofi.page.fill("#f-body", "The new door")
    kofi.page.set_input_files("#f-files", tmp_path / "door.png")
    kofi.page.get_by_label("Describe this picture").fill("A green door")
    assert not barriers(kofi.page)
    kofi.page.get_by_role("button", name="Announce").click()
    expect(kofi.page.locator("h1")).to_have_text("Who has read this")
    giulia.go("/")
    expect(on_top(giulia.page, "The new door").get_by_alt_text("A green door")).to_be_visible()
    assert not kofi.problems
