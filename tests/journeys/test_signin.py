"""Signing in with more than a password, in a real browser: an app, passkeys, and the dialog over a page."""

import re
import time
from collections.abc import Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from intranet.testing.running import Running, intranet

PASSWORD = "aurora-2026"
SECOND = re.compile(r"/login/second")


@pytest.fixture
def url(running: Running) -> str:
    """By name: browsers make no passkeys for a number, and hold localhost to be safe without https."""
    return f"http://localhost:{running.port}"


@pytest.fixture
def context(browser: Browser, running: Running) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


def hire(running: Running, username: str) -> str:
    """A new person, so that no other journey finds a second factor where it expects none."""
    intranet(
        "person", "add", username, "--name", "Nora Lindt", "--password-stdin", data=running.data, typed=f"{PASSWORD}\n"
    )
    return username


def type_password(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("form[action='/login'] button.primary")


def code_of_a_moment_ago(totp: pyotp.TOTP) -> str:
    """The code before this one, taken while it will still be accepted for half its life: the next one ends it."""
    left = totp.interval - time.time() % totp.interval
    if left < totp.interval / 2:
        time.sleep(left)
    return totp.at(int(time.time()) - totp.interval)


def set_up_app(page: Page, url: str, username: str) -> tuple[pyotp.TOTP, list[str]]:
    """By the code of a moment ago, so that the one of now is left to sign in with."""
    type_password(page, url, username)
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/devices")
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_role("button", name="Set up an app").click()
    totp = pyotp.TOTP(page.locator(".totp-key").inner_text().replace(" ", ""))
    page.get_by_label("Type the code that it shows now").fill(code_of_a_moment_ago(totp))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    return totp, codes


def sign_out(page: Page) -> None:
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url(re.compile("/login$"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_app_is_set_up_and_asked_for(browser: Browser, running: Running, url: str, scripts: bool) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=scripts)
    page = context.new_page()
    totp, codes = set_up_app(page, url, hire(running, f"nora.app.{scripts}".lower()))
    sign_out(page)
    type_password(page, url, f"nora.app.{scripts}".lower())
    page.wait_for_url(SECOND)
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_attribute("autocomplete", "one-time-code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="not the code")).to_be_visible()
    page.locator("#code").fill(totp.now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/devices")
    sign_out(page)
    type_password(page, url, f"nora.app.{scripts}".lower())
    page.get_by_role("link", name="Type a recovery code").click()
    expect(page.locator("#code")).to_have_attribute("inputmode", "text")
    page.locator("#code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/devices")
    expect(page.get_by_text("9 left")).to_be_visible()
    context.close()


def test_the_dialog_over_a_page_asks_for_the_code_and_sends_what_was_typed(
    browser: Browser, running: Running, url: str, context: BrowserContext
) -> None:
    page = context.new_page()
    totp, _ = set_up_app(page, url, hire(running, "nora.dialog"))
    with page.expect_response(re.compile("/live")):  # a stream that begins later would ask for the sign-in by itself
        page.goto(f"{url}/rooms/everyone")
    page.fill("#composer-body", "Typed before the session ended")
    context.clear_cookies()
    page.click(".composer button.primary")
    dialog = page.locator("#signin-dialog")
    dialog.locator("#username").fill("nora.dialog")
    dialog.locator("#password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog.locator("#code")).to_be_focused()
    dialog.locator("#code").fill("000000")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="not the code")).to_be_visible()
    dialog.locator("#code").fill(totp.now())
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#feed > .post").first).to_contain_text("Typed before the session ended")
    expect(dialog).to_be_hidden()


def plug_in(context: BrowserContext, page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """A passkey holder inside the computer, by the browser's own test double."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verifies, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def add_passkey(page: Page, url: str, username: str) -> None:
    type_password(page, url, username)
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/second-factor")
    page.get_by_label("Name of the device").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My laptop")).to_be_visible()


def test_a_passkey_is_the_whole_sign_in_and_the_second_step(
    running: Running, url: str, context: BrowserContext
) -> None:
    page = context.new_page()
    plug_in(context, page)
    add_passkey(page, url, hire(running, "nora.passkey"))
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/devices")
    expect(page.get_by_text(re.compile("Passkey, last used"))).to_be_visible()
    sign_out(page)
    type_password(page, url, "nora.passkey")
    page.wait_for_url(SECOND)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/me/devices")
    page.get_by_role("button", name="Remove the passkey My laptop").click()
    expect(page.get_by_role("link", name="Set up a second factor")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="does not open the door")).to_be_visible()


def test_a_device_that_cannot_tell_who_holds_it_is_not_enough_alone(
    running: Running, url: str, context: BrowserContext
) -> None:
    page = context.new_page()
    devtools, authenticator = plug_in(context, page)
    add_passkey(page, url, hire(running, "nora.unverified"))
    sign_out(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page).to_have_url(re.compile("/login$"))


def test_by_a_number_there_are_no_passkeys_and_the_page_says_why(running: Running, context: BrowserContext) -> None:
    page = context.new_page()
    type_password(page, running.url, hire(running, "nora.number"))
    page.wait_for_url(f"{running.url}/")
    page.goto(f"{running.url}/me/second-factor")
    expect(page.get_by_text("this one is a number")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)


def test_a_device_that_is_signed_out_elsewhere_leaves_the_page(browser: Browser, running: Running, url: str) -> None:
    username = hire(running, "nora.devices")
    here, there = browser.new_context(locale="en-GB"), browser.new_context(locale="en-GB")
    first, second = here.new_page(), there.new_page()
    for page in (first, second):
        type_password(page, url, username)
        page.wait_for_url(f"{url}/")
    first.goto(f"{url}/me/devices")
    first.get_by_role("button", name="Sign out everywhere else").click()
    second.wait_for_url(re.compile("/login"), timeout=5000)
    expect(first.get_by_text("This one")).to_be_visible()
    here.close()
    there.close()


@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1440, 900), ("dark", 390, 844)])
def test_no_page_on_the_way_in_has_a_barrier(
    browser: Browser, running: Running, url: str, scheme: str, width: int, height: int
) -> None:
    context = browser.new_context(locale="en-GB", color_scheme=scheme, viewport={"width": width, "height": height})  # type: ignore[arg-type]
    page, username = context.new_page(), hire(running, f"nora.barrier.{width}")
    found: list[object] = []

    def look() -> None:
        found.extend((page.url, each["id"]) for each in Axe().run(page).response["violations"])
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((page.url, "scrolls sideways"))

    for path in ("/forgot", "/reset/wrong"):
        page.goto(url + path)
        look()
    set_up_app(page, url, username)
    look()
    for path in ("/me/second-factor",):
        page.goto(url + path)
        look()
    page.goto(f"{url}/me/devices")
    sign_out(page)
    type_password(page, url, username)
    page.wait_for_url(SECOND)
    look()
    context.close()
    assert not found
