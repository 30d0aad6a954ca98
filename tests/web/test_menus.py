"""The menu of an entry holds what its viewer may do with it, and is asked for only by whoever opens it."""

import re

import pytest
from sqlalchemy import update

from intranet.core.models import Entry, Room
from intranet.testing.house import House

HTMX = {"HX-Request": "true"}
EDIT, PIN, REMOVE, REPORT, UNREAD = "edit", "pin", "remove", "report", "unread"


@pytest.fixture
def post(house: House) -> Entry:
    return house.say("omar", "workshop", "Who sweeps today?")


def offered(house: House, username: str, entry: Entry) -> set[str]:
    """What the menu leads to, for htmx."""
    answer = house.visitor(username).get(f"/entries/{entry.id}/menu", headers=HTMX)
    assert answer.status_code == 200
    return set(re.findall(rf'(?:href|action)="/entries/{entry.id}/(\w+)"', answer.text))


def test_an_author_edits_and_removes_a_keeper_pins_and_others_report(house: House, post: Entry) -> None:
    author, keeper = offered(house, "omar", post), offered(house, "ines", post)
    assert {EDIT, REMOVE, UNREAD} <= author
    assert not {PIN, REPORT} & author
    assert {PIN, REMOVE, REPORT} <= keeper
    assert EDIT not in keeper


def test_a_keeper_who_removes_is_asked_why_and_an_author_is_not(house: House, post: Entry) -> None:
    address = f"/entries/{post.id}/menu"
    assert f'hx-get="/entries/{post.id}/remove"' in house.visitor("ines").get(address, headers=HTMX).text
    assert f'hx-post="/entries/{post.id}/remove"' in house.visitor("omar").get(address, headers=HTMX).text


def test_the_menu_of_a_comment_pins_nothing_and_leads_to_its_place(house: House, post: Entry) -> None:
    comment = house.say("omar", "workshop", "I do", parent=post)
    assert {EDIT, REMOVE} <= offered(house, "omar", comment)
    assert not {PIN, UNREAD, "share"} & offered(house, "ines", comment)
    text = house.visitor("ines").get(f"/entries/{comment.id}/menu").text
    assert f'href="/p/{post.id}#comment-{comment.id}"' in text


def test_where_nobody_writes_any_more_nothing_is_changed(house: House, post: Entry) -> None:
    assert {EDIT, REMOVE} <= offered(house, "omar", post)
    with house.site.database.write() as db:
        db.execute(update(Room).where(Room.id == post.room_id).values(archived_at=post.created_at))
    assert not {EDIT, REMOVE, "reactions"} & offered(house, "omar", post)
    assert not {PIN, REMOVE} & offered(house, "ines", post)


def test_the_menu_of_what_one_may_not_see_is_not_there(house: House, post: Entry) -> None:
    assert house.visitor("omar").get(f"/entries/{post.id}/menu").status_code == 200
    for headers in ({}, HTMX):
        assert house.visitor("pavel").get(f"/entries/{post.id}/menu", headers=headers).status_code == 404
        assert house.visitor("omar").get("/entries/999999/menu", headers=headers).status_code == 404


def test_a_fragment_carries_no_menu_but_the_way_to_it(house: House, post: Entry) -> None:
    for address in ("/", "/rooms/workshop", f"/entries/{post.id}"):
        page = house.visitor("omar").get(address).text
        assert f'href="/entries/{post.id}/menu"' in page
        assert f"/entries/{post.id}/edit" not in page
        assert f"/entries/{post.id}/remove" not in page


def test_without_scripts_the_menu_is_a_page_with_the_reactions_too(house: House, post: Entry) -> None:
    omar = house.visitor("omar")
    page = omar.get(f"/entries/{post.id}/menu").text
    assert "<h1>What you can do with this</h1>" in page
    assert f'<form class="emoji-row" method="post" action="/entries/{post.id}/reactions"' in page
    assert omar.post(f"/entries/{post.id}/reactions", {"on": "1", "emoji": "👍"}).status_code == 303
