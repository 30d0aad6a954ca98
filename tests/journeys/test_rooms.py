"""A keeper makes a room with the keyboard, dresses it, lets somebody in, moves it, puts it away and brings it back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from intranet.testing.running import Running
from tests.views import VIEWS

COVER = Path(__file__).parents[2] / "intranet/demo/content/pictures/cover-night.webp"


def tab_to(page: Page, name: str, steps: int = 120) -> None:
    """Presses Tab until something with that name has the focus; the focus is always seen."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const e = document.activeElement; return [(e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent || '').trim(), e.matches(':focus-visible')]; }"
        )
        if here[0].startswith(name) or here[0].endswith(name):
            assert here[1], name
            return
    raise AssertionError(f"no way to {name} with the keyboard")


def make(page: Page, url: str, name: str, access: str) -> None:
    page.goto(url + "/rooms")
    tab_to(page, "Make a room")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/new")
    tab_to(page, "Name")
    page.keyboard.type(name)
    tab_to(page, "What is it for?")
    page.keyboard.type("Who looks after what")
    tab_to(page, "Open")
    for _ in range(["open", "closed", "secret"].index(access)):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Give it a look")
    page.keyboard.press("Enter")
    tab_to(page, "First letters of the name")
    page.keyboard.press("ArrowRight")
    tab_to(page, "Make the room")
    page.keyboard.press("Enter")
    page.wait_for_selector(".room-head h1")


