"""A keeper prints a poster, a phone reads it from the paper, and somebody is in a room that nobody else knows of."""

import io
import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect

from intranet.testing.running import Running, intranet
from tests.views import VIEWS

ADDRESS = "https://intranet.officine-aurora.example"
COMERS = ["lena.hofer", "ama.boateng"]  # each view needs somebody who has not come in yet
ROOM, NAME, KEEPER, COMER, OUTSIDER = "night-shift", "Night shift crew", "giulia.ferri", "kofi.mensah", "marco.bellini"
Barriers = Callable[[Page], list[tuple[str, object]]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo company at an address that stands on paper."""
    data = tmp_path_factory.mktemp("invites") / "data"
    intranet("demo", data=data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "INTRANET_BASE_URL", ADDRESS)
        house = Running(data)
    set_role(house, "davide.russo", KEEPER, "keeper")
    yield house
    house.stop()


def set_role(running: Running, keeper: str, username: str, role: str) -> None:
    """As a keeper's program brings somebody into the room."""
    token = intranet("token", "create", keeper, data=running.data)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    listed = urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/v1/rooms?limit=100", headers=headers))
    (room_id,) = (each["id"] for each in json.load(listed)["items"] if each["slug"] == ROOM)
    members = f"{running.url}/api/v1/rooms/{room_id}/members/{username}"
    urllib.request.urlopen(urllib.request.Request(members, json.dumps({"role": role}).encode(), headers, method="PUT"))


@pytest.fixture
def keeper(people) -> Page:  # type: ignore[no-untyped-def]
    person = people(KEEPER)
    page: Page = person.page
    page.set_default_timeout(15_000)
    return page


def open_dialog(page: Page, running: Running) -> None:
    page.goto(f"{running.url}/rooms/{ROOM}/people")
    page.get_by_role("link", name="Invite", exact=True).first.click()
    expect(page.locator("#invite-dialog")).to_be_visible()


def make_code(page: Page, running: Running, *, approval: bool = True) -> str:
    """A new code, made in the dialog."""
    open_dialog(page, running)
    if page.get_by_role("link", name="Another code").is_visible():
        page.get_by_role("link", name="Another code").click()
    page.get_by_label("A room keeper approves each person").set_checked(approval)
    page.get_by_role("button", name="Make the code").click()
    return page.locator("#invite-box .qr .code").inner_text()


def fetch(page: Page, url: str) -> bytes:
    """What the browser would save."""
    answer = page.context.request.get(url)
    assert answer.ok
    return answer.body()


def read(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def path_of(address: str) -> str:
    assert address.startswith(ADDRESS + "/")
    return urlsplit(address).path


def test_a_poster_is_printed_scanned_and_leads_into_a_room_that_nobody_else_sees(  # type: ignore[no-untyped-def]
    keeper: Page, running: Running, people, browser: Browser
) -> None:
    code = make_code(keeper, running)
    with keeper.expect_popup() as popup:
        keeper.get_by_role("button", name="Print a poster").click()
    pdf = fetch(keeper, popup.value.url or "")
    paper = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil().convert("L")
    address = read(paper.rotate(2, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1)))
    assert address == f"{ADDRESS}/j/{code}"

    comer = browser.new_context(locale="en-GB").new_page()
    comer.goto(running.url + path_of(address))
    assert NAME not in comer.content(), "before signing in nothing is told"
    comer.fill("#username", COMER)
    comer.fill("#password", "aurora-2026")
    comer.click("form[action='/login'] button.primary")
    comer.wait_for_url(running.url + path_of(address))
    expect(comer.get_by_role("heading", name=NAME)).to_be_visible()
    comer.get_by_label("A word to the keepers").fill("From Monday I work nights")
    comer.get_by_role("button", name="Ask to join").click()
    expect(comer.get_by_text("You asked to join.")).to_be_visible()
    comer.goto(f"{running.url}/rooms/{ROOM}")
    assert NAME not in comer.inner_text("main")

    keeper.reload()
    open_dialog(keeper, running)
    expect(keeper.locator("#invite-used")).to_contain_text("Used by 1 of 10 people.")
    keeper.get_by_text("Who came with it").click()
    expect(keeper.locator("#invite-box")).to_contain_text("Asks to join")
    keeper.goto(f"{running.url}/rooms/{ROOM}/people")
    wish = keeper.locator(".asking", has_text="Kofi Mensah")
    expect(wish).to_contain_text("From Monday I work nights")
    wish.get_by_role("button", name="Let Kofi Mensah in").click()
    expect(keeper.get_by_text("Kofi Mensah is in.")).to_be_visible()

    comer.goto(running.url + path_of(address))
    comer.wait_for_url(f"{running.url}/rooms/{ROOM}")
    comer.locator(".composer textarea").first.fill("Hello, nights. I am new here")
    comer.keyboard.press("Control+Enter")
    expect(comer.locator("#feed")).to_contain_text("Hello, nights. I am new here")
    keeper.goto(f"{running.url}/rooms/{ROOM}")
    expect(keeper.locator("#feed")).to_contain_text("Hello, nights. I am new here")
    comer.context.close()
    assert_hidden(people(OUTSIDER).page, running)


def assert_hidden(page: Page, running: Running) -> None:
    """An outsider comes upon the room nowhere."""
    for path in ("/", "/rooms", "/search?q=nights", f"/search?q={NAME.replace(' ', '+')}", f"/people/{COMER}", "/join"):
        page.goto(running.url + path)
        assert "I am new here" not in page.inner_text("body"), path
        assert page.locator(f"a[href*='/rooms/{ROOM}']").count() == 0, path
        assert "/search" in path or NAME not in page.inner_text("body"), path  # search says again what was typed
    for path in (f"/rooms/{ROOM}", f"/rooms/{ROOM}/invites"):
        answer = page.goto(running.url + path)
        assert answer
        assert answer.status == 404


def test_the_dialog_is_used_by_keyboard_and_gives_the_focus_back(keeper: Page, running: Running) -> None:
    keeper.goto(f"{running.url}/rooms/{ROOM}/people")
    link = keeper.get_by_role("link", name="Invite", exact=True).first
    link.focus()
    keeper.keyboard.press("Enter")
    title = keeper.get_by_role("heading", name=f"Invite to {NAME}")
    expect(title).to_be_focused()
    keeper.keyboard.press("Escape")
    expect(keeper.locator("#invite-dialog")).to_be_hidden()
    expect(link).to_be_focused()
    keeper.keyboard.press("Enter")
    expect(title).to_be_focused()
    another = keeper.get_by_role("link", name="Another code")
    if another.is_visible():
        another.focus()
        keeper.keyboard.press("Enter")
    keeper.get_by_label("How many people").focus()
    keeper.keyboard.type("50")
    make = keeper.get_by_role("button", name="Make the code")
    for _ in range(8):
        if make.evaluate("button => button === document.activeElement"):
            break
        keeper.keyboard.press("Tab")
    keeper.keyboard.press("Enter")
    expect(keeper.locator("#invite-used")).to_contain_text("Used by 0 of")
    assert keeper.evaluate("document.activeElement.closest('#invite-dialog') !== null"), "the focus stays in the dialog"
    stop = keeper.get_by_role("button", name="Stop this code")
    stop.focus()
    keeper.keyboard.press("Enter")
    expect(keeper.locator("#invite-used")).to_contain_text("This code was stopped.")
    assert keeper.evaluate("document.activeElement.closest('#invite-dialog') !== null")


def test_changes_stand_at_once_and_the_link_is_copied(keeper: Page, running: Running) -> None:
    keeper.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = make_code(keeper, running)
    keeper.get_by_role("button", name="Copy the join link").click()
    expect(keeper.locator("#toasts")).to_contain_text("Copied.")
    assert keeper.evaluate("navigator.clipboard.readText()") == f"{ADDRESS}/j/{code}"
    keeper.get_by_label("How many people").select_option("50")
    keeper.get_by_label("A room keeper approves each person").uncheck()
    keeper.get_by_role("button", name="Save changes").click()
    expect(keeper.locator("#invite-box")).to_contain_text("Saved.")
    expect(keeper.locator("#invite-used")).to_contain_text("of 50 people.")
    picture = keeper.get_by_role("link", name="Save image")
    with keeper.expect_download() as saved:
        picture.click()
    assert read(Image.open(Path(saved.value.path()))) == f"{ADDRESS}/j/{code}"


def test_a_dark_screen_shows_the_square_dark_on_white(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    page = people(KEEPER, color_scheme="dark").page
    code = make_code(page, running)
    assert read(Image.open(io.BytesIO(page.locator("#invite-box .qr").screenshot()))) == f"{ADDRESS}/j/{code}"


def test_without_javascript_codes_are_made_typed_and_stopped(  # type: ignore[no-untyped-def]
    people, running: Running
) -> None:
    page = people(KEEPER, java_script_enabled=False).page
    page.goto(f"{running.url}/rooms/{ROOM}/people")
    page.get_by_role("link", name="Invite", exact=True).first.click()
    page.goto(f"{running.url}/rooms/{ROOM}/invites?new=1")
    page.get_by_label("A room keeper approves each person").uncheck()
    page.get_by_role("button", name="Make the code").click()
    code = page.locator("#invite-box .qr .code").inner_text()
    comer = people("sara.conti", java_script_enabled=False).page
    comer.goto(running.url + "/rooms")
    comer.locator(".side").get_by_role("link", name="Join with a code").click()
    comer.get_by_label("Code").fill(code.lower().replace("-", " "))
    comer.get_by_role("button", name="Go on").click()
    comer.get_by_role("button", name="Join", exact=True).click()
    assert urlsplit(comer.url).path == f"/rooms/{ROOM}"
    page.get_by_role("button", name="Stop this code").click()
    assert "This code was stopped." in page.inner_text("main")


@pytest.mark.parametrize(
    ("scheme", "width", "height", "username"), [(*view, comer) for view, comer in zip(VIEWS, COMERS, strict=True)]
)
def test_no_page_of_codes_has_a_barrier(  # type: ignore[no-untyped-def]
    people, browser: Browser, running: Running, barriers: Barriers, scheme: str, width: int, height: int, username: str
) -> None:
    view = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    page, comer, found = people(KEEPER, **view).page, people(username, **view).page, []

    def look(at: Page, name: str) -> None:
        found.extend((name, *each) for each in barriers(at))
        if folder := os.environ.get("SHOTS"):
            at.screenshot(path=f"{folder}/invites-{name}-{width}-{scheme}.png")

    stranger = browser.new_context(locale="en-GB", **view).new_page()  # type: ignore[arg-type]
    stranger.goto(running.url + "/join")
    look(stranger, "typed-signed-out")
    stranger.context.close()
    open_dialog(page, running)
    if page.get_by_role("link", name="Another code").is_visible():
        page.get_by_role("link", name="Another code").click()
    expect(page.get_by_role("button", name="Make the code")).to_be_visible()
    look(page, "dialog-new")
    page.get_by_role("button", name="Make the code").click()
    code = page.locator("#invite-box .qr .code").inner_text()
    look(page, "dialog")
    page.goto(f"{running.url}/rooms/{ROOM}/invites")
    look(page, "page")
    page.goto(f"{running.url}/rooms/{ROOM}/invites?new=1")
    look(page, "page-new")
    for path, name in (("/join", "typed"), ("/j/XXXX-XXXX-XXXX", "wrong"), (f"/j/{code}", "join")):
        comer.goto(running.url + path)
        look(comer, name)
    comer.locator(".join-page .btn.primary").click()
    look(comer, "asked")
    page.goto(f"{running.url}/rooms/{ROOM}/invites")
    page.get_by_role("button", name="Stop this code").click()
    expect(page.get_by_text("This code was stopped.").first).to_be_visible()
    look(page, "stopped")
    late = people(OUTSIDER, **view).page
    late.goto(f"{running.url}/j/{code}")
    look(late, "closed")
    assert not found
