"""Who is here stands on every picture of them, changes while one looks, and is said in words too."""

import re

from playwright.sync_api import expect

SLOWEST_MS = 20_000  # somebody lingers ten seconds, and is said once in five


def test_somebody_comes_goes_idle_and_returns_while_another_looks(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    kofi = people("kofi.mensah")
    kofi.go("/people/giulia.ferri")
    picture, line = kofi.page.locator(".person-head .av"), kofi.page.locator("[data-spells]")
    expect(picture).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    expect(line).to_have_text("Here now")
    giulia.page.clock.install()
    giulia.go("/")
    giulia.settle()
    giulia.page.clock.fast_forward("07:00")
    expect(picture).to_have_class(re.compile(r"\baway\b"), timeout=SLOWEST_MS)
    expect(line).to_have_text("Away")
    giulia.page.mouse.click(5, 5)
    expect(picture).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    giulia.page.close()
    expect(picture).to_have_class(re.compile(r"\boff\b"), timeout=2 * SLOWEST_MS)
    expect(line).to_be_hidden()
    assert not kofi.problems


def test_that_somebody_went_is_said_again_when_it_did_not_arrive(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/people/giulia.ferri")
    picture = kofi.page.locator(".person-head .av")
    giulia.page.clock.install()
    giulia.go("/")
    giulia.settle()
    expect(picture).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    giulia.page.route("**/live/away", lambda route: route.fulfill(status=503), times=1)
    with giulia.page.expect_response("**/live/away"):
        giulia.page.clock.fast_forward("07:00")
    giulia.settle()
    with giulia.page.expect_response("**/live/away"):
        giulia.page.clock.fast_forward("00:20")
    expect(picture).to_have_class(re.compile(r"\baway\b"), timeout=SLOWEST_MS)
    assert not kofi.problems


def test_a_page_that_is_reached_by_a_link_is_painted_too_and_words_stand_beside_the_dot(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    people("giulia.ferri")
    kofi.page.locator(".side .nav a", has_text="People").first.click()
    row = kofi.page.locator(".people-row, .person-card", has_text="Giulia Ferri")
    expect(row.locator(".av")).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    expect(row.locator(".presence-words")).to_have_text("Here now")
    expect(kofi.page.locator(".side-foot .av")).to_have_class(re.compile(r"\bon\b"))
    kofi.reload()
    expect(row.locator(".presence-words")).to_have_text("Here now")
    assert not kofi.problems


def test_a_second_tab_asks_the_one_that_listens(people) -> None:  # type: ignore[no-untyped-def]
    kofi = people("kofi.mensah")
    kofi.go("/me/look")
    mine = kofi.page.locator(".side-foot .av")
    expect(mine).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    second = kofi.context.new_page()
    second.route("**/me/look", _serve_as_it_was_before)
    second.goto(kofi.url + "/me/look")
    expect(second.locator(".side-foot .av")).to_have_class(re.compile(r"\bon\b"))
    kofi.page.close()
    expect(second.locator(".side-foot .av")).to_have_class(re.compile(r"\bon\b"))
    assert not kofi.problems


def _serve_as_it_was_before(route) -> None:  # type: ignore[no-untyped-def]
    answer = route.fetch()
    nobody = '<script type="application/json" id="present">{"away": [], "here": []}</script>'
    body, count = re.subn(r'<script type="application/json" id="present">.*?</script>', nobody, answer.text())
    assert count == 1
    route.fulfill(response=answer, body=body)


def test_who_chooses_so_is_seen_by_nobody(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    kofi.go("/people/giulia.ferri")
    picture = kofi.page.locator(".person-head .av")
    expect(picture).to_have_class(re.compile(r"\bon\b"), timeout=SLOWEST_MS)
    for choice, seen in (("Nobody sees it", r"\boff\b"), ("Colleagues see it", r"\bon\b")):
        giulia.go("/me/look")
        giulia.page.get_by_label(choice).check()
        giulia.page.get_by_role("button", name="Save changes").click()
        expect(giulia.page.get_by_label(choice)).to_be_checked()
        expect(picture).to_have_class(re.compile(seen), timeout=SLOWEST_MS)
    assert not giulia.problems
