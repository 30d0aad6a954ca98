"""An admin connects the company's directory in a browser, and looks after people by keyboard."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from intranet.testing import slapd
from intranet.testing.running import Running, intranet
from tests.views import VIEWS

ADMIN = "elena.galli"
PATIENCE_S = 20
PAGES = [
    "/admin/overview", "/admin/people", "/admin/people/1", "/admin/people/new", "/admin/people/import", "/admin/directory",
    "/admin/directory/new", "/admin/security", "/admin/audit", "/admin/reactions", "/admin/people?show=disabled",
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Slapd]:
    with slapd.start(tmp_path_factory.mktemp("slapd"), days=200) as server:
        server.add_person("lena", "Lena Ortner", "lena-password", mail="lena@aurora.example", title="Welder")
        server.add_person("kofi.m", "Kofi Twin", "kofi-password", manager="lena", telephoneNumber="231")
        server.add_group("welders", ["lena"])
        yield server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A house of its own: a directory that is connected changes it for everybody."""
    data = tmp_path_factory.mktemp("admin") / "data"
    intranet("demo", data=data)
    house = Running(data)
    yield house
    house.stop()


def fill(page: Page, server: slapd.Slapd) -> None:
    page.fill("#f-servers", f"localhost:{server.ldaps_port}")
    page.fill("#f-bind_dn", slapd.READER_DN)
    page.fill("#f-bind_password", slapd.READER_PASSWORD)
    page.fill("#f-base_dn", slapd.BASE)
    page.get_by_text("More about the connection").click()
    page.fill("#f-ca_file", str(server.ca_file))


def test_the_directory_is_tested_saved_and_synced(people, server: slapd.Slapd) -> None:  # type: ignore[no-untyped-def]
    elena = people(ADMIN)
    page = elena.page
    elena.go("/me/look")
    page.select_option("#f-language", "en")
    page.click("form[action='/me/look'] button.primary")
    elena.go("/admin/directory")
    fill(page, server)
    page.click("#directory-test button")
    expect(page.locator("#directory-test")).to_contain_text("2 people found")
    expect(page.locator("#example-email")).to_contain_text("@aurora.example")
    expect(page.locator("#f-bind_password")).to_have_value(slapd.READER_PASSWORD)  # only the card was exchanged
    page.click("#directory-rules button:has-text('Add a rule')")
    page.fill("[name=rule_value]", "welders")
    page.select_option("[name=rule_gives]", "admin")
    expect(page.locator("[name=rule_room]")).to_be_hidden()
    page.click("button:has-text('Show who would change')")
    expect(page.locator("#directory-preview")).to_contain_text("Became admin", timeout=20_000)
    expect(page.locator("#f-bind_password")).to_have_value(slapd.READER_PASSWORD)
    page.click(".savebar button.primary")
    expect(page.locator("main")).to_contain_text("Saved.")
    expect(page.locator(".savebar")).to_be_hidden()
    page.click("button:has-text('Sync now')")
    expect(page.locator("#directory-runs")).to_contain_text("Last sync", timeout=20_000)
    expect(page.locator("#directory-state")).to_contain_text("Connected, 2 people")
    elena.go("/admin/people?show=directory")
    expect(page.locator("main")).to_contain_text("Lena Ortner")
    assert not elena.problems


def test_the_save_bar_counts_what_was_changed_and_takes_it_back(people) -> None:  # type: ignore[no-untyped-def]
    elena = people(ADMIN)
    page = elena.page
    elena.go("/admin/security")
    bar = page.locator(".savebar")
    expect(bar).to_be_hidden()
    page.check("[name=second_factor][value=admins]")
    page.uncheck("[name=keepers_add_people]")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text(re.compile(r"\b2\b"))
    bar.locator("[type=reset]").click()
    expect(bar).to_be_hidden()
    expect(page.locator("[name=second_factor][value=off]")).to_be_checked()
    assert not elena.problems


def test_people_are_chosen_and_asked_about_by_keyboard(people) -> None:  # type: ignore[no-untyped-def]
    elena = people(ADMIN)
    page = elena.page
    elena.go("/admin/people?q=kofi.mensah")
    expect(page.locator(".bulk")).to_be_hidden()
    page.focus("[name=ids]")
    page.keyboard.press("Space")
    expect(page.locator(".bulk")).to_be_visible()
    page.focus("#f-do")
    page.select_option("#f-do", "sign_out")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Kofi Mensah")
    page.keyboard.press("Tab")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/people?done=1")
    assert not elena.problems


def test_everything_works_without_javascript(people, server: slapd.Slapd) -> None:  # type: ignore[no-untyped-def]
    elena = people(ADMIN, java_script_enabled=False)
    page = elena.page
    elena.go("/admin/directory/new")
    fill(page, server)
    page.click("#directory-test button")
    assert "2 " in (page.text_content("#directory-test") or "")
    assert page.input_value("#f-base_dn") == slapd.BASE
    page.fill("#f-bind_password", slapd.READER_PASSWORD)
    page.click("[formaction$='/preview']")
    until = time.monotonic() + PATIENCE_S
    while page.locator("#directory-preview button").count() and time.monotonic() < until:
        page.click("#directory-preview button")
    assert page.locator("#directory-preview .lines li").count() > 0
    assert page.input_value("#f-base_dn") == slapd.BASE
    page.click("#directory-extra button")
    assert page.locator("[name=extra_label]").count() == 1
    page.fill("[name=extra_label]", "Cost centre")
    page.locator("[name=extra_attribute]").press("Enter")  # the first button of a form is the one that saves
    assert page.locator("[aria-invalid=true]").count() > 0 or page.locator("main [role=alert]").count() > 0
    elena.go("/admin/audit?action=signin.failed")
    elena.go("/admin/people")
    page.check("[name=ids] >> nth=0")
    page.click(".bulk button")
    assert page.locator("main form .names li").count() == 1


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_of_the_administration_has_a_barrier(people, barriers, scheme: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    elena = people(ADMIN, color_scheme=scheme, viewport={"width": width, "height": height})
    found = []
    for path in PAGES:
        elena.go(path)
        for details in elena.page.locator("main details").all():
            details.evaluate("each => { each.open = true; }")
        found += [(path, *each) for each in barriers(elena.page)]
    assert not found
