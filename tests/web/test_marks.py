"""Marks on posts: pinned and closed by keepers, saved, read and unread by each for themselves, seen by others."""

import json
import re
from datetime import timedelta

from intranet.core.models import Membership
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.testing.house import House

HTMX = {"HX-Request": "true"}


def unread(house: House, username: str) -> dict[str, int]:
    items = house.visitor(username).get("/read").json["items"]
    return {each["url"]: each["unread"] for each in items}


def test_only_keepers_end_the_comments_and_go_on_themselves(house: House) -> None:
    post = house.say("omar", "workshop", "Enough said")
    comment = house.say("ines", "workshop", "Is it", parent=post)
    assert house.visitor("omar").post(f"/entries/{post.id}/lock").status_code == 403
    assert house.visitor("ines").post(f"/entries/{post.id}/lock").status_code == 303
    assert "Comments ended" in house.visitor("omar").get("/rooms/workshop").text
    for answered in (post, comment):
        refused = house.visitor("omar").post(f"/entries/{answered.id}/comments", {"body": "but"})
        assert refused.status_code == 403
        assert "ended the comments" in refused.text
        assert house.visitor("ines").post(f"/entries/{answered.id}/comments", {"body": "so"}).status_code == 303
    assert house.program("omar").get(f"/entries/{post.id}").json["locked"]
    house.visitor("ines").post(f"/entries/{post.id}/lock", {"on": "0"})
    assert house.visitor("omar").post(f"/entries/{post.id}/comments", {"body": "but"}).status_code == 303


def test_comments_are_neither_pinned_nor_closed(house: House) -> None:
    post = house.say("omar", "workshop", "A post")
    comment = house.say("omar", "workshop", "A comment", parent=post)
    for verb in ("pin", "lock"):
        assert house.visitor("ines").post(f"/entries/{comment.id}/{verb}").status_code == 403
        assert house.visitor("ines").post(f"/entries/{post.id}/{verb}").status_code == 303


def test_pinning_in_place_answers_with_the_fragment(house: House) -> None:
    post = house.say("omar", "workshop", "A post")
    answer = house.visitor("ines").post(f"/entries/{post.id}/pin", {"on": "1"}, headers=HTMX)
    assert answer.status_code == 200
    assert f'id="head-{post.id}"' in answer.text
    assert "Pinned" in answer.text


def mine(page: str) -> dict[str, object]:
    found = re.search(r'id="mine">(.*?)</script>', page)
    assert found
    said: dict[str, object] = json.loads(found[1])
    return said


def test_what_one_saves_only_oneself_finds_again(house: House) -> None:
    post = house.say("ines", "workshop", "worth keeping")
    house.say("ines", "workshop", "not so much")
    omar, ines = house.visitor("omar"), house.visitor("ines")
    assert "Nothing is saved" in omar.get("/saved").text
    assert omar.post(f"/entries/{post.id}/saved").status_code == 303
    assert omar.post(f"/entries/{post.id}/saved", {"on": "1"}, headers=HTMX).status_code == 204
    page = omar.get("/saved").text
    assert "worth keeping" in page
    assert "not so much" not in page
    assert mine(omar.get("/").text)["saved"] == [post.id]
    assert mine(ines.get("/").text)["saved"] == []
    assert "worth keeping" not in ines.get("/saved").text
    omar.post(f"/entries/{post.id}/saved")
    assert "worth keeping" not in omar.get("/saved").text


def test_a_saved_comment_is_found_again_with_the_way_to_its_post(house: House) -> None:
    post = house.say("ines", "workshop", "Who has the key?")
    comment = house.say("omar", "workshop", "It hangs behind the door", parent=post)
    reply = house.say("ines", "workshop", "Which one", parent=comment)
    omar = house.visitor("omar")
    assert f'action="/entries/{comment.id}/saved"' in omar.get(f"/p/{post.id}").text
    assert omar.post(f"/entries/{comment.id}/saved").headers["Location"].startswith(f"/p/{post.id}?at={comment.id}")
    omar.post(f"/entries/{reply.id}/saved", {"on": "1"})
    page = omar.get("/saved").text
    assert "Who has the key?" not in page
    assert "It hangs behind the door" in page
    for each in (comment, reply):
        assert f'href="/p/{post.id}?at={each.id}#comment-{each.id}"' in page
    assert "Comment on a post by Ines Alba in Workshop" in page
    assert sorted(mine(omar.get(f"/p/{post.id}").text)["saved"]) == [comment.id, reply.id]  # type: ignore[call-overload]
    assert house.visitor("pavel").post(f"/entries/{comment.id}/saved").status_code == 404
    house.visitor("ines").post(f"/entries/{post.id}/remove")
    assert "It hangs behind the door" not in omar.get("/saved").text


def test_what_one_saved_is_gone_with_the_room(house: House) -> None:
    post = house.say("ines", "workshop", "worth keeping")
    omar = house.visitor("omar")
    omar.post(f"/entries/{post.id}/saved")
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    assert "worth keeping" not in omar.get("/saved").text
    assert house.visitor("pavel").post(f"/entries/{post.id}/saved").status_code == 404


