"""A keeper prints a card, a phone reads it, and somebody without email is in the room; and a guest comes by invitation."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from intranet.testing.running import Running, intranet
from tests.views import VIEWS

ADDRESS = "https://intranet.officine-aurora.example"
PHONE = {"viewport": {"width": 390, "height": 844}}
PASSWORD = "a long new one"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo company at an address that stands on paper."""
    data = tmp_path_factory.mktemp("cards") / "data"
    intranet("demo", data=data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "INTRANET_BASE_URL", ADDRESS)
        house = Running(data)
    yield house
    house.stop()


@pytest.fixture
def marco(people) -> Page:  # type: ignore[no-untyped-def]
    """Who keeps the room of the gearbox."""
    person = people("marco.bellini")
    page: Page = person.page
    page.set_default_timeout(15_000)
    return page


def phone(browser: Browser, **options: object) -> Page:
    return browser.new_context(locale="en-GB", **{**PHONE, **options}).new_page()  # type: ignore[arg-type]


def read_square(page: Page, selector: str = ".access-card .square") -> list[str]:
    """What a camera reads from the picture on the screen."""
    picture = Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("L")
    return [each.text for each in zxingcpp.read_barcodes(picture)]


def path_of(address: str) -> str:
    assert address.startswith(ADDRESS + "/")
    return urlsplit(address).path


def add(marco: Page, running: Running, name: str) -> None:
    marco.goto(running.url + "/rooms/gx-40/people")
    marco.get_by_role("link", name="Add someone without email").click()
    marco.get_by_label("Name", exact=True).fill(name)
    marco.get_by_role("button", name="Make the card").click()
    marco.wait_for_selector(".access-card")


def test_a_card_is_printed_read_by_a_phone_and_opens_the_room(marco: Page, running: Running, browser: Browser) -> None:
    add(marco, running, "Karim Benali")
    (address,) = read_square(marco)
    karim = phone(browser)
    karim.goto(running.url + path_of(address))
    assert karim.get_by_role("heading", name="Welcome, Karim Benali").is_visible()
    karim.get_by_label("New password", exact=True).fill(PASSWORD)
    karim.get_by_label("New password again").fill(PASSWORD)
    karim.get_by_role("button", name="Save the password and go in").click()
    karim.wait_for_url(running.url + "/rooms/gx-40")
    assert karim.get_by_role("heading", name="Gearbox GX-40").is_visible()
    marco.goto(running.url + "/rooms/gx-40/cards")
    assert "Karim Benali" not in marco.inner_text("main")
    karim.context.close()


