"""Posts that come later: drafts that follow one around, a time, a keeper who looks first."""

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

ACT = """
import sys
from intranet.app import open_house
from intranet.core.models import Person, Room
from intranet.core.rooms import changes
from intranet.kernel.settings import load
from pathlib import Path

site = open_house(load(Path(sys.argv[1])))
with site.database.write() as db:
    room = db.query(Room).where(Room.slug == "sicurezza").one()
    keeper = db.query(Person).where(Person.username == "beatrice.longhi").one()
    changes.change(db, room, keeper, approves_posts=sys.argv[2] == "on")
"""


@pytest.fixture
def approving(running):  # type: ignore[no-untyped-def]
    """In the room *Sicurezza* a keeper looks first."""
    for state in ("on", "off"):
        subprocess.run([sys.executable, "-W", "ignore", "-c", ACT, str(running.data), state], check=True)
        if state == "on":
            yield


def test_what_one_began_to_write_is_there_on_another_device(people) -> None:  # type: ignore[no-untyped-def]
    giulia, phone = people("giulia.ferri"), people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    giulia.page.fill("#composer-body", "Who has the big")
    giulia.page.click(".nav a[href='/people']")
    giulia.page.wait_for_url("**/people")
    phone.go("/drafts")
    row = phone.page.locator("li", has_text="Who has the big")
    expect(row).to_be_visible()
    giulia.go("/rooms/kitchen")
    expect(giulia.page.locator("#composer-body")).to_have_value("Who has the big")
    giulia.page.fill("#composer-body", "Who has the big pot?")
    giulia.page.click(".composer button.primary")
    expect(giulia.page.locator("#feed > .post", has_text="the big pot?")).to_be_visible(timeout=5000)
    giulia.page.wait_for_timeout(500)
    phone.reload()
    expect(row).to_have_count(0)
    assert not giulia.problems


def test_a_post_with_a_time_is_kept_with_its_words_and_posted_from_the_drafts(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/rooms/kitchen")
    page.fill("#composer-body", "Soup tomorrow")
    page.locator(".later summary").press("Enter")
    tomorrow = datetime.now(ZoneInfo("Europe/Rome")) + timedelta(days=1)
    page.fill("#composer-moment", f"{tomorrow:%Y-%m-%dT%H:%M}")
    button = page.locator(".composer button.primary")
    expect(button).to_have_text("Post later")
    button.press("Enter")
    note = page.locator("#feed .kept")
    expect(note).to_contain_text("when its time comes", timeout=5000)
    expect(page.locator("#composer-body")).to_have_value("")
    expect(button).to_have_text("Post")
    expect(page.locator("#feed > .post", has_text="Soup tomorrow")).to_have_count(0)
    note.get_by_role("link").click()
    row = page.locator("li", has_text="Soup tomorrow")
    expect(row).to_contain_text("comes on")
    row.get_by_role("button", name="Post now").click()
    expect(page.locator(".post", has_text="Soup tomorrow")).to_be_visible()
    assert not giulia.problems


def test_a_keeper_approves_and_sends_back(people, approving) -> None:  # type: ignore[no-untyped-def]
    giulia, beatrice, kofi = people("giulia.ferri"), people("beatrice.longhi"), people("kofi.mensah")
    kofi.go("/rooms/sicurezza")
    giulia.go("/rooms/sicurezza")
    expect(giulia.page.locator(".composer")).to_contain_text("A keeper looks at posts here first.")
    for words in ("Mind the wet floor", "Somebody should mop"):
        giulia.page.fill("#composer-body", words)
        giulia.page.click(".composer button.primary")
        expect(giulia.page.locator("#feed .kept").first).to_contain_text("will look at it", timeout=5000)
        expect(giulia.page.locator("#composer-body")).to_have_value("")
    beatrice.go("/rooms/sicurezza")
    beatrice.page.locator(".note a[href$='/waiting']").click()
    floor = beatrice.page.locator("article", has_text="Mind the wet floor")
    floor.locator("form[action$='/approve'] button").press("Enter")
    expect(kofi.page.locator("#newpill button")).to_be_visible(timeout=5000)
    kofi.page.click("#newpill button")
    expect(kofi.page.locator("#feed > .post", has_text="Mind the wet floor")).to_be_visible()
    mop = beatrice.page.locator("article", has_text="Somebody should mop")
    mop.locator("details summary").press("Enter")
    mop.locator("input[name=reason]").fill("You can do it yourself")
    mop.locator("details form button").click()
    expect(mop).to_have_count(0)
    giulia.go("/drafts")
    expect(giulia.page.locator("li", has_text="Somebody should mop")).to_contain_text("You can do it yourself")
    kofi.go("/rooms/sicurezza")
    expect(kofi.page.locator("#feed > .post", has_text="Somebody should mop")).to_have_count(0)
    assert not giulia.problems + beatrice.problems


def test_later_and_drafts_work_without_javascript(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    page = giulia.page
    giulia.go("/posts/new?room=kitchen")
    page.fill("#composer-body", "Cake on Friday")
    page.click(".later summary")
    tomorrow = datetime.now(ZoneInfo("Europe/Rome")) + timedelta(days=1)
    page.fill("#composer-moment", f"{tomorrow:%Y-%m-%dT%H:%M}")
    page.click(".composer button.primary")
    expect(page.get_by_text("It comes by itself when its time does.")).to_be_visible()
    page.locator("li", has_text="Cake on Friday").get_by_role("button", name="Take back").click()
    page.locator("li", has_text="Cake on Friday").get_by_role("link", name="Edit").click()
    page.fill("#draft-body", "Cake on Thursday")
    page.get_by_role("button", name="Post now").click()
    expect(page.locator(".post", has_text="Cake on Thursday")).to_be_visible()
