"""A house that really runs, and browsers that look at it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from intranet.kernel.db import Database
from intranet.kernel.events import EventPlace, newest_id
from intranet.testing.running import Running, intranet

PATIENCE_S = 60
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("demo") / "data"
    intranet("demo", data=data)
    house = Running(data)
    yield house
    house.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
    yield opened
    opened.close()


@pytest.fixture
def heard(running: Running) -> None:
    """The worker has told of whatever happened before, the demo's own news included."""
    database, until = Database(running.data / "intranet.sqlite"), time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with database.read() as db:
            place = db.get(EventPlace, "worker")
            if place and place.event_id >= newest_id(db):
                break
        time.sleep(0.2)
    else:
        pytest.fail("the worker does not keep up")
    database.close()


# Colours that are still on their way from one scheme to the other are neither's. A page that draws no frames never ends them.
SETTLED = """() => Promise.race([
    new Promise(done => setTimeout(done, 3000)),
    Promise.all(document.getAnimations().filter(each => each instanceof CSSTransition)
        .map(each => each.finished.catch(() => null))),
])"""


HAS_ASKED = "() => Boolean(document.querySelector('.htmx-request'))"
SETTLING_S = 5  # a journey may hold an answer back on purpose


def _is_answered(request: Request) -> bool:
    """Streams go on; pages are waited for by whoever goes there."""
    return request.resource_type in ("fetch", "xhr") and "/live?" not in request.url


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, url: str, username: str, **options: object) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._hear)
        self.asked: set[Request] = set()
        self.page.on("request", lambda request: self.asked.add(request) if _is_answered(request) else None)
        self.page.on("requestfinished", lambda request: self.asked.discard(request))
        self.page.on("requestfailed", lambda request: self.asked.discard(request))
        self.sign_in(username)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.problems.append(f"{said.text} {said.location['url']}")

    def sign_in(self, username: str, password: str = "aurora-2026") -> None:
        self.go("/login")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("form[action='/login'] button.primary")
        self.page.wait_for_url(self.url + "/")

    def go(self, path: str) -> None:
        self.settle()
        self.page.goto(self.url + path)

    def reload(self) -> None:
        self.settle()
        self.page.reload()

    def settle(self) -> None:
        """What was done here has reached the server: no person is quicker than their own click."""
        until = time.monotonic() + SETTLING_S
        while (self.page.evaluate(HAS_ASKED) or self.asked) and time.monotonic() < until:
            self.page.wait_for_timeout(20)


def barriers(page: Page) -> list[tuple[str, object]]:
    """What axe-core finds on the page that is shown, the colours of the other scheme too, and whether it scrolls sideways."""
    found = _said(Axe().run(page).response) + _in_other_colours(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, ("scrolls sideways", wider)] if wider > 0 else found


def _in_other_colours(page: Page) -> list[tuple[str, object]]:
    """Of all rules only these depend on the scheme."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    page.evaluate(SETTLED)
    answer = page.evaluate("rules => axe.run({ runOnly: { type: 'rule', values: rules } })", COLOUR_RULES)
    page.emulate_media(color_scheme="dark" if is_dark else "light")
    return [(f"{name}, other scheme", nodes) for name, nodes in _said(answer)]


def _said(answer: Any) -> list[tuple[str, object]]:
    return [(each["id"], [node["html"][:140] for node in each["nodes"]][:2]) for each in answer["violations"]]


@pytest.fixture(name="barriers")
def barriers_of() -> Callable[[Page], list[tuple[str, object]]]:
    return barriers


@pytest.fixture
def people(browser: Browser, running: Running) -> Iterator[object]:
    opened: list[Person] = []

    def open_for(username: str, **options: object) -> Person:
        opened.append(Person(browser, running.url, username, **options))
        return opened[-1]

    yield open_for
    for person in opened:
        person.context.close()
