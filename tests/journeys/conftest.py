"""A house that really runs, and browsers that look at it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
READY_WITHIN_S = 60


class Running:
    """`intranet serve` over a data folder."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "intranet",
            "serve",
            "--data",
            str(self.data),
            "--port",
            str(self.port),
        ]
        environment = {**os.environ, "INTRANET_THREADS": "64"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("ready http://"), line

    def kill(self) -> None:
        """Ends every process at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def intranet(*arguments: str, data: Path, typed: str = "") -> str:
    """Runs a command of the product and returns what it printed."""
    command = [sys.executable, "-W", "ignore", "-m", "intranet", *arguments, "--data", str(data)]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


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


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, url: str, username: str, **options: object) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        self.sign_in(username)

    def sign_in(self, username: str, password: str = "aurora-2026") -> None:
        self.go("/login")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("form[action='/login'] button.primary")
        self.page.wait_for_url(self.url + "/")

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)


@pytest.fixture
def people(browser: Browser, running: Running) -> Iterator[object]:
    opened: list[Person] = []

    def open_for(username: str, **options: object) -> Person:
        opened.append(Person(browser, running.url, username, **options))
        return opened[-1]

    yield open_for
    for person in opened:
        person.context.close()
