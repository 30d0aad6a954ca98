"""A link is posted, its card arrives in everyone's window, and its author takes it away again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from intranet.app import app_for, open_house
from intranet.features.links import fetching
from intranet.kernel.settings import load
from intranet.processes import answerer
from intranet.testing.elsewhere import LOOPBACK, Elsewhere, page
from intranet.testing.running import Running, intranet
from tests.views import VIEWS

PICTURE = Path(__file__).parents[2] / "intranet/demo/content/pictures/scene-gearbox.webp"
GEARS = """<title>Why helical gears run quieter than straight ones, and what that costs in the bearings</title>
<meta property="og:description" content="The teeth meet a little at a time. That is gentle on the ears and hard on the axial
bearing, which carries a load that a straight gear never knew."><meta property="og:site_name" content="The Workshop Times">
<meta property="og:image" content="/gears.webp">"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("links") / "data"
    intranet("demo", data=data)
    house = Running(data, process="web")  # the tests are its worker: they may ask the site on loopback
    yield house
    house.stop()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """A site on loopback, which the worker may ask all the same."""
    site = Elsewhere()
    site.pages |= {"/gears": page(GEARS), "/gears.webp": page(PICTURE.read_bytes(), "image/webp")}
    site.pages["/plain"] = page("<title>A page without a picture</title>")
    for name in ("PAGE", "PICTURE"):
        errand = replace(getattr(fetching, name), inner=LOOPBACK, ports=(site.port,), resolve=lambda *_: ["127.0.0.1"])
        monkeypatch.setattr(fetching, name, errand)
    yield site
    site.stop()


def work(running: Running) -> None:
    """What the worker does until nothing is left to do."""
    site = open_house(load(running.data))
    reader = answerer(site, app_for(site))
    reader.catch_up()
    while task := site.jobs.queue.dequeue():
        site.jobs.queue.execute(task)
        reader.catch_up()
    reader.inbox.close()
    site.database.close()


def post(window: Page, words: str) -> int:
    window.fill("#composer-body", words)
    window.press("#composer-body", "Control+Enter")
    mine = window.locator("article.post", has_text=words.split()[0]).first
    expect(mine).to_be_visible()
    return int(mine.get_attribute("data-entry") or 0)


@pytest.fixture
def allowed(people, running: Running) -> None:  # type: ignore[no-untyped-def]
    window: Page = people("elena.galli").page
    window.goto(running.url + "/admin/links")
    box = window.locator("[name=is_on]")
    if not box.is_checked():
        box.check()
        window.locator(".savebar .primary").click()
        window.wait_for_url("**/admin/links?saved=1")
    expect(box).to_be_checked()


def test_a_card_arrives_by_itself_and_its_author_takes_it_away(
    people, running: Running, elsewhere: Elsewhere, allowed: None
) -> None:  # type: ignore[no-untyped-def]
    marco, other = people("marco.bellini"), people("sara.conti")
    entry_id = post(marco.page, f"Helical {elsewhere.url('/gears')}")
    other.page.goto(f"{running.url}/p/{entry_id}")
    assert other.page.locator(".link-card").count() == 0
    work(running)
    for window in (marco.page, other.page):
        card = window.locator(f"#post-{entry_id} .link-card")
        expect(card).to_contain_text("Why helical gears run quieter")
        expect(card.locator("img")).to_have_js_property("complete", True)
        assert card.locator("img").evaluate("picture => picture.naturalWidth") > 100
    button = marco.page.get_by_role("button", name="Take this card away")
    expect(button).to_be_visible()
    expect(other.page.get_by_role("button", name="Take this card away")).to_be_hidden()
    button.focus()
    marco.page.keyboard.press("Enter")
    for window in (marco.page, other.page):
        expect(window.locator(f"#post-{entry_id} .link-card")).to_have_count(0)
    expect(marco.page.locator("#toasts")).to_contain_text("The card is gone.")
    assert elsewhere.paths() == ["/gears", "/gears.webp"]
    other.page.fill(f"#comment-body-{entry_id}", f"And {elsewhere.url('/plain')}")
    other.page.get_by_role("button", name="Send comment").click()
    expect(other.page.locator(".comment", has_text="/plain")).to_be_visible()
    work(running)
    for window in (marco.page, other.page):
        expect(window.locator(f"#post-{entry_id} .comment .link-card")).to_contain_text("A page without a picture")
        expect(window.locator(f"#post-{entry_id} > .pieces .link-card")).to_have_count(0)
    assert not [*marco.problems, *other.problems]


def test_cards_are_readable_in_every_view_and_without_javascript(
    browser: Browser, people, barriers, running: Running, elsewhere: Elsewhere, allowed: None
) -> None:  # type: ignore[no-untyped-def]
    marco = people("marco.bellini")
    first, second = (post(marco.page, f"View{path[1]} {elsewhere.url(path)}") for path in ("/gears", "/plain"))
    work(running)
    for theme, width, height in VIEWS:
        marco.page.set_viewport_size({"width": width, "height": height})
        marco.page.emulate_media(color_scheme=theme)
        for path in ("/", f"/p/{first}", f"/entries/{first}/link"):
            marco.page.goto(running.url + path)
            expect(marco.page.locator(".link-card").first).to_be_visible()
            assert not barriers(marco.page), (theme, width, path)
    plain = browser.new_context(java_script_enabled=False, storage_state=marco.context.storage_state()).new_page()
    plain.goto(f"{running.url}/p/{second}")
    plain.get_by_role("link", name="About this card").click()
    plain.get_by_role("button", name="Take this card away").last.click()
    expect(plain).to_have_url(f"{running.url}/p/{second}")
    assert plain.locator(".link-card").count() == 0
