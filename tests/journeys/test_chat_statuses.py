"""What people say of themselves, and what is said to them, is seen where it is said."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Route, expect

from tests.journeys.talk import said, say

SOON = 10_000
ROME = ZoneInfo("Europe/Rome")


def test_what_somebody_says_of_themselves_is_seen_at_once_where_their_name_is(people, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.page.clock.install()
    giulia.go("/chat/gx-40")
    kofi.go("/chat/gx-40")
    page, message = giulia.page, said(giulia.page, "The second bench finished")
    row = page.locator("#places").get_by_role("link", name=re.compile("Kofi Mensah"))
    expect(message.locator(".says")).to_have_count(0)
    say(kofi.page, "/away in the cellar for 20 minutes")
    expect(message.locator(".says")).to_contain_text(re.compile(r"in the cellar · until .*\d\d:\d\d"), timeout=SOON)
    expect(message.locator(".says .vh")).to_have_text("Do not disturb")
    expect(row.locator(".says")).to_have_attribute("title", re.compile("^in the cellar · until"))
    assert not barriers(page)
    row.click()
    page.wait_for_url(re.compile("/chat/dm/"))
    expect(page.locator(".chat-head .topic .says").first).to_contain_text("in the cellar")
    giulia.go("/chat")
    expect(page.locator(".chat-list .list-row", has_text="Kofi Mensah").locator(".says")).to_contain_text(
        "in the cellar"
    )
    assert not barriers(page)
    giulia.go("/chat/gx-40")
    expect(message.locator(".says")).to_contain_text("in the cellar")
    page.clock.fast_forward("21:00")
    expect(message.locator(".says")).to_have_count(0)
    expect(row.locator(".says")).to_have_count(0)
    page.clock.set_system_time(datetime.now(ROME))
    say(kofi.page, "/away at the bench")
    expect(message.locator(".says .words")).to_have_text("at the bench", timeout=SOON)
    say(kofi.page, "/back now")
    expect(message.locator(".says")).to_have_count(0, timeout=SOON)
    assert not giulia.problems + kofi.problems


def test_what_was_said_to_everyone_has_the_ground_of_what_was_said_to_me(people) -> None:  # type: ignore[no-untyped-def]
    beatrice, giulia = people("beatrice.longhi"), people("giulia.ferri")
    beatrice.go("/chat/sicurezza")
    giulia.go("/chat/sicurezza")
    say(beatrice.page, "@everyone wears a helmet from Monday")
    expect(said(giulia.page, "wears a helmet")).to_have_class(re.compile(r"\bto-me\b"), timeout=SOON)
    expect(said(beatrice.page, "wears a helmet")).not_to_have_class(re.compile(r"\bto-me\b"))
    giulia.settle()
    for person in (beatrice, giulia):
        person.go("/chat/everyone")  # where only keepers may
    for words in ("**@everyone** may stop reading", '<strong class="everyone">@everyone</strong> and go home'):
        say(giulia.page, words)
    expect(said(beatrice.page, "and go home")).to_have_count(1, timeout=SOON)
    expect(said(beatrice.page, "may stop reading").locator("strong")).to_have_text("@everyone")
    expect(beatrice.page.locator("#log .msg.to-me", has_text=re.compile("stop reading|go home"))).to_have_count(0)
    giulia.settle()


def test_what_is_said_before_the_stream_is_open_is_seen_as_well(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    held: list[Route] = []
    giulia.page.route("**/live?*", lambda route: held.append(route))
    giulia.go("/chat/gx-40")
    kofi.go("/chat/gx-40")
    mark = said(giulia.page, "The second bench finished").locator(".says")
    expect(mark).to_have_count(0)
    say(kofi.page, "/away under the roof")
    expect(said(kofi.page, "The second bench finished").locator(".says")).to_contain_text(
        "under the roof", timeout=SOON
    )
    for route in held:
        route.continue_()
    expect(mark).to_contain_text("under the roof", timeout=SOON)
    say(kofi.page, "/back")
    expect(mark).to_have_count(0, timeout=SOON)
    assert not giulia.problems
