"""Finding people, telling of oneself, and walking the org chart, in real browsers."""

import re

import pytest
from playwright.sync_api import expect

from tests.views import VIEWS

PAGES = [
    "/people", "/people?view=cards", "/people?q=nosuchperson", "/people/phone-list", "/people/kofi.mensah",
    "/people/giulia.ferri", "/people/kofi.mensah/posts", "/people/kofi.mensah/files", "/people/kofi.mensah/card",
    "/people/chart", "/people/chart?around=kofi.mensah", "/me/profile", "/me/data",
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_of_people_has_a_barrier(people, barriers, scheme: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    found = []
    for path in PAGES:
        giulia.go(path)
        found += [(path, *each) for each in barriers(giulia.page)]
    assert not found
    assert not giulia.problems


def test_the_directory_answers_while_one_types(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people")
    expect(giulia.page.locator("#people-found .people-row")).to_have_count(24)
    giulia.page.locator("#people-words").press_sequentially("bearings")
    found = giulia.page.locator("#people-found .people-row")
    expect(found.filter(has_text="Kofi Mensah")).to_have_count(1)
    expect(found.filter(has_text="Sara Conti")).to_have_count(0)
    expect(giulia.page.locator("#people-words")).to_be_focused()
    expect(giulia.page).to_have_url(re.compile(r"/people\?q=bearings$"))
    expect(giulia.page.locator("#people-facets select[name=department]")).to_contain_text("Engineering (1)")
    giulia.page.locator("#people-facets select[name=department]").select_option("Engineering")
    expect(giulia.page).to_have_url(re.compile(r"department=Engineering"))
    expect(found).to_have_count(1)
    expect(giulia.page.locator("#people-count")).to_have_text("1 person")
    giulia.reload()
    expect(found).to_have_count(1)
    assert not giulia.problems


def test_a_skill_is_confirmed_with_one_press_and_the_focus_stays(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people/roberto.fumagalli")
    skill = giulia.page.locator(".skill", has_text="Planning")
    before = int(skill.locator(".num").inner_text())
    was_on = skill.locator("button").get_attribute("aria-pressed") == "true"
    skill.locator("button").focus()
    giulia.page.keyboard.press("Enter")
    expect(skill.locator(".num")).to_have_text(str(before - 1 if was_on else before + 1))
    expect(skill.locator("button")).to_have_attribute("aria-pressed", "false" if was_on else "true")
    expect(skill.locator("button")).to_be_focused()
    assert "/people/roberto.fumagalli" in giulia.page.url
    assert not giulia.problems


def test_a_profile_is_edited_by_keyboard_alone(people) -> None:  # type: ignore[no-untyped-def]
    luca = people("luca.gallo")
    luca.go("/me/profile")
    field = luca.page.locator("#f-division")
    for _ in range(60):
        luca.page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()
    luca.page.keyboard.type("Gears")
    luca.page.keyboard.press("Enter")
    expect(luca.page.locator(".note.ok")).to_be_visible()
    expect(luca.page.locator("#f-division")).to_have_value("Gears")
    luca.go("/people/luca.gallo")
    expect(luca.page.locator(".panel-col")).to_contain_text("Gears")
    assert not luca.problems


def test_a_skill_is_added_while_the_form_beside_it_keeps_what_was_typed(people) -> None:  # type: ignore[no-untyped-def]
    luca = people("luca.gallo")
    luca.go("/me/profile")
    luca.page.fill("#f-experience", "Not saved yet")
    luca.page.fill("#f-skill", "Origami")
    luca.page.keyboard.press("Enter")
    skill = luca.page.locator("#own-skills .skill", has_text="Origami")
    expect(skill).to_be_visible()
    expect(luca.page.locator("#f-experience")).to_have_value("Not saved yet")
    skill.locator("button").click()
    expect(skill).to_have_count(0)
    expect(luca.page.locator("#f-experience")).to_have_value("Not saved yet")
    assert not luca.problems


def test_the_org_chart_is_walked_by_the_keys_of_a_tree(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people/chart")
    tree, page = giulia.page.locator("[role=tree]"), giulia.page
    here = page.locator(".node:focus")
    expect(tree.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    tree.locator("[role=treeitem][tabindex='0']").focus()
    expect(here).to_contain_text("Paolo Aurora")
    page.keyboard.press("ArrowRight")
    expect(here).to_contain_text("Beatrice Longhi")
    page.keyboard.press("ArrowLeft")
    expect(here).to_contain_text("Paolo Aurora")
    page.keyboard.press("ArrowLeft")
    expect(here).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(here).to_contain_text("Paolo Aurora")
    page.keyboard.press("ArrowRight")
    expect(here).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("End")
    expect(here).to_contain_text("Lena Hofer")
    page.keyboard.press("Home")
    kofi = tree.locator(".node", has_text="Kofi Mensah")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if kofi.evaluate("node => node === document.activeElement"):
            break
    expect(here).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(here).to_have_attribute("aria-expanded", "true")
    expect(here).to_contain_text("Kofi Mensah")
    page.keyboard.press("ArrowRight")
    expect(here).to_contain_text("Irene Moretti")
    expect(here).to_have_attribute("aria-level", "4")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/chart\?around=irene.moretti"))
    expect(page.locator(".node[aria-current]")).to_contain_text("Irene Moretti")
    page.keyboard.press("Shift+Tab")
    assert not giulia.problems


def test_an_expander_opens_and_closes_with_the_mouse(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people/chart?around=paolo.aurora")
    davide = giulia.page.locator("li", has=giulia.page.locator("> .node", has_text="Davide Russo")).last
    davide.locator("> a.more").click()
    expect(davide.locator("> ul .node")).to_have_count(3)
    davide.locator("> button.more").click()
    expect(davide.locator("> ul")).to_be_hidden()
    davide.locator("> button.more").click()
    expect(davide.locator("> ul .node").first).to_be_visible()
    assert not giulia.problems


def test_people_work_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    page = giulia.page
    giulia.go("/people")
    page.fill("#people-words", "vibration")
    page.keyboard.press("Enter")
    expect(page.locator(".people-row")).to_have_count(1)
    page.click(".people-row a")
    expect(page.locator("h1")).to_have_text("Kofi Mensah")
    skill = page.locator(".skill", has_text="LabVIEW")
    before = skill.locator("button").get_attribute("aria-pressed")
    skill.locator("button").click()
    expect(skill.locator("button")).to_have_attribute("aria-pressed", "true" if before == "false" else "false")
    giulia.go("/people/chart")
    expect(page.locator("[role=tree]")).to_have_count(0)
    page.locator("li", has=page.locator("> .node", has_text="Kofi Mensah")).last.locator("> a.more").click()
    page.wait_for_url(re.compile(r"around=kofi.mensah"))
    expect(page.locator(".node", has_text="Irene Moretti")).to_be_visible()
    giulia.go("/me/profile")
    page.fill("#f-skill", "Paper")
    page.keyboard.press("Enter")
    expect(page.locator("#own-skills .skill", has_text="Paper")).to_be_visible()
    page.locator("#own-skills .skill", has_text="Paper").locator("button").click()
    expect(page.locator("#own-skills .skill", has_text="Paper")).to_have_count(0)


def test_on_a_phone_the_chart_is_an_indented_list(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", viewport={"width": 390, "height": 844})
    giulia.go("/people/chart?around=kofi.mensah")
    places = [
        giulia.page.locator(".node", has_text=name).first.bounding_box()
        for name in ("Paolo Aurora", "Marco Bellini", "Kofi Mensah", "Irene Moretti")
    ]
    assert [place["x"] for place in places] == sorted({place["x"] for place in places})
    assert [place["y"] for place in places] == sorted(place["y"] for place in places)


@pytest.mark.parametrize("width", [320, 390, 700])
def test_on_a_phone_nothing_lies_over_the_name(people, width: int) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", viewport={"width": width, "height": 844})
    giulia.go("/people/kofi.mensah")
    name = giulia.page.locator("h1").bounding_box()
    for action in giulia.page.locator(".person-actions :is(.btn, summary)").all():
        box = action.bounding_box()
        beside = box["x"] >= name["x"] + name["width"] or box["x"] + box["width"] <= name["x"]
        assert beside or box["y"] >= name["y"] + name["height"] or box["y"] + box["height"] <= name["y"]


def test_a_phone_list_on_paper_holds_the_list_and_nothing_else(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people/phone-list")
    giulia.page.emulate_media(media="print")
    expect(giulia.page.locator(".phone-list")).to_be_visible()
    for hidden in (".side", ".top", ".page-head .actions"):
        expect(giulia.page.locator(hidden)).to_be_hidden()
    assert giulia.page.pdf(format="A4")[:4] == b"%PDF"


def test_a_download_starts_without_leaving_the_page(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/people/kofi.mensah")
    giulia.page.click(".person-actions summary")
    with giulia.page.expect_download() as card:
        giulia.page.click("text=Download contact card")
    assert card.value.suggested_filename == "kofi.mensah.vcf"
    giulia.go("/me/data")
    with giulia.page.expect_download() as archive:
        giulia.page.click("text=Download my data")
    assert archive.value.suggested_filename.startswith("giulia.ferri-")
    assert giulia.page.url.endswith("/me/data")


def test_an_admin_erases_who_left(people, running) -> None:  # type: ignore[no-untyped-def]
    from intranet.testing.running import intranet

    intranet("person", "add", "leaving.soon", "--name", "Leaving Soon", data=running.data)
    intranet("person", "disable", "leaving.soon", data=running.data)
    elena = people("elena.galli")
    elena.go("/me/look")
    elena.page.select_option("#f-language", "en")
    elena.page.click("form[action='/me/look'] button.primary")
    elena.go("/people/leaving.soon")
    elena.page.click(".person-actions summary")
    elena.page.click("text=Erase this person")
    elena.page.fill("#f-username", "somebody")
    elena.page.click("button.danger")
    expect(elena.page.locator(".err")).to_contain_text("not the user name")
    elena.page.fill("#f-username", "leaving.soon")
    elena.page.click("button.danger")
    expect(elena.page.locator("h1")).to_have_text("Former colleague")
