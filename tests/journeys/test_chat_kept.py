"""What one picked is kept in the browser until it was sent, and for nobody else."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.journeys.talk import said

SOON = 10_000
KEY = re.compile(rb'name="client_key"\r\n\r\n([^\r]+)')
COUNT = """() => new Promise((done) => {
  const asked = indexedDB.open('intranet-files', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('files', { keyPath: 'key' });
  asked.onsuccess = () => {
    const all = asked.result.transaction('files').objectStore('files').getAllKeys();
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  };
})"""
FILL = """([person, number]) => new Promise((done) => {
  const asked = indexedDB.open('intranet-files', 1);
  asked.onsuccess = () => {
    const place = asked.result.transaction('files', 'readwrite').objectStore('files');
    for (let each = 0; each < number; each += 1)
      place.put({ key: `old-${each}`, person, at: Date.now() - (each === 0 ? 8 * 86_400_000 : each * 1000), size: 10, files: [], alts: [] });
    place.transaction.oncomplete = () => { asked.result.close(); done(); };
  };
})"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    (tmp_path / "weights.csv").write_text("crate,38.4\n")
    return tmp_path / "weights.csv"


def unsent(page: Page) -> Locator:
    return page.locator(".line.unposted.failed")


def kept(page: Page, number: int) -> None:
    """So many are kept, as soon as the browser has them."""
    page.wait_for_function(f"({COUNT})().then((keys) => keys.length === {number})")


def keys_of(page: Page) -> list[bytes]:
    """The keys with which messages are sent from now on."""
    keys: list[bytes] = []

    def note(request: Request) -> None:
        if request.url.endswith("/messages") and (found := KEY.search(request.post_data_buffer or b"")):
            keys.append(found[1])

    page.on("request", note)
    return keys


def fail_to_send(person: Any, paper: Path, words: str) -> None:
    """And so does whatever the page tries by itself."""
    person.page.route("**/messages", lambda route: route.abort())
    person.page.set_input_files("#write input[type=file]", paper)
    person.page.fill("#write-body", words)
    person.page.press("#write-body", "Enter")
    expect(unsent(person.page)).to_have_count(1, timeout=SOON)


def test_the_files_of_what_was_not_sent_outlive_a_reload_and_go_with_the_same_key(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page, keys = kofi.page, keys_of(kofi.page)
    kofi.go("/chat/test-bench")
    fail_to_send(kofi, paper, "the weights of today")
    kept(page, 1)
    kofi.reload()
    expect(unsent(page)).to_contain_text("Not sent.")
    expect(unsent(page)).not_to_contain_text("files are lost")
    kofi.go("/chat/lake")  # and a visit elsewhere
    kofi.go("/chat/test-bench")
    page.unroute("**/messages")
    page.route("**/messages", lambda route: route.continue_())  # only then the body is shown to whoever looks on
    unsent(page).get_by_role("button", name="Try again").click()
    expect(said(page, "the weights of today")).to_have_count(1, timeout=SOON)
    expect(said(page, "the weights of today").get_by_role("link", name="weights.csv")).to_be_visible()
    kept(page, 0)
    assert len(keys) > 1 and len(set(keys)) == 1  # the page may have tried again by itself
    kofi.reload()
    expect(said(page, "the weights of today")).to_have_count(1)
    expect(unsent(page)).to_have_count(0)


def test_what_is_thrown_away_is_kept_no_more_and_what_is_lost_is_said(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/test-bench")
    fail_to_send(kofi, paper, "never mind")
    kept(page, 1)
    kofi.reload()
    unsent(page).get_by_role("button", name="Discard").click()
    expect(unsent(page)).to_have_count(0)
    kept(page, 0)
    fail_to_send(kofi, paper, "where did it go")
    kept(page, 1)
    page.evaluate("new Promise((done) => { indexedDB.deleteDatabase('intranet-files').onblocked = done; })")
    kofi.reload()
    expect(unsent(page)).to_contain_text("Its files are lost")
    page.unroute("**/messages")
    unsent(page).get_by_role("button", name="Try again").click()
    expect(said(page, "where did it go")).to_have_count(1, timeout=SOON)


def test_who_signs_out_leaves_neither_words_nor_files_to_the_next(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/lake")
    fail_to_send(kofi, paper, "for my eyes only")
    page.set_input_files("#write input[type=file]", paper)
    kept(page, 2)
    kofi.go("/me/look")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    kept(page, 0)
    assert page.evaluate("Object.keys(localStorage).filter((name) => /^(draft|outbox)/.test(name))") == []
    kofi.sign_in("kofi.mensah")
    kofi.go("/chat/lake")
    expect(page.locator(".line.unposted")).to_have_count(0)


def test_somebody_else_at_the_same_browser_finds_nothing(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/lake")
    fail_to_send(kofi, paper, "for my eyes only")
    page.fill("#write-body", "half a thought")
    kept(page, 1)
    kofi.go("/people")
    kofi.context.clear_cookies()  # the session ended by itself
    kofi.sign_in("kofi.mensah")
    kofi.go("/chat/lake")
    expect(unsent(page)).to_have_count(1)  # whoever comes back finds it
    expect(page.locator("#write-body")).to_have_value("half a thought")
    kofi.go("/people")
    kofi.context.clear_cookies()
    kofi.sign_in("hannah.vogel")
    kofi.go("/chat/lake")
    expect(page.locator("#write-body")).to_have_value("")
    expect(page.locator(".line.unposted")).to_have_count(0)
    kept(page, 0)


def test_few_files_are_kept_and_not_for_long(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/chat/lake")
    page.set_input_files("#write input[type=file]", paper)
    kept(page, 1)
    page.evaluate(FILL, [page.locator("#live").get_attribute("data-person"), 30])
    kept(page, 31)
    page.get_by_role("button", name="Take out weights.csv").click()
    kept(page, 30)
    page.set_input_files("#write input[type=file]", paper)
    kept(page, 20)
    left = page.evaluate(COUNT)
    assert "old-0" not in left and "old-1" in left and "old-29" not in left


def test_files_picked_for_a_post_or_a_message_wait_with_their_words(people, paper: Path) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    page = kofi.page
    kofi.go("/rooms/test-bench")
    page.fill("#composer-body", "The weights")
    page.set_input_files(".composer input[type=file]", paper)
    kept(page, 1)
    page.locator(".side .nav a", has_text="People").first.click()
    page.wait_for_url("**/people")
    kofi.go("/chat/test-bench")
    page.set_input_files("#write input[type=file]", paper)
    kept(page, 2)
    kofi.go("/rooms/test-bench")
    expect(page.locator(".composer .picked")).to_contain_text("weights.csv")
    expect(page.locator("#composer-body")).to_have_value("The weights")
    page.get_by_role("button", name="Post", exact=True).click()
    post = page.locator("#feed > .post").first
    expect(post).to_contain_text("weights.csv", timeout=SOON)
    kept(page, 1)
    kofi.reload()
    expect(page.locator(".composer .picked li")).to_have_count(0)
    kofi.go("/chat/test-bench")
    expect(page.locator("#write .picked")).to_contain_text("weights.csv")
    page.press("#write-body", "Enter")
    expect(page.locator("#log .line:not(.unposted) .attach").last).to_contain_text("weights.csv", timeout=SOON)
    expect(page.locator("#write .picked li")).to_have_count(0)
    kept(page, 0)
    assert not kofi.problems