def test_what_was_on_the_screen_is_read_and_the_sidebar_says_what_is_left(house: House) -> None:
    first, second = (house.say("ines", "workshop", words) for words in ("one", "two"))
    omar = house.visitor("omar")
    assert unread(house, "omar")["/rooms/workshop"] == 2
    headers = {"X-CSRFToken": omar.token()}
    said = omar.client.post("/read", json={"entries": [first.id]}, headers=headers).json
    assert [each["unread"] for each in said["items"] if each["url"] == "/rooms/workshop"] == [1]
    said = omar.client.post("/read", json={"entries": [second.id, first.id]}, headers=headers).json
    assert [each["unread"] for each in said["items"] if each["url"] == "/rooms/workshop"] == [0]
    omar.client.post("/read", json={"entries": [first.id]}, headers=headers)
    assert unread(house, "omar")["/rooms/workshop"] == 0


def test_read_marks_take_only_posts_that_one_may_read(house: House) -> None:
    old = house.say("omar", "library", "in the library")
    secret = house.say("ines", "workshop", "secret")
    comment = house.say("ines", "library", "a comment", parent=old)
    newer = house.say("omar", "library", "newer")
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("library")), house.person("pavel"), "member", actor=None)
        db.get_one(Membership, (house.room("library").id, house.person("pavel").id)).read_to = 0
    pavel = house.visitor("pavel")
    headers = {"X-CSRFToken": pavel.token()}
    assert pavel.client.post("/read", json={"entries": [secret.id, comment.id]}, headers=headers).status_code == 200
    assert unread(house, "pavel")["/rooms/library"] == 2
    pavel.client.post("/read", json={"entries": [newer.id, secret.id, 999_999]}, headers=headers)
    assert unread(house, "pavel")["/rooms/library"] == 0
    assert "/rooms/workshop" not in unread(house, "pavel")


def test_read_marks_that_make_no_sense_are_refused(house: House) -> None:
    omar = house.visitor("omar")
    headers = {"X-CSRFToken": omar.token()}
    for said in ({}, {"entries": "all"}, {"entries": [0]}, {"entries": [1 << 63]}, {"entries": list(range(1, 102))}):
        assert omar.client.post("/read", json=said, headers=headers).status_code == 422, said
    assert omar.client.post("/read", json={"entries": [1]}).status_code in (400, 403)


def test_from_a_post_on_everything_is_new_again(house: House) -> None:
    posts = [house.say("ines", "workshop", f"post {number}") for number in range(3)]
    omar = house.visitor("omar")
    omar.post("/rooms/workshop/read")
    assert unread(house, "omar")["/rooms/workshop"] == 0
    assert omar.post(f"/entries/{posts[1].id}/unread").status_code == 303
    assert unread(house, "omar")["/rooms/workshop"] == 2
    assert house.visitor("pavel").post(f"/entries/{posts[1].id}/unread").status_code == 404


def choose(house: House, **form: str) -> None:
    assert house.visitor("rosa").post("/admin/posts", form).status_code == 303
    house.site.forget_values()
    house.site.fragments.clear()


def allow_seen(house: House) -> None:
    choose(house, seen_by="true")


def test_who_has_seen_a_post_is_told_only_where_the_company_wants_it(house: House) -> None:
    post = house.say("ines", "workshop", "read me")
    ines = house.visitor("ines")
    assert ines.get(f"/entries/{post.id}/seen").status_code == 404
    assert f"/entries/{post.id}/seen" not in ines.get(f"/entries/{post.id}/menu").text
    assert house.visitor("ines").post("/admin/posts", {"seen_by": "true"}).status_code == 404
    allow_seen(house)
    assert f"/entries/{post.id}/seen" in ines.get(f"/entries/{post.id}/menu").text
    assert "0 of 1 people" in ines.get(f"/entries/{post.id}/seen").text
    house.visitor("omar").post("/rooms/workshop/read")
    page = ines.get(f"/entries/{post.id}/seen").text
    assert "1 of 1 people" in page
    assert 'href="/people/omar"' in page
    assert house.visitor("pavel").get(f"/entries/{post.id}/seen").status_code == 404
    choose(house)
    assert ines.get(f"/entries/{post.id}/seen").status_code == 404


def test_the_names_of_who_has_seen_are_for_the_author_and_keepers(house: House) -> None:
    allow_seen(house)
    post = house.say("ines", "everyone", "read me")
    house.visitor("omar").post("/rooms/everyone/read")
    for username, told in (("ines", True), ("omar", False), ("pavel", False)):
        page = house.visitor(username).get(f"/entries/{post.id}/seen", headers=HTMX).text
        assert "1 of 3 people" in page
        assert ('href="/people/omar"' in page) is told, username


def test_who_came_later_has_not_seen_what_was_there_before(house: House) -> None:
    allow_seen(house)
    post = house.say("ines", "workshop", "before")
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("workshop")), house.person("pavel"), "member", actor=None)
        late = db.get_one(Membership, (house.room("workshop").id, house.person("pavel").id))
        late.joined_at = clock.now() + timedelta(seconds=1)
    assert "0 of 1 people" in house.visitor("ines").get(f"/entries/{post.id}/seen").text


def test_tags_are_suggested_from_what_one_may_read(house: House) -> None:
    house.say("ines", "workshop", "the #lathe and the #lamp")
    house.say("ines", "workshop", "again the #lathe")
    found = house.visitor("omar").get("/tags/suggest?q=%23la").json
    assert found == {"items": [{"tag": "lathe"}, {"tag": "lamp"}]}
    assert house.visitor("pavel").get("/tags/suggest?q=la").json == {"items": []}
