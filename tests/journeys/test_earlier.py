"""A long thread: its earlier comments come in above, and what is read stays where it is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Person, Room
from intranet.kernel.db import Database
from intranet.testing.running import Running
from intranet.web import caps


@pytest.fixture
def thread(running: Running) -> Iterator[list[int]]:
    """The ids of a post and of more comments than a page shows."""
    database = Database(running.data / "intranet.sqlite")
    with database.write() as db:
        room = db.scalars(select(Room).where(Room.slug == "kitchen")).one()
        author = db.scalars(select(Person).where(Person.username == "kofi.mensah")).one()
        said = {"room_id": room.id, "author": author}
        post = entry_changes.add(db, kind="post", body="A long story", **said)  # type: ignore[arg-type]
        comments = [
            entry_changes.add(db, kind="comment", body=f"Part {each} of it", parent=post, **said)  # type: ignore[arg-type]
            for each in range(caps.COMMENTS + 9)
        ]
        ids = [post.id, *[each.id for each in comments]]
    database.close()
    yield ids


def test_earlier_comments_come_in_above_and_nothing_moves(people, thread, barriers) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri")
    page = giulia.page
    giulia.go(f"/p/{thread[0]}")
    first = page.locator(f"#comment-{thread[10]}")
    expect(page.locator(f"#comment-{thread[9]}")).to_have_count(0)
    way = page.get_by_role("link", name="Show earlier comments")
    way.scroll_into_view_if_needed()
    way.focus()
    before = first.bounding_box()["y"]
    page.keyboard.press("Enter")
    expect(page.locator(f"#comment-{thread[9]}")).to_be_focused()
    expect(way).to_have_count(0)
    page.wait_for_function("document.documentElement.style.overflowAnchor === ''")
    assert abs(first.bounding_box()["y"] - before) < 2
    shown = [int(each.get_attribute("data-entry")) for each in page.locator(".comments > .comment").all()]
    assert shown == thread[1:]
    assert not barriers(page)
    assert not giulia.problems


def test_a_link_to_an_old_comment_shows_it_and_keeps_what_is_new_for_later(people, thread) -> None:  # type: ignore[no-untyped-def]
    giulia, kofi = people("giulia.ferri"), people("kofi.mensah")
    page = giulia.page
    giulia.go(f"/p/{thread[3]}")
    assert re.search(rf"\?at={thread[3]}#comment-{thread[3]}$", page.url)
    expect(page.locator(f"#comment-{thread[3]}")).to_be_in_viewport()
    later = page.get_by_role("link", name="Show later comments")
    expect(later).to_be_visible()
    count = page.locator(".comment-count")
    expect(count).to_have_text(f"{len(thread) - 1} comments")
    kofi.go(f"/p/{thread[0]}")
    kofi.page.fill(f"#comment-body-{thread[0]}", "The end")
    kofi.page.click("[aria-label='Send comment']")
    expect(count).to_have_text(f"{len(thread)} comments", timeout=5000)
    expect(page.locator(".comment", has_text="The end")).to_have_count(0)
    later.click()
    expect(page.locator(".comment", has_text="The end")).to_be_visible(timeout=5000)
    expect(page.get_by_role("link", name="Show earlier comments")).to_be_visible()
    assert not giulia.problems


def test_without_javascript_the_links_lead_through_the_thread(people, thread) -> None:  # type: ignore[no-untyped-def]
    giulia = people("giulia.ferri", java_script_enabled=False)
    giulia.go(f"/p/{thread[0]}")
    giulia.page.get_by_role("link", name="Show earlier comments").click()
    expect(giulia.page.locator(f"#comment-{thread[1]}")).to_be_visible()
    expect(giulia.page.locator(f"#comment-{thread[10]}")).to_have_count(0)
    giulia.page.get_by_role("link", name="Show later comments").click()
    expect(giulia.page.locator(f"#comment-{thread[10]}")).to_be_visible()
