"""axe-core on every page, in light and dark, wide and narrow."""

import pytest

from tests.views import VIEWS

PAGES = [
    "/", "/rooms", "/rooms/gx-40", "/rooms/gx-40/people", "/rooms/new", "/people", "/people/kofi.mensah", "/posts/new",
    "/search", "/search?q=gearbox", "/search?q=nosuchword", "/me/profile", "/me/look", "/me/devices", "/me/alerts", "/notifications", "/me/second-factor", "/p/3", "/nowhere",
    "/welcome/settings", "/?order=talked", "/saved", "/drafts", "/bin", "/entries/3/history", "/entries/3/reply", "/entries/3/share",
    "/entries/1/share",
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_has_a_barrier(people, barriers, scheme: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height})
    found = []
    for path in PAGES:
        giulia.go(path)
        found += [(path, *each) for each in barriers(giulia.page)]
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_has_no_barrier(browser, running, barriers, scheme: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(running.url + "/login")
    assert not barriers(page)
    context.close()
