"""People talk: what one says stands before the others at once, once, and in its place."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.talk import said, say
from tests.views import VIEWS

SOON = 10_000


def lines(page: Page, log: str = "#log") -> list[str]:
    """What stands in the log, from above."""
    shown: list[str] = page.locator(f"{log} .line:not(.root) .prose").all_inner_texts()
    return shown


def problems(person: Any) -> list[str]:
    return [each for each in person.problems if "ERR_INTERNET_DISCONNECTED" not in each]


def test_what_one_says_the_others_read_at_once_and_once(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi, marco = people("giulia.ferri"), people("kofi.mensah"), people("marco.bellini")
    giulia.go("/chat/gx-40")
    kofi.go("/chat/gx-40")
    marco.go("/")
    expect(giulia.page.locator("#log .day.new")).to_be_visible()
    expect(giulia.page.locator("#log .msg.to-me")).to_contain_text("can you book the crate")
    say(kofi.page, "Bench two is warm")
    say(kofi.page, "@marco.bellini, and it hums too")
    for page in (giulia.page, kofi.page):
        expect(said(page, "and it hums")).to_have_count(1, timeout=SOON)
        expect(said(page, "Bench two is warm")).to_have_count(1)
        expect(page.locator(".line.unposted")).to_have_count(0)
    expect(said(giulia.page, "and it hums").locator("xpath=..")).to_have_class("line cont")
    expect(said(giulia.page, "Bench two is warm").locator("xpath=..")).to_have_class("line")
    expect(giulia.page.locator("#log")).to_have_js_property(
        "scrollTop",
        giulia.page.evaluate(
            "document.getElementById('log').scrollHeight - document.getElementById('log').clientHeight"
        ),
    )
    said(giulia.page, "Bench two is warm").hover()
    said(giulia.page, "Bench two is warm").get_by_role("button", name="React").click()
    giulia.page.get_by_role("combobox", name="Search emoji").fill("fire")
    giulia.page.keyboard.press("Enter")
    expect(said(kofi.page, "Bench two is warm").locator(".react")).to_contain_text("1", timeout=SOON)
    kofi.reload()
    expect(said(kofi.page, "and it hums")).to_have_count(1)
    assert not problems(giulia) + problems(kofi) + problems(marco)


def test_an_answer_stands_in_the_thread_beside_the_log(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat/lunch")
    kofi.go("/chat/lunch")
    say(kofi.page, "Soup or salad?")
    expect(said(giulia.page, "Soup or salad?")).to_be_visible(timeout=SOON)
    said(giulia.page, "Soup or salad?").hover()
    said(giulia.page, "Soup or salad?").get_by_role("link", name="Reply in the thread").click()
    giulia.page.wait_for_url(re.compile(r"/chat/lunch/t/\d+$"))
    expect(giulia.page.locator("#reply-body")).to_be_focused()
    say(giulia.page, "Soup", "#reply-body")
    link = said(kofi.page, "Soup or salad?").locator(".threadlink")
    expect(link).to_have_text(re.compile("1 reply"), timeout=SOON)
    link.click()
    giulia.page.get_by_label("Also show it in").check()
    say(giulia.page, "With bread", "#reply-body")
    expect(said(kofi.page, "With bread", "#thread-log")).to_have_count(1, timeout=SOON)
    for page in (giulia.page, kofi.page):
        expect(said(page, "With bread")).to_have_count(1, timeout=SOON)
        assert lines(page, "#thread-log") == ["Soup", "With bread"]
        expect(page.locator("#thread .replies")).to_have_text("2 replies")
        assert page.evaluate(
            "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size == document.querySelectorAll('[id]').length"
        )
    giulia.page.press("#reply-body", "Escape")
    expect(giulia.page.locator("#thread")).to_have_count(0)
    assert giulia.page.url.endswith("/chat/lunch")
    giulia.page.go_back()
    expect(giulia.page.locator("#thread")).to_be_visible()
    giulia.reload()
    assert lines(giulia.page, "#thread-log") == ["Soup", "With bread"]
    assert not problems(giulia) + problems(kofi)


def test_what_could_not_be_sent_stays_and_goes_once_when_the_house_is_back(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat/it-help")
    kofi.go("/chat/it-help")
    kofi.context.set_offline(True)
    say(kofi.page, "first from the cellar")
    say(kofi.page, "second from the cellar")
    expect(kofi.page.locator(".line.unposted.failed")).to_have_count(2, timeout=SOON)
    expect(kofi.page.get_by_role("button", name="Try again")).to_have_count(2)
    for number in range(3):
        say(giulia.page, f"meanwhile {number}")
    expect(said(giulia.page, "meanwhile 2")).to_have_count(1, timeout=SOON)
    kofi.context.set_offline(False)
    for page in (giulia.page, kofi.page):
        for words in ("first from the cellar", "second from the cellar", "meanwhile 0", "meanwhile 2"):
            expect(said(page, words)).to_have_count(1, timeout=3 * SOON)
        expect(page.locator(".line.unposted")).to_have_count(0)
    assert lines(kofi.page) == lines(giulia.page)
    kofi.reload()
    assert lines(kofi.page) == lines(giulia.page)
    assert lines(kofi.page)[-2:] == ["first from the cellar", "second from the cellar"]


def test_what_was_not_sent_survives_a_reload_and_is_sent_copied_or_thrown_away(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah", permissions=["clipboard-read", "clipboard-write"])
    kofi.go("/chat/lake")
    kofi.page.route("**/messages", lambda route: route.abort())
    for words in ("not yet", "never"):
        say(kofi.page, words)
    expect(kofi.page.locator(".line.unposted.failed")).to_have_count(2, timeout=SOON)
    kofi.page.unroute("**/messages")
    kofi.reload()
    never = kofi.page.locator(".line.unposted", has_text="never")
    never.get_by_role("button", name="Copy").click()
    assert kofi.page.evaluate("navigator.clipboard.readText()") == "never"
    never.get_by_role("button", name="Discard").click()
    kofi.page.get_by_role("button", name="Try again").click()
    expect(said(kofi.page, "not yet")).to_have_count(1, timeout=SOON)
    kofi.reload()
    expect(said(kofi.page, "not yet")).to_have_count(1)
    expect(kofi.page.locator("#log", has_text="never")).to_have_count(0)


def test_nothing_moves_under_who_reads_further_up(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/chat/kitchen")
    for number in range(25):
        say(kofi.page, f"stage {number}\n\nwith a second line" if number % 2 else f"stage {number}")
    expect(said(kofi.page, "stage 24")).to_have_count(1, timeout=3 * SOON)
    giulia.go("/chat/kitchen?newest=1")
    expect(said(giulia.page, "stage 24")).to_be_visible()
    log = giulia.page.locator("#log")
    log.evaluate("log => { log.scrollTop = log.scrollHeight / 2 }")
    giulia.page.wait_for_function("document.getElementById('log').scrollTop > 0")
    first = """() => { const log = document.getElementById('log'), top = log.getBoundingClientRect().top;
        const line = [...log.querySelectorAll('.msg')].find(each => each.getBoundingClientRect().bottom > top);
        return [line.dataset.entry, Math.round(line.getBoundingClientRect().top)] }"""
    before = giulia.page.evaluate(first)
    say(kofi.page, "one more below")
    expect(giulia.page.get_by_role("button", name="1 new below")).to_be_visible(timeout=SOON)
    oldest = kofi.page.locator("#log .msg.is-mine", has_text="stage 1").first
    entry_id = oldest.get_attribute("data-entry")
    oldest.hover()
    kofi.page.evaluate(
        f"htmx => fetch('/entries/{entry_id}/reactions', {{method: 'POST', headers: {{'X-CSRFToken': document.querySelector('[name=csrf_token]').value}}, body: new URLSearchParams({{emoji: '👍', on: '1'}})}})"
    )
    expect(giulia.page.locator(f"#message-{entry_id} .react")).to_have_count(1, timeout=SOON)
    assert giulia.page.evaluate(first) == before
    giulia.page.get_by_role("button", name="1 new below").click()
    expect(said(giulia.page, "one more below")).to_be_in_viewport()
    expect(giulia.page.locator(".below")).to_have_count(0)


def test_reading_is_told_to_the_sidebar_and_to_other_windows(people) -> None:  # type: ignore[no-untyped-def]
    giulia, elsewhere, kofi = people("giulia.ferri"), people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat")
    giulia.page.get_by_role("link", name="Kofi Mensah").first.click()
    giulia.page.wait_for_url(re.compile("/chat/dm/"))
    room = giulia.page.url
    kofi.page.goto(room)
    elsewhere.go("/people")
    giulia.go("/chat/new")
    say(kofi.page, "Do you have a minute?")
    side = giulia.page.locator("#places").get_by_role("link", name=re.compile("Kofi Mensah"))
    expect(side).to_have_class(re.compile("unread"), timeout=SOON)
    expect(side.locator(".count")).to_contain_text("1")
    for page in (giulia.page, elsewhere.page):
        expect(page.locator("#places").get_by_role("link", name=re.compile("^Chat")).locator(".count")).to_be_visible(
            timeout=SOON
        )
        expect(page).to_have_title(re.compile(r"^\(\d+\) "), timeout=SOON)
    side.click()
    expect(said(giulia.page, "Do you have a minute?")).to_be_visible()
    expect(giulia.page.locator("#log .day.new")).to_be_visible()
    expect(side).not_to_have_class(re.compile("unread"), timeout=SOON)
    count = giulia.page.locator("#places").get_by_role("link", name=re.compile("^Chat")).locator(".count")
    there = elsewhere.page.locator("#places").get_by_role("link", name=re.compile("^Chat")).locator(".count")
    left = count.all_inner_texts()
    expect(there).to_have_text(left, timeout=SOON)
    expect(giulia.page.locator("#log .day.new")).to_be_visible()
    assert not problems(giulia) + problems(elsewhere)


def test_a_log_that_missed_something_is_read_anew_and_complete(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/chat/gx-40")
    expect(giulia.page.locator("#log .msg").first).to_be_visible()
    whole = lines(giulia.page)
    giulia.page.evaluate(
        """() => { const all = [...document.querySelectorAll('#log .line')]; all.at(-1).remove(); all.at(1).remove();
        all.at(2).querySelector('.prose').textContent = 'what it said before';
        document.dispatchEvent(new CustomEvent('live', {detail: {name: 'reset', said: {}}})) }"""
    )
    expect(giulia.page.locator("#toasts")).to_contain_text("read anew", timeout=SOON)
    assert lines(giulia.page) == whole


def test_older_messages_come_while_one_reads_upwards(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    kofi.go("/chat/workshop")
    token = kofi.page.locator("[name=csrf_token]").first.input_value()
    kofi.page.evaluate(
        """async (token) => { for (let number = 0; number < 120; number += 1)
        await fetch('/chat/workshop/messages', {method: 'POST', headers: {'X-CSRFToken': token, 'HX-Request': 'true'},
            body: new URLSearchParams({body: `piece ${number}.`, client_key: `piece-${number}`})}) }""",
        token,
    )
    kofi.go("/chat/workshop?newest=1")
    expect(said(kofi.page, "piece 119.")).to_be_visible()
    expect(said(kofi.page, "piece 0.")).to_have_count(0)
    for _ in range(4):
        kofi.page.locator("#log").evaluate("log => { log.scrollTop = 0 }")
        kofi.page.wait_for_timeout(400)
    expect(said(kofi.page, "piece 0.")).to_have_count(1, timeout=SOON)
    pieces = [each for each in lines(kofi.page) if each.startswith("piece ")]
    assert pieces == [f"piece {number}." for number in range(120)]
    middle = said(kofi.page, "piece 40.").get_attribute("data-entry")
    kofi.go(f"/chat/m/{middle}")
    expect(kofi.page.locator(f"#message-{middle}")).to_be_in_viewport()
    expect(kofi.page.locator(f"#message-{middle}")).to_have_class(re.compile("is-aimed"))
    kofi.page.get_by_role("button", name="Jump to the newest").click()
    expect(said(kofi.page, "piece 119.")).to_be_in_viewport(timeout=SOON)


def test_the_keyboard_alone_reads_writes_answers_and_goes_on(people) -> None:  # type: ignore[no-untyped-def]
    page: Page = people("giulia.ferri").page
    page.goto(page.url + "chat/it-help")
    keys = page.keyboard
    expect(page.locator("#write-body")).to_be_focused()
    keys.type("line one")
    keys.press("Shift+Enter")
    keys.type("line two")
    keys.press("Enter")
    expect(said(page, "line one")).to_have_text(re.compile(r"line one\s+line two"), timeout=SOON)
    keys.type("Thank you :thumbsup:")
    expect(page.locator("#write-body")).to_have_value(re.compile("👍"))
    keys.press("Enter")
    expect(said(page, "Thank you 👍")).to_have_count(1, timeout=SOON)
    page.locator("#log").focus()
    keys.press("k")
    expect(said(page, "Thank you 👍")).to_be_focused()
    keys.press("ArrowUp")
    expect(said(page, "line one")).to_be_focused()
    keys.press("t")
    expect(page.locator("#reply-body")).to_be_focused()
    keys.press("Escape")
    expect(said(page, "line one")).to_be_focused()
    keys.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to a conversation")).to_be_focused()
    keys.type("night")
    expect(page.locator("#switcher-list [aria-selected=true]")).to_contain_text("Night shift", timeout=SOON)
    keys.press("Enter")
    page.wait_for_url(re.compile("/chat/night-shift$"))
    expect(page.locator("#write-body")).to_be_focused()
    keys.press("Alt+ArrowUp")
    page.wait_for_url(lambda url: not url.endswith("night-shift"))
    keys.press("Alt+ArrowDown")
    page.wait_for_url(re.compile("/chat/night-shift$"))


def test_the_last_message_is_edited_in_place_and_who_types_is_named(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat/sales")
    kofi.go("/chat/sales")
    kofi.page.locator("#write-body").press_sequentially("The fair is on Mun")
    expect(giulia.page.locator(".chat .typing")).to_have_text("Kofi is writing…", timeout=SOON)
    kofi.page.keyboard.press("Enter")
    for page in (giulia.page, kofi.page):
        expect(said(page, "The fair is on Mun")).to_have_count(1, timeout=SOON)
    expect(giulia.page.locator(".chat .typing")).to_be_empty()
    kofi.page.keyboard.press("ArrowUp")
    expect(kofi.page.locator("#log .edit-form textarea")).to_be_focused(timeout=SOON)
    kofi.page.locator("#log .edit-form textarea").fill("The fair is on Monday")
    kofi.page.keyboard.press("Enter")
    for page in (giulia.page, kofi.page):
        expect(said(page, "The fair is on Monday")).to_have_count(1, timeout=SOON)
        expect(said(page, "The fair is on Monday")).to_contain_text("edited")
    kofi.page.fill("#write-body", "half a thought")
    kofi.go("/")
    kofi.go("/chat/sales")
    expect(kofi.page.locator("#write-body")).to_have_value("half a thought")
    said(kofi.page, "The fair is on Monday").hover()
    said(kofi.page, "The fair is on Monday").locator(".tools summary").click()
    kofi.page.get_by_role("button", name="Move to bin").click()
    expect(said(giulia.page, "The fair is on Monday")).to_have_count(0, timeout=SOON)
    kofi.page.get_by_role("button", name="Undo").click()
    for page in (giulia.page, kofi.page):
        expect(said(page, "The fair is on Monday")).to_have_count(1, timeout=SOON)
    assert not problems(giulia) + problems(kofi)


def test_one_writes_to_people_by_their_names(people) -> None:  # type: ignore[no-untyped-def]
    page: Page = people("giulia.ferri").page
    page.goto(page.url + "chat/new")
    for start in ("Priy", "Sara C"):
        page.get_by_label("To whom?").fill(start)
        expect(page.locator("#f-to-list [role=option]").first).to_be_visible(timeout=SOON)
        page.keyboard.press("Enter")
    expect(page.locator(".token")).to_have_count(2)
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_url(re.compile("/chat/dm/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Priya, Sara")
    expect(page.locator("#log .empty")).to_be_visible()
    say(page, "Hello both")
    expect(said(page, "Hello both")).to_be_visible(timeout=SOON)
    expect(page.locator("#log .empty")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_page_of_chat_has_a_barrier(people, barriers, scheme: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    page = people("giulia.ferri", color_scheme=scheme, viewport={"width": width, "height": height}).page
    home, found = page.url, []
    for path in ("chat", "chat/gx-40", "chat/new", "chat/channels"):
        page.goto(home + path)
        found.extend((path, each) for each in barriers(page))
    page.goto(home + "chat/gx-40")
    page.locator("#log .threadlink:visible").first.click()
    page.wait_for_selector("#thread")
    found.extend(("thread", each) for each in barriers(page))
    if width < 500:
        expect(page.locator("#log")).to_be_hidden()
        page.get_by_role("link", name="Back to").last.click()
        expect(page.locator("#log")).to_be_visible()
        page.get_by_role("link", name="Back to all chats").click()
        page.wait_for_url(home + "chat")
    assert not found


def test_a_picture_goes_along_and_the_log_stays_at_its_end(people, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    Image.new("RGB", (640, 360), (20, 120, 90)).save(tmp_path / "plate.png")
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    giulia.go("/chat/test-bench")
    kofi.go("/chat/test-bench")
    for number in range(6):
        giulia.page.set_input_files("#write input[type=file]", tmp_path / "plate.png")
        giulia.page.get_by_label("Describe this picture").fill(f"Plate {number}")
        say(giulia.page, f"Look, plate {number}")
    for page in (giulia.page, kofi.page):
        expect(page.get_by_alt_text("Plate 5")).to_be_in_viewport(timeout=3 * SOON)
        expect(page.locator("#log .msg-media img")).to_have_count(6)
    giulia.reload()
    expect(giulia.page.get_by_alt_text("Plate 5")).to_be_in_viewport(timeout=SOON)
    assert giulia.page.locator("#log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 2
    assert not problems(giulia) + problems(kofi)
