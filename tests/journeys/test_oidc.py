"""Signing in with the company's OpenID provider, in a browser that enforces our content policy."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from intranet.testing.provider import CLIENT_ID, CLIENT_SECRET, Provider
from intranet.testing.running import Running, intranet


class Addressed(Running):
    """Knows the address that it is reached by."""

    def start(self) -> None:
        os.environ["INTRANET_BASE_URL"] = self.url
        super().start()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    started = Provider()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("oidc") / "data"
    intranet("demo", data=data)
    said = {
        "ISSUER": provider.issuer, "CLIENT_ID": CLIENT_ID, "PASSWORD": CLIENT_SECRET, "LABEL": "Works ID",
        "ADDS_PEOPLE": "true",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "INTRANET_BASE_URL", "")
        for key, value in said.items():
            patch.setitem(os.environ, f"INTRANET_OIDC__{key}", value)
        house = Addressed(data)
    yield house
    house.stop()


def come_in(browser: Browser, running: Running) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(running.url + "/login?next=/people")
    page.get_by_role("link", name="Sign in with Works ID").click()
    page.wait_for_url(running.url + "/people")
    return page


def test_somebody_new_comes_in_by_the_provider(browser: Browser, running: Running, provider: Provider) -> None:
    provider.who = {"sub": "1", "preferred_username": "noor.aziz", "name": "Noor Aziz"}
    page = come_in(browser, running)
    assert "Noor Aziz" in page.inner_text(".side-foot")
    page.goto(running.url + "/me/oidc")
    assert page.get_by_text("It is your only way in").is_visible()
    page.context.close()


def test_an_account_is_connected_once_and_then_opened_by_the_provider(  # type: ignore[no-untyped-def]
    people, browser: Browser, running: Running, provider: Provider
) -> None:
    provider.who = {"sub": "2", "preferred_username": "somebody.else", "name": "G. F."}
    giulia = people("giulia.ferri")
    giulia.page.goto(running.url + "/me/look")
    giulia.page.get_by_role("link", name="Connected account").click()
    giulia.page.get_by_role("button", name="Connect with Works ID").click()
    giulia.page.wait_for_url(running.url + "/me/oidc?saved=1")
    assert giulia.page.get_by_text("You can sign in with Works ID").is_visible()
    assert not giulia.problems
    again = come_in(browser, running)
    assert "Giulia Ferri" in again.inner_text(".side-foot")
    again.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_provider_has_a_barrier(people, running: Running, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = people("marco.bellini", color_scheme=scheme).page
    for path in ("/me/oidc", "/oidc/callback?state=x", "/login"):
        page.goto(running.url + path)
        assert not Axe().run(page).response["violations"], path
