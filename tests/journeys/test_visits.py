"""Going from page to page: the stream stays, the focus and the title follow, back and forward work."""

import re

from playwright.sync_api import expect


def test_a_visit_keeps_the_stream_and_moves_focus_and_title(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    page = giulia.page
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if "/live" in request.url else None)
    giulia.go("/")
    page.wait_for_timeout(500)
    page.evaluate("window.sameDocument = true")
    page.locator(".side a", has_text="Kitchen & canteen").click()
    page.wait_for_url(re.compile("/rooms/kitchen$"))
    expect(page.locator("h1")).to_have_text("Kitchen & canteen")
    expect(page.locator("#main")).to_be_focused()
    expect(page).to_have_title(re.compile(r"^(\(\d+\) )?Kitchen & canteen"))
    expect(page.locator("#announced")).to_have_text(re.compile("^Kitchen & canteen"))
    expect(page.locator(".side [aria-current='page']")).to_have_text(re.compile("Kitchen & canteen"))
    kofi.go("/rooms/kitchen")
    kofi.page.fill("#composer-body", "Heard after a visit")
    kofi.page.click(".composer button.primary")
    page.locator("#newpill button").click()
    expect(page.locator("#feed > .post").first).to_contain_text("Heard after a visit")
    expect(page.locator("#feed > .post", has_text="Heard after a visit")).to_have_count(1)
    page.locator(".side a", has_text="People").click()
    expect(page.locator("h1")).to_have_text("People")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Kitchen & canteen")
    expect(page.locator("#feed > .post").first).to_contain_text("Heard after a visit")
    expect(page.locator(".side [aria-current='page']")).to_have_text(re.compile("Kitchen & canteen"))
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Giulia")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Kitchen & canteen")
    assert page.evaluate("window.sameDocument")
    assert len(streams) == 1
    assert not giulia.problems


def test_what_happens_while_a_page_is_on_its_way_is_not_missed(people) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    page = giulia.page
    kofi.go("/rooms/kitchen")
    giulia.go("/people")
    page.wait_for_timeout(500)

    def late(route) -> None:  # type: ignore[no-untyped-def]
        response = route.fetch()
        kofi.page.fill("#composer-body", "Between two pages")
        kofi.page.click(".composer button.primary")
        page.wait_for_timeout(1200)
        route.fulfill(response=response)

    page.route(re.compile("/rooms/kitchen$"), late)
    page.locator(".side a", has_text="Kitchen & canteen").click()
    expect(page.locator("h1")).to_have_text("Kitchen & canteen", timeout=8000)
    page.locator("#newpill button").click()
    expect(page.locator("#feed > .post").first).to_contain_text("Between two pages")


def test_what_was_typed_is_there_after_a_visit_elsewhere(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/kitchen")
    giulia.page.fill("#composer-body", "left at once")
    giulia.page.locator(".side a", has_text="People").click()
    expect(giulia.page.locator("h1")).to_have_text("People")
    giulia.page.go_back()
    expect(giulia.page.locator("#composer-body")).to_have_value("left at once")
    giulia.page.click(".composer button.primary")
    expect(giulia.page.locator("#feed > .post").first).to_contain_text("left at once")
    giulia.page.locator(".side a", has_text="People").click()
    expect(giulia.page.locator("h1")).to_have_text("People")
    giulia.page.go_back()
    expect(giulia.page.locator("#composer-body")).to_have_value("")


def test_signed_out_elsewhere_a_visit_leads_to_the_sign_in_page(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/")
    giulia.page.wait_for_timeout(800)
    giulia.context.clear_cookies()
    giulia.page.locator(".side a", has_text="People").click()
    giulia.page.wait_for_url(re.compile("/login"))
    expect(giulia.page.locator("#username")).to_be_visible()
    expect(giulia.page.locator(".side")).to_have_count(0)


def test_a_page_that_is_not_there_is_said_in_the_shell_and_pictures_open_over_it(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/rooms/gx-40")
    giulia.page.evaluate("document.querySelector('.side a[href=\"/people\"]').setAttribute('href', '/nowhere')")
    giulia.page.locator(".side a[href='/nowhere']").click()
    expect(giulia.page.locator("h1")).to_contain_text("There is nothing here")
    giulia.page.go_back()
    giulia.page.locator(".post-media a").first.click()
    expect(giulia.page.locator("#gallery img")).to_have_attribute("src", re.compile(r"/attachments/\d+$"))
    expect(giulia.page).to_have_url(giulia.url + "/rooms/gx-40")


def test_of_two_presses_the_later_counts(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    giulia.go("/")
    page = giulia.page
    page.route(re.compile("/people$"), lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.locator(".side a[href='/people']").click()
    page.locator(".side a[href='/rooms']").click()
    expect(page.locator("h1")).to_have_text("Rooms")
    page.wait_for_timeout(1500)
    expect(page.locator("h1")).to_have_text("Rooms")
    page.wait_for_url(re.compile("/rooms$"))


def test_shortcuts_the_search_box_and_its_list_visit_too(people) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go("/")
    page.evaluate("window.sameDocument = true")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("People")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("kofi")
    expect(page.locator("#search-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=kofi$"))
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".searchbox input")).to_have_value("kofi")
    expect(page.locator("#search-list [role=option]")).to_have_count(0)
    page.keyboard.press("/")
    page.locator(".searchbox input").fill("kofi mensah")
    expect(page.locator("#search-list a[href='/people/kofi.mensah']")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Kofi Mensah")
    page.locator(".searchbox input").fill("giulia ferri")
    page.locator("#search-list a[href='/people/giulia.ferri']").click()
    expect(page.locator("h1")).to_have_text("Giulia Ferri")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Kofi Mensah")
    assert page.evaluate("window.sameDocument")
    assert not giulia.problems
