"""axe-core on every page, in light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "/", "/rooms", "/rooms/gx-40", "/rooms/gx-40/people", "/rooms/new", "/people", "/people/kofi.mensah", "/posts/new",
    "/search", "/search?q=gearbox", "/search?q=nosuchword", "/me/profile", "/me/look", "/me/devices", "/me/second-factor", "/p/3", "/nowhere",
    "/welcome/settings",
]  # fmt: skip
VIEWS = [("light", 1440, 900), ("dark", 1440, 900), ("light", 390, 844), ("dark", 390, 844)]


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_has_a_barrier(people, scheme: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    found = []
    for path in PAGES:
        giulia.go(path)
        for each in Axe().run(giulia.page).response["violations"]:
            found.append((path, each["id"], [node["html"][:140] for node in each["nodes"]][:2]))
        wider = giulia.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append((path, "scrolls sideways", wider))
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_has_no_barrier(browser, running, scheme: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(running.url + "/login")
    assert not Axe().run(page).response["violations"]
    context.close()
