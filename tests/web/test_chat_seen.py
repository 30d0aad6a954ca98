"""Who has seen a message: told where the company wants it, of those who let it be told, to those who may know."""

from datetime import timedelta

import pytest

from intranet.core.house import save_value
from intranet.core.models import Membership
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.testing.house import House
from tests.web.test_chat import direct, send

LINE, HTMX = 'href="/people/omar"', {"HX-Request": "true"}


@pytest.fixture
def telling(house: House) -> House:
    with house.site.database.write() as db:
        save_value(db, "posts.seen_by", True)
    house.site.forget_values()
    return house


def seen(house: House, username: str, entry_id: int) -> str:
    answer = house.visitor(username).get(f"/entries/{entry_id}/seen", headers=HTMX)
    assert answer.status_code == 200
    return answer.text


def hide(house: House, username: str, choice: str = "hidden") -> None:
    assert house.visitor(username).post("/me/look", {"reading": choice}).status_code == 303


def test_who_has_seen_a_message_is_told_only_where_the_company_wants_it(house: House) -> None:
    message, ines = send(house, "ines", "workshop", "read me"), house.visitor("ines")
    assert ines.get(f"/entries/{message}/seen").status_code == 404
    assert f"/entries/{message}/seen" not in ines.get(f"/entries/{message}/menu").text
    assert house.visitor("rosa").post("/admin/posts", {"seen_by": "true"}).status_code == 303
    house.site.forget_values()
    assert f"/entries/{message}/seen" in ines.get(f"/entries/{message}/menu").text
    assert "0 of 1 people" in seen(house, "ines", message)
    assert house.visitor("pavel").get(f"/entries/{message}/seen").status_code == 404


def test_a_message_is_seen_when_the_chat_was_read_up_to_it_whatever_was_read_of_the_posts(telling: House) -> None:
    first, second = (send(telling, "ines", "workshop", words) for words in ("one", "two"))
    post = telling.say("ines", "workshop", "a post")
    omar = telling.visitor("omar")
    omar.post("/rooms/workshop/read")
    assert "0 of 1 people" in seen(telling, "ines", first)
    omar.post("/chat/workshop/read", {"entry_id": first})
    assert "1 of 1 people" in seen(telling, "ines", first)
    assert "0 of 1 people" in seen(telling, "ines", second)
    omar.post(f"/entries/{first}/unread")
    assert "0 of 1 people" in seen(telling, "ines", first)
    assert "1 of 1 people" in seen(telling, "ines", post.id)


def test_the_names_are_for_the_author_and_keepers_and_for_all_between_a_few_people(telling: House) -> None:
    message = send(telling, "ines", "everyone", "read me")
    telling.visitor("omar").post("/chat/everyone/read", {"entry_id": message})
    for username, named in (("ines", True), ("omar", False), ("pavel", False)):
        page = seen(telling, username, message)
        assert "1 of 3 people" in page
        assert (LINE in page) is named, username
    room_id = direct(telling, "ines", "omar", "pavel")
    said = telling.program("ines").post(f"/rooms/{room_id}/messages", {"body": "between us"}).json
    assert said
    telling.visitor("omar").post(f"/chat/dm/{room_id}/read", {"entry_id": said["id"]})
    assert LINE in seen(telling, "pavel", said["id"])
    assert telling.visitor("rosa").get(f"/entries/{said['id']}/seen").status_code == 404


def test_in_a_thread_nothing_tells_who_has_seen_an_answer(telling: House) -> None:
    root = send(telling, "ines", "workshop", "a question")
    for more in ({}, {"also_in_log": True}):
        answer = send(telling, "omar", "workshop", "an answer", thread_id=root, **more)
        assert telling.visitor("omar").get(f"/entries/{answer}/seen").status_code == 404
        assert f"/entries/{answer}/seen" not in telling.visitor("omar").get(f"/entries/{answer}/menu").text
    assert telling.visitor("omar").get(f"/entries/{root}/seen").status_code == 200


def test_who_keeps_it_to_themselves_is_in_no_count_and_on_no_list_and_sees_none(telling: House) -> None:
    message, post = send(telling, "ines", "everyone", "read me"), telling.say("ines", "everyone", "me too")
    for username in ("omar", "pavel"):
        telling.visitor(username).post("/chat/everyone/read", {"entry_id": message})
        telling.visitor(username).post("/rooms/everyone/read")
    hide(telling, "omar")
    for entry_id in (message, post.id):
        page = seen(telling, "ines", entry_id)
        assert "1 of 2 people" in page
        assert LINE not in page
        assert telling.visitor("omar").get(f"/entries/{entry_id}/seen").status_code == 404
        assert f"/entries/{entry_id}/seen" not in telling.visitor("omar").get(f"/entries/{entry_id}/menu").text
    own = send(telling, "omar", "everyone", "what I wrote")
    assert telling.visitor("omar").get(f"/entries/{own}/seen").status_code == 404
    assert "checked" in telling.visitor("omar").get("/me/look").text.split('value="hidden"')[-1].split(">")[0]
    hide(telling, "omar", "shown")
    assert "2 of 3 people" in seen(telling, "ines", message)
    assert LINE in seen(telling, "ines", message)


def test_an_admin_who_keeps_it_to_themselves_still_sees_what_the_company_chose(telling: House) -> None:
    hide(telling, "rosa")
    assert 'name="seen_by" value="true" checked' in telling.visitor("rosa").get("/admin/posts").text


def test_where_nobody_tells_there_is_no_number(telling: House) -> None:
    message = send(telling, "ines", "workshop", "read me")
    telling.visitor("omar").post("/chat/workshop/read", {"entry_id": message})
    hide(telling, "omar")
    page = seen(telling, "ines", message)
    assert "Nobody else here shows what they have read." in page
    assert "people in the room" not in page


def test_who_came_later_was_not_there_to_see_it(telling: House) -> None:
    message = send(telling, "ines", "workshop", "before")
    with telling.site.database.write() as db:
        room, pavel = db.merge(telling.room("workshop")), telling.person("pavel")
        room_changes.set_member(db, room, pavel, "member", actor=None)
        db.get_one(Membership, (room.id, pavel.id)).joined_at = clock.now() + timedelta(seconds=1)
    telling.visitor("pavel").post("/chat/workshop/read", {"entry_id": message})
    assert "0 of 1 people" in seen(telling, "ines", message)
