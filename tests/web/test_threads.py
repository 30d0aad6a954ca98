"""A post with more comments than one page shows."""

import re

import pytest
from sqlalchemy import event

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry
from intranet.testing.house import House
from intranet.web import caps

MANY = caps.COMMENTS + 7
HTMX = {"HX-Request": "true"}


def under(house: House, parent: Entry, count: int) -> list[Entry]:
    """So many comments, each with words of its own."""
    author = house.person("omar")
    with house.site.database.write() as db:
        above = db.get_one(Entry, parent.id)
        return [
            entry_changes.add(db, kind="comment", room_id=above.room_id, author=author, body=f"No{each}.", parent=above)
            for each in range(count)
        ]


@pytest.fixture
def post(house: House) -> Entry:
    return house.say("ines", "workshop", "Who has the key?")


def shown(page: str) -> list[int]:
    """The ids of the comments on the page, in their order; not of the replies."""
    return [int(each) for each in re.findall(r'class="comment" id="comment-(\d+)"', page)]


def test_the_newest_comments_are_shown_and_the_way_to_the_earlier_ones(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    page = house.visitor("omar").get(f"/p/{post.id}").text
    assert shown(page) == comments[-caps.COMMENTS :]
    assert f'href="/p/{post.id}?before={comments[7]}#comments-{post.id}"' in page
    assert "Show earlier comments" in page
    assert "Show later comments" not in page


def test_without_javascript_one_goes_back_and_forth(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    omar = house.visitor("omar")
    earlier = omar.get(f"/p/{post.id}?before={comments[7]}").text
    assert "<html" in earlier
    assert shown(earlier) == comments[:7]
    assert "Show earlier comments" not in earlier
    assert f'href="/p/{post.id}?after={comments[6]}' in earlier
    later = omar.get(f"/p/{post.id}?after={comments[6]}").text
    assert shown(later) == comments[7:]
    assert "Show later comments" not in later


def test_htmx_gets_the_earlier_comments_alone(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    piece = house.visitor("omar").get(f"/p/{post.id}?before={comments[7]}", headers=HTMX).text
    assert "<html" not in piece
    assert 'class="card pad post"' not in piece
    assert "Show later comments" not in piece
    assert shown(piece) == comments[:7]


def test_as_many_as_a_page_holds_show_no_way_to_more(house: House, post: Entry) -> None:
    under(house, post, caps.COMMENTS)
    page = house.visitor("omar").get(f"/p/{post.id}").text
    assert len(shown(page)) == caps.COMMENTS
    assert "Show earlier comments" not in page


@pytest.mark.parametrize("place", [0, 3, 28, MANY - 1])
def test_the_address_of_a_comment_shows_the_page_around_it(house: House, post: Entry, place: int) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    omar = house.visitor("omar")
    led = omar.get(f"/p/{comments[place]}").headers["Location"]
    assert led == f"/p/{post.id}?at={comments[place]}#comment-{comments[place]}"
    page = omar.get(led.partition("#")[0]).text
    on_page = shown(page)
    assert comments[place] in on_page
    assert len(on_page) <= caps.COMMENTS
    assert ("Show earlier comments" in page) == (on_page[0] != comments[0])
    assert ("Show later comments" in page) == (on_page[-1] != comments[-1])


def test_replies_come_in_parts_too(house: House, post: Entry) -> None:
    comment = under(house, post, 1)[0]
    replies = [each.id for each in under(house, comment, caps.REPLIES + 5)]
    omar = house.visitor("omar")
    page = omar.get(f"/p/{post.id}").text
    assert shown(page) == [comment.id, *replies[5:]]
    assert f'hx-get="/p/{comment.id}?before={replies[5]}"' in page
    assert "Show earlier replies" in page
    assert shown(omar.get(f"/p/{comment.id}?before={replies[5]}", headers=HTMX).text) == replies[:5]
    alone = omar.get(f"/p/{comment.id}?before={replies[5]}").text
    assert shown(alone) == [comment.id, *replies[:5]]
    assert "Show later replies" in alone


def test_the_address_of_a_reply_opens_its_comment_there(house: House, post: Entry) -> None:
    comments = under(house, post, MANY)
    replies = [each.id for each in under(house, comments[2], 40)]
    page = house.visitor("omar").get(f"/p/{post.id}?at={replies[1]}").text
    assert comments[2].id in shown(page)
    assert replies[1] in shown(page)
    assert replies[39] not in shown(page)


def test_what_is_no_comment_of_the_post_opens_its_newest(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    other = under(house, house.say("ines", "workshop", "Another"), 1)[0]
    for at in (str(other.id), "0", "999999", ""):
        page = house.visitor("omar").get(f"/p/{post.id}?at={at}").text
        assert shown(page) == comments[-caps.COMMENTS :]
    assert house.visitor("omar").get(f"/p/{post.id}?before=x").status_code == 400


def test_an_outsider_gets_no_part_of_it(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    for path in (f"/p/{post.id}?before={comments[7]}", f"/p/{comments[0]}?after=1", f"/p/{post.id}?at={comments[0]}"):
        assert house.visitor("pavel").get(path, headers=HTMX).status_code == 404
        assert house.visitor("pavel").get(path).status_code == 404
        assert house.visitor("omar").get(path).status_code == 200


def test_what_is_in_the_bin_is_on_no_part(house: House, post: Entry) -> None:
    comments = [each.id for each in under(house, post, MANY)]
    omar = house.visitor("omar")
    omar.post(f"/entries/{comments[3]}/remove")
    assert shown(omar.get(f"/p/{post.id}?before={comments[7]}").text) == [*comments[:3], *comments[4:7]]


def test_a_long_thread_costs_no_more_statements_than_a_short_one(house: House, post: Entry) -> None:
    omar = house.visitor("omar")
    for comment in under(house, post, 3):
        under(house, comment, 3)
    few = asked(house, omar, f"/p/{post.id}")
    for comment in under(house, post, 30):
        under(house, comment, 3)
    assert asked(house, omar, f"/p/{post.id}") <= few


def asked(house: House, visitor, path: str) -> int:  # type: ignore[no-untyped-def]
    """How many statements the page takes when nothing is kept ready."""
    house.site.fragments.clear()
    said: list[str] = []
    engine = house.site.database.engine

    def note(*happened: object) -> None:
        said.append(str(happened[2]))

    event.listen(engine, "before_cursor_execute", note)
    assert visitor.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(said)