def test_a_room_from_its_first_line_to_the_bin_and_back(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    ama, kofi = people("ama.boateng"), people("kofi.mensah")
    page, asker = ama.page, kofi.page
    page.set_default_timeout(15_000)
    make(page, running.url, "Customs desk", "closed")
    assert page.url.endswith("/rooms/customs-desk")
    assert page.locator(".room-head .room-icon use").get_attribute("href") == "#i-users"

    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_label("Teal", exact=True).check(force=True)
    page.get_by_label("Picture above the room").set_input_files(COVER)
    page.get_by_role("button", name="Save the look").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    cover = page.locator(".cover img")
    assert re.search(r"/rooms/customs-desk/cover\?v=", cover.get_attribute("src") or "")
    assert cover.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

    page.goto(running.url + "/rooms/customs-desk")
    expect(page.locator("#asking-count")).to_be_empty()
    asker.goto(running.url + "/rooms/customs-desk")
    tab_to(asker, "A line for the keepers")
    asker.keyboard.type("I send parcels to Austria")
    asker.keyboard.press("Enter")
    expect(asker.get_by_role("heading", name="You asked to be let in")).to_be_visible()

    page.get_by_role("link", name=re.compile("^People 1 1 asks")).click()
    expect(page.get_by_text("I send parcels to Austria")).to_be_visible()
    tab_to(page, "Let Kofi Mensah in")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kofi Mensah is in.")).to_be_visible()
    expect(page.locator("#asking-count")).to_be_empty()
    asker.reload()
    asker.wait_for_selector("#composer-body")

    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Border desk")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url("**/rooms/border-desk/settings?saved=1")
    asker.goto(running.url + "/rooms/customs-desk/people")
    assert asker.url.endswith("/rooms/border-desk/people")

    page.get_by_role("button", name="Archive the room").click()
    asker.goto(running.url + "/rooms/border-desk")
    expect(asker.get_by_text("This room is archived")).to_be_visible()
    assert asker.locator("#composer-body").count() == 0
    page.get_by_role("button", name="Bring back from the archive").click()
    page.get_by_role("button", name="Move Border desk to the bin").click()
    page.wait_for_url("**/rooms?removed=border-desk")
    asker.reload()
    assert "There is nothing here" in asker.inner_text("main")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/rooms/border-desk")
    asker.reload()
    expect(asker.get_by_role("heading", name="Border desk")).to_be_visible()
    assert ama.problems == []
    assert [said for said in kofi.problems if "404" not in said] == []


def test_what_a_change_means_is_said_while_one_chooses(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("marco.bellini").page
    page.goto(running.url + "/rooms/gx-40/settings")
    page.get_by_role("radio", name=re.compile("^Private")).check()
    said = page.locator("#effects")
    expect(said).to_contain_text("can no longer read it")
    expect(said).to_contain_text("out of sight")
    page.get_by_role("radio", name=re.compile("^Open")).check()
    expect(said.locator(".note")).to_have_count(0)
    page.get_by_label("Whose profile says").select_option(label="Production (8)")
    expect(page.locator("#rule-effects")).to_contain_text("will come in")


def test_somebody_is_added_by_name_and_taken_out_and_back(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("kofi.mensah").page
    page.goto(running.url + "/rooms/test-bench/people")
    page.get_by_label("Add someone", exact=True).focus()
    page.keyboard.type("rosaria")
    page.wait_for_selector("#f-username-list [role=option]")
    page.keyboard.press("Enter")
    assert page.input_value("#f-username") == "rosaria.villa"
    page.keyboard.press("Enter")
    row = page.locator(".member", has_text="Rosaria Villa")
    expect(row).to_be_visible()
    row.locator("summary").press("Enter")
    row.get_by_role("button", name="Take out").press("Enter")
    out = page.locator(".member", has_text="is no longer in this room")
    expect(out).to_be_visible()
    out.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".member", has_text="Rosaria Villa").get_by_text("Member").first).to_be_visible()
    page.fill("#member-words", "rosar")
    expect(page.locator("#members .member")).to_have_count(1)


def test_who_can_see_this_opens_over_the_page_and_closes_with_escape(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("giulia.ferri").page
    page.goto(running.url + "/rooms/night-shift")
    link = page.locator(".room-head").get_by_role("link", name="Who can see this?")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Who can see this?")
    expect(dialog).to_contain_text("only they know that it exists")
    expect(dialog).to_contain_text("Davide Russo")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    assert link.evaluate("link => link === document.activeElement")
    page.locator(".post").first.locator("details.menu summary").first.click()
    page.locator(".post").first.get_by_role("link", name="Who can see this?").first.click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Davide Russo").click()
    page.wait_for_url("**/people/davide.russo")
    expect(dialog).not_to_be_visible()


def test_rooms_are_searched_while_one_types(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("giulia.ferri").page
    page.goto(running.url + "/rooms")
    page.get_by_label("Search rooms").first.focus()
    page.locator("#room-words").press_sequentially("kitch")
    expect(page.locator("#rooms-found .room-card")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "room-words"


def test_everything_is_done_without_scripts(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("james.whitfield", java_script_enabled=False).page
    page.goto(running.url + "/rooms/workshop/settings")
    page.get_by_role("radio", name=re.compile("^Closed")).check()
    page.get_by_role("button", name="See what changes").click()
    assert "can no longer read it" in page.inner_text("main")
    page.goto(running.url + "/rooms/workshop/people")
    page.get_by_label("Add someone", exact=True).fill("hannah.vogel")
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.locator(".member", has_text="Hannah Vogel")
    row.locator("summary").click()
    row.get_by_role("button", name="Take out").click()
    assert "Hannah Vogel is no longer in this room" in page.inner_text("main")
    page.get_by_role("button", name="Undo").click()
    assert page.locator(".member", has_text="Hannah Vogel").count() == 1
    page.goto(running.url + "/rooms/workshop")
    page.locator(".loudness summary").click()
    page.get_by_role("button", name="Muted").click()
    assert page.locator(".side nav a[href^='/rooms/']").last.inner_text().strip().endswith("Workshop & repairs")
    page.get_by_role("link", name="Who can see this?").first.click()
    assert "people see it" in page.inner_text("main")


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_of_rooms_has_a_barrier(
    people, barriers, running: Running, scheme: str, width: int, height: int
) -> None:  # type: ignore[no-untyped-def]
    view = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    beatrice, sara = people("beatrice.longhi", **view), people("giorgio.pasini", **view)
    page, found = beatrice.page, []
    for path in (
        "/rooms", "/rooms?q=nothing", "/rooms/new", "/rooms/bin", "/rooms/sicurezza", "/rooms/sicurezza/people", "/rooms/sicurezza/settings",
        "/rooms/sicurezza/settings/access?access=secret", "/rooms/sicurezza/settings/rules?match=department:Production", "/rooms/sicurezza/audience",
    ):  # fmt: skip
        beatrice.go(path)
        found += [(path, *each) for each in barriers(page)]
    beatrice.go("/rooms/sicurezza")
    page.locator(".loudness summary").click()
    found += [("the menu", *each) for each in barriers(page)]
    page.keyboard.press("Escape")
    page.locator(".room-head .audience-link").click()
    page.wait_for_selector("#sheet[open] .list-row")
    found += [("the dialog", *each) for each in barriers(page)]
    sara.go("/rooms/sales")
    found += [("asking", *each) for each in barriers(sara.page)]
    assert not found