def test_a_dark_screen_shows_the_square_dark_on_white(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people("marco.bellini", color_scheme="dark").page
    add(page, running, "Amira Haddad")
    (address,) = read_square(page)
    assert path_of(address).startswith("/card/")


def test_without_javascript_a_card_is_typed_and_opens_the_room(marco: Page, running: Running, browser: Browser) -> None:
    add(marco, running, "Luis Ortega")
    code = marco.inner_text(".access-card .code")
    luis = phone(browser, java_script_enabled=False)
    luis.goto(running.url + "/login")
    luis.get_by_role("link", name="I have a code or a card").click()
    luis.get_by_label("Code").fill(code.lower().replace("-", " "))
    luis.get_by_role("button", name="Go on").click()
    luis.get_by_label("New password", exact=True).fill(PASSWORD)
    luis.get_by_label("New password again").fill(PASSWORD)
    luis.get_by_role("button", name="Save the password and go in").click()
    assert urlsplit(luis.url).path == "/rooms/gx-40"
    luis.context.close()


def test_the_user_name_is_suggested_while_one_types_and_keyboards_do_it_all(marco: Page, running: Running) -> None:
    marco.goto(running.url + "/rooms/gx-40/cards")
    marco.get_by_label("Name", exact=True).focus()
    marco.keyboard.type("Zoë Mwangi")
    marco.keyboard.press("Tab")
    expect(marco.get_by_label("User name", exact=True)).to_have_value("zoe.mwangi")
    marco.get_by_label("User name", exact=True).focus()
    marco.keyboard.press("Tab")
    marco.keyboard.press("Tab")
    marco.keyboard.press("Enter")
    marco.wait_for_selector(".access-card")
    assert "zoe.mwangi" in marco.inner_text(".access-card")


def test_a_sheet_prints_eight_on_a4_or_one_on_a6(marco: Page, running: Running, tmp_path: Path) -> None:
    marco.goto(running.url + "/rooms/gx-40/cards")
    marco.get_by_text("Add several at once").click()
    names = [f"Person Number {letter}" for letter in "ABCDEFGHI"]
    marco.get_by_label("One name on each line").fill("\n".join(names))
    marco.get_by_role("button", name="Make a sheet of cards").click()
    marco.wait_for_selector(".access-card")
    assert marco.locator(".access-card").count() == len(names)
    for paper, pages, size in (("A4", 2, "594.96 841.92"), ("A6", 9, "297.6 419.52")):
        marco.get_by_label(paper).check()
        printed = marco.pdf(path=str(tmp_path / f"{paper}.pdf"), prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == pages, paper
        width, height = (float(each) for each in size.split())
        box = printed.split(b"/MediaBox [")[1].split(b"]")[0].split()
        assert abs(float(box[2]) - width) < 3
        assert abs(float(box[3]) - height) < 3


def test_a_guest_comes_by_the_square_of_an_invitation(marco: Page, running: Running, browser: Browser) -> None:
    marco.goto(running.url + "/rooms/gx-40/people")
    marco.get_by_role("link", name="Invite a guest").click()
    marco.get_by_label("Name", exact=True).fill("Marta Klein")
    marco.get_by_label("Email").fill("marta@agency.example")
    marco.get_by_role("button", name="Make the invitation").click()
    (address,) = read_square(marco)
    marta = phone(browser)
    marta.goto(running.url + path_of(address))
    marta.get_by_label("New password", exact=True).fill(PASSWORD)
    marta.get_by_label("New password again").fill(PASSWORD)
    marta.get_by_role("button", name="Come in").click()
    marta.wait_for_url(running.url + "/rooms/gx-40")
    marta.goto(running.url + "/rooms")
    assert [each.inner_text() for each in marta.locator(".room-card h3").all()] == ["Gearbox GX-40"]
    marta.context.close()


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_for_newcomers_has_a_barrier(  # type: ignore[no-untyped-def]
    people, browser: Browser, running: Running, scheme: str, width: int, height: int
) -> None:
    view = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    keeper, stranger, found = people("marco.bellini", **view).page, phone(browser, **view), []

    def look(page: Page, name: str) -> None:
        found.extend((name, each["id"]) for each in Axe().run(page).response["violations"])
        if page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0:
            found.append((name, "scrolls sideways"))

    add(keeper, running, f"Somebody {scheme} {width}")
    look(keeper, "printed card")
    card = path_of(read_square(keeper)[0])
    for path in ("/rooms/gx-40/cards", "/rooms/gx-40/guests"):
        keeper.goto(running.url + path)
        look(keeper, path)
    keeper.get_by_label("Name", exact=True).fill("A guest")
    keeper.get_by_label("Email").fill(f"{scheme}-{width}@agency.example")
    keeper.get_by_role("button", name="Make the invitation").click()
    keeper.wait_for_selector(".access-card")
    look(keeper, "printed invitation")
    invitation = path_of(read_square(keeper)[0])
    for path in ("/card", "/card/WRONG", card, invitation, "/guest/WRONG"):
        stranger.goto(running.url + path)
        look(stranger, path)
    keeper.goto(running.url + invitation)
    look(keeper, "invitation of somebody with an account")
    stranger.context.close()
    assert not found
