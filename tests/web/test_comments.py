"""Comments, one level of replies below them, and where they lead."""

import json
from typing import Any

from intranet.core.models import Entry
from intranet.kernel.events import list_after
from intranet.testing.house import House


def thread(house: House) -> tuple[Entry, Entry]:
    post = house.say("ines", "workshop", "Who has the key?")
    return post, house.say("omar", "workshop", "I do", parent=post)


def test_a_reply_stands_under_its_comment_and_counts_for_both(house: House) -> None:
    post, comment = thread(house)
    answer = house.visitor("ines").post(f"/entries/{comment.id}/comments", {"body": "Bring it"})
    assert answer.status_code == 303
    page = house.visitor("omar").get(f"/p/{post.id}").text
    assert page.index(f'id="comments-{comment.id}"') < page.index("Bring it")
    assert "2 comments" in page
    assert "Bring it" in house.visitor("omar").get(f"/entries/{comment.id}").text


def test_an_answer_to_a_reply_is_one_more_reply_to_the_same_comment(house: House) -> None:
    _post, comment = thread(house)
    ines = house.program("ines")
    reply = ines.post(f"/entries/{comment.id}/comments", {"body": "Bring it"}).json
    again = house.program("omar").post(f"/entries/{reply['id']}/comments", {"body": "On my way"}).json
    assert (reply["parent_id"], again["parent_id"]) == (comment.id, comment.id)
    assert again["thread_id"] == comment.thread_id
    said = ines.get(f"/entries/{comment.id}/comments").json["items"]
    assert [each["body"] for each in said] == ["Bring it", "On my way"]
    assert ines.get(f"/entries/{comment.id}").json["comment_count"] == 2


def test_a_feed_shows_two_replies_and_the_way_to_all(house: House) -> None:
    post, comment = thread(house)
    for words in ("First reply", "Second reply", "Third reply"):
        house.say("ines", "workshop", words, parent=comment)
    feed, page = house.visitor("omar").get("/rooms/workshop").text, house.visitor("omar").get(f"/p/{post.id}").text
    assert "First reply" not in feed
    assert "Third reply" in feed
    assert f'href="/p/{post.id}?at={comment.id}#comment-{comment.id}"' in feed
    assert "3 replies" in feed
    assert page.index("First reply") < page.index("Second reply") < page.index("Third reply")


def test_the_reply_form_is_a_page_of_its_own_without_javascript(house: House) -> None:
    _post, comment = thread(house)
    ines = house.visitor("ines")
    page = ines.get(f"/entries/{comment.id}/reply").text
    assert "<html" in page
    assert "Reply to Omar Said" in page
    assert f'action="/entries/{comment.id}/comments"' in page
    assert house.visitor("pavel").get(f"/entries/{comment.id}/reply").status_code == 404


def test_the_reply_form_comes_alone_into_the_page_and_names_who_is_answered(house: House) -> None:
    _post, comment = thread(house)
    reply = house.say("ines", "workshop", "Bring it", parent=comment)
    form = house.visitor("omar").get(f"/entries/{reply.id}/reply", headers={"HX-Request": "true"}).text
    assert "<html" not in form
    assert ">@ines </textarea>" in form
    assert f'hx-target="#comments-{comment.id}"' in form


def test_an_empty_reply_answers_the_same_form(house: House) -> None:
    _post, comment = thread(house)
    ines = house.visitor("ines")
    answer = ines.post(f"/entries/{comment.id}/comments", {"body": " "}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'id="reply-form"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    long = ines.post(f"/entries/{comment.id}/comments", {"body": "word " * 5000})
    assert "word word" in long.text


def test_an_outsider_cannot_reply(house: House) -> None:
    _post, comment = thread(house)
    assert house.visitor("pavel").post(f"/entries/{comment.id}/comments", {"body": "me too"}).status_code == 404
    assert house.program("pavel").post(f"/entries/{comment.id}/comments", {"body": "me too"}).status_code == 404
    assert house.visitor("omar").post(f"/entries/{comment.id}/comments", {"body": "me too"}).status_code == 303


def test_search_leads_to_the_comment_on_its_posts_page(house: House) -> None:
    post, comment = thread(house)
    reply = house.say("ines", "workshop", "quicksilver", parent=comment)
    page = house.visitor("omar").get("/search?q=quicksilver").text
    assert f'href="/p/{post.id}?at={reply.id}#comment-{reply.id}"' in page
    led = house.visitor("omar").get(f"/p/{reply.id}")
    assert (led.status_code, led.headers["Location"]) == (302, f"/p/{post.id}?at={reply.id}#comment-{reply.id}")


def test_streams_are_told_how_many_stand_under_post_and_comment(house: House) -> None:
    post, comment = thread(house)
    reply = house.say("ines", "workshop", "Bring it", parent=comment)
    house.site.hub.app = house.app
    with house.site.database.read() as db:
        happened = {each.subject: each for each in list_after(db, 0, 10_000) if each.name == "entry.added"}
        told = {
            each: data(house.site.hub.say(db, [happened[each]], "en")[0]) for each in (post.id, comment.id, reply.id)
        }
    assert (told[reply.id]["comment_count"], told[reply.id]["reply_count"]) == (2, 1)
    assert told[comment.id]["comment_count"] == 2
    assert "reply_count" not in told[comment.id]
    assert "comment_count" not in told[post.id]


def data(message: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(message.decode().split("data: ", 1)[1])
    return said
