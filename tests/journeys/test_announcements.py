"""An announcement in real browsers: to one department, half read, the rest reminded; by keyboard, and without scripts."""

import re

from playwright.sync_api import Page, expect

SOON_MS = 8000


def announce(page: Page, words: str, department: str = "Engineering") -> str:
    """Asks a department in the gearbox room; the page that says who has read it."""
    page.fill("#f-body", words)
    page.locator("summary", has_text="Departments").click()
    page.get_by_label(department, exact=True).check()
    page.get_by_role("button", name="Announce").click()
    expect(page.locator("h1")).to_have_text("Who has read this")
    return page.url


def on_top(page: Page, words: str):  # type: ignore[no-untyped-def]
    return page.locator(".announcement", has_text=words)


def test_one_department_is_asked_half_of_it_reads_and_the_rest_is_reminded(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia, kofi, sara = (
        people(each) for each in ("marco.bellini", "giulia.ferri", "kofi.mensah", "sara.conti")
    )
    marco.go("/rooms/gx-40")
    marco.page.get_by_role("link", name="Make an announcement").click()
    expect(marco.page.locator("#whom")).to_contain_text("people to read it")
    everyone = marco.page.locator("#whom").inner_text()
    marco.page.locator("summary", has_text="Departments").click()
    marco.page.get_by_label("Engineering", exact=True).check()
    expect(marco.page.locator("#whom")).not_to_have_text(everyone)
    expect(marco.page.locator("#whom")).to_contain_text("Giulia Ferri")
    marco.page.get_by_label("Engineering", exact=True).uncheck()
    expect(marco.page.locator("#whom")).to_contain_text(everyone.splitlines()[0])
    marco.page.locator("summary", has_text="Departments").click()
    address = announce(marco.page, "Hard hats from Monday")
    for reader in (giulia, kofi):
        expect(reader.page.locator("#bell")).not_to_have_attribute("data-unread", "0", timeout=SOON_MS)
        reader.go("/")
        expect(on_top(reader.page, "Hard hats from Monday")).to_be_visible()
    sara.go("/")
    expect(on_top(sara.page, "Hard hats from Monday")).to_have_count(0)
    on_top(giulia.page, "Hard hats from Monday").get_by_role("button", name="I have read it").click()
    expect(on_top(giulia.page, "Hard hats from Monday")).to_have_count(0)
    expect(giulia.page.get_by_role("button", name="Undo")).to_be_focused()
    giulia.page.keyboard.press("Enter")
    expect(on_top(giulia.page, "Hard hats from Monday")).to_be_visible()
    on_top(giulia.page, "Hard hats from Monday").get_by_role("button", name="I have read it").click()
    expect(giulia.page.get_by_text("You find it again under Announcements")).to_be_visible()
    bells = [each.page.locator("#bell").get_attribute("data-unread") for each in (giulia, sara)]
    before = int(kofi.page.locator("#bell").get_attribute("data-unread"))
    marco.page.goto(address)
    marco.page.get_by_role("button", name="Remind those who have not").click()
    reminded = marco.page.locator(".note.ok")
    expect(reminded).to_contain_text("Kofi Mensah")
    expect(reminded).not_to_contain_text("Giulia Ferri")
    expect(kofi.page.locator("#bell")).to_have_attribute("data-unread", str(before + 1), timeout=SOON_MS)
    kofi.go("/notifications")
    kofi.page.get_by_role("button", name="Marco Bellini reminds you of an announcement").click()
    expect(kofi.page.locator("#main")).to_contain_text("Hard hats from Monday")
    for reader, bell in zip((giulia, sara), bells, strict=True):
        reader.go("/")
        assert reader.page.locator("#bell").get_attribute("data-unread") == bell
    assert not any(each.problems for each in (marco, giulia, kofi, sara))


def test_an_announcement_is_made_and_read_by_keyboard_alone(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia = people("marco.bellini"), people("giulia.ferri")
    marco.go("/announcements/new?room=gx-40")
    page = marco.page
    page.locator("#f-room").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard alone")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Departments")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "Engineering":
            break
    page.keyboard.press("Space")
    expect(page.locator("#whom")).not_to_contain_text("Tom Berger")
    page.get_by_role("button", name="Announce").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Who has read this")
    giulia.go("/")
    on_top(giulia.page, "By keyboard alone").get_by_role("button", name="I have read it").focus()
    giulia.page.keyboard.press("Enter")
    expect(on_top(giulia.page, "By keyboard alone")).to_have_count(0)
    expect(giulia.page.get_by_role("button", name="Undo").first).to_be_focused()


def test_what_was_not_heard_comes_forward_again(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia = people("marco.bellini"), people("giulia.ferri")
    marco.go("/announcements/new?room=gx-40")
    announce(marco.page, "Read me twice")
    giulia.go("/")
    giulia.page.route("**/announcements/*/read", lambda route: route.abort())
    item = on_top(giulia.page, "Read me twice")
    item.get_by_role("button", name="I have read it").click()
    expect(giulia.page.locator("#toasts .toast")).to_be_visible()
    expect(item).to_be_visible()
    expect(item).not_to_have_class(re.compile("leaving"))


def test_announcements_work_without_scripts(people) -> None:  # type: ignore[no-untyped-def]
    marco, giulia = (people(each, java_script_enabled=False) for each in ("marco.bellini", "giulia.ferri"))
    marco.go("/posts/new")
    marco.page.get_by_role("link", name="Make an announcement").click()
    marco.page.select_option("#f-room", label="Gearbox GX-40")
    marco.page.locator("summary", has_text="Departments").click()
    marco.page.get_by_label("Engineering", exact=True).check()
    marco.page.get_by_role("button", name="Count again").click()
    expect(marco.page.locator("#whom")).to_contain_text("Giulia Ferri")
    marco.page.fill("#f-body", "Plain and to be read")
    marco.page.get_by_role("button", name="Announce").click()
    giulia.go("/")
    on_top(giulia.page, "Plain and to be read").get_by_role("button", name="I have read it").click()
    expect(on_top(giulia.page, "Plain and to be read")).to_have_count(0)
    giulia.page.locator("nav").get_by_role("link", name="Announcements").click()
    expect(giulia.page.locator("main")).to_contain_text("You read it")
    marco.page.reload()
    expect(marco.page.locator("#read-title + h3 + ul, section[aria-labelledby=read-title] ul")).to_contain_text(
        "Giulia"
    )
    marco.page.get_by_role("button", name="End now").click()
    expect(marco.page.locator(".note")).to_contain_text("a post like any other")
    marco.page.get_by_role("button", name="Undo").click()
    expect(marco.page.get_by_role("button", name="End now")).to_be_visible()


def test_no_page_of_announcements_has_a_barrier(people, barriers) -> None:  # type: ignore[no-untyped-def]
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)):
        size = {"width": width, "height": 860}
        marco, giulia = (people(each, color_scheme=scheme, viewport=size) for each in ("marco.bellini", "giulia.ferri"))
        found = []
        marco.go("/announcements/new?room=gx-40")
        found += barriers(marco.page)
        announce(marco.page, f"Accessible in {scheme} at {width}")
        found += barriers(marco.page)
        for path in ("/", "/rooms/gx-40", "/announcements"):
            giulia.go(path)
            found += barriers(giulia.page)
        assert not found
