"""Conversations: who reads them, what stands where, and what happens once."""

import html
import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from intranet.core import people
from intranet.core.entries import words as entry_words
from intranet.core.models import Entry, Person, Room
from intranet.core.rooms import changes as room_changes
from intranet.kernel.text import Rendered, render
from intranet.testing.house import House
from intranet.web import caps
from tests.worker import catch_up


def send(house: House, username: str, slug: str, body: str, **said: object) -> int:
    answer = house.program(username).post(f"/rooms/{house.room(slug).id}/messages", {"body": body, **said})
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def direct(house: House, username: str, *others: str) -> int:
    answer = house.program(username).post("/direct", {"usernames": list(others)})
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'id="message-(\d+)"', page)]


def test_what_is_said_in_a_rooms_chat_its_members_read_and_nobody_else(house: House) -> None:
    send(house, "ines", "workshop", "quicksilver plans")
    assert "quicksilver" in house.visitor("omar").get("/chat/workshop").text
    outside = house.visitor("pavel")
    assert outside.get("/chat/workshop").status_code == 404
    assert outside.get("/chat/nosuchroom").status_code == 404
    assert house.program("pavel").get(f"/rooms/{house.room('workshop').id}/messages").status_code == 404
    assert (
        house.program("pavel").post(f"/rooms/{house.room('workshop').id}/messages", {"body": "me too"}).status_code
        == 404
    )
    assert "Workshop" not in outside.get("/chat/channels").text


def test_a_message_is_no_post_and_a_post_is_no_message(house: House) -> None:
    send(house, "omar", "library", "short and quick")
    house.say("omar", "library", "long and slow")
    omar = house.visitor("omar")
    assert "short and quick" not in omar.get("/rooms/library").text + omar.get("/").text
    assert "long and slow" not in omar.get("/chat/library").text


def test_who_is_not_in_an_open_room_reads_its_chat_and_is_told_to_join(house: House) -> None:
    send(house, "omar", "library", "new books today")
    page = house.visitor("pavel").get("/chat/library").text
    assert "new books today" in page
    assert 'id="write"' not in page
    assert house.program("pavel").post(f"/rooms/{house.room('library').id}/messages", {"body": "hi"}).status_code == 403


def test_the_form_works_without_javascript_and_keeps_what_was_typed(house: House) -> None:
    ines = house.visitor("ines")
    sent = ines.post("/chat/workshop/messages", {"body": "by the plain form"})
    assert sent.status_code == 303
    assert "by the plain form" in ines.get(sent.location, follow_redirects=True).text
    refused = ines.post("/chat/workshop/messages", {"body": " "})
    assert refused.status_code == 422
    assert "Write something first" in refused.text


def test_the_same_people_always_have_the_same_room_and_nobody_else_knows_of_it(house: House) -> None:
    first = direct(house, "ines", "omar")
    assert direct(house, "omar", "ines") == first
    assert direct(house, "ines", "omar", "pavel") != first
    house.program("ines").post(f"/rooms/{first}/messages", {"body": "between us"})
    assert "between us" in house.visitor("omar").get(f"/chat/dm/{first}").text
    for username in ("pavel", "rosa"):
        assert house.visitor(username).get(f"/chat/dm/{first}").status_code == 404
        assert house.program(username).get(f"/rooms/{first}/messages").status_code == 404
        assert house.program(username).get("/search?q=between").json["items"] == []  # type: ignore[index]


def test_one_can_write_to_oneself_and_to_seven_others_at_most(house: House) -> None:
    own = direct(house, "ines")
    assert house.program("ines").post(f"/rooms/{own}/messages", {"body": "note to me"}).status_code == 201
    assert house.program("ines").post("/direct", {"usernames": ["nobody.here"]}).status_code == 404


def test_whom_one_blocked_can_write_nothing_more(house: House) -> None:
    room_id = direct(house, "omar", "ines")
    house.visitor("ines").post("/people/omar/block", {"on": "1"})
    assert house.program("omar").post(f"/rooms/{room_id}/messages", {"body": "hello?"}).status_code == 403


def test_no_room_gets_the_address_of_a_direct_one(house: House) -> None:
    with house.site.database.write() as db:
        room = room_changes.add(db, creator=house.person("pavel"), name="dm.2.3")
        assert room.slug == "dm-2-3"
    assert direct(house, "ines", "omar") != room.id


def test_an_answer_stands_in_its_thread_and_only_there_unless_it_is_wanted_in_the_chat_too(house: House) -> None:
    root = send(house, "ines", "workshop", "who has the key?")
    hidden = send(house, "omar", "workshop", "I have it", thread_id=root)
    both = send(house, "omar", "workshop", "back at noon", thread_id=root, also_in_log=True)
    page = house.visitor("ines").get("/chat/workshop").text
    assert shown(page) == [root, both]
    assert "2 replies" in page
    thread = house.visitor("ines").get(f"/chat/workshop/t/{root}?part=thread").text
    assert shown(thread) == [root, hidden, both]
    assert house.visitor("pavel").get(f"/chat/workshop/t/{root}").status_code == 404
    assert house.visitor("omar").get(f"/chat/library/t/{root}").status_code == 404


def test_a_message_leads_to_where_it_was_said(house: House) -> None:
    root = send(house, "ines", "workshop", "who has the key?")
    reply = send(house, "omar", "workshop", "I have it", thread_id=root)
    ines = house.visitor("ines")
    assert ines.get(f"/chat/m/{root}").location == f"/chat/workshop?at={root}#message-{root}"
    assert ines.get(f"/chat/m/{reply}").location == f"/chat/workshop/t/{root}?at={reply}#message-{reply}"
    assert house.visitor("pavel").get(f"/chat/m/{root}").status_code == 404


def test_a_long_log_is_read_in_parts_in_both_directions(house: House) -> None:
    ids = [send(house, "omar", "library", f"line {number}") for number in range(120)]
    program, room_id = house.program("omar"), house.room("library").id
    newest = program.get(f"/rooms/{room_id}/messages?limit=50").json
    assert newest
    assert [each["id"] for each in newest["items"]] == ids[-50:]
    older = program.get(f"/rooms/{room_id}/messages?limit=50&before={newest['next']}").json
    assert older
    assert [each["id"] for each in older["items"]] == ids[20:70]
    newer = program.get(f"/rooms/{room_id}/messages?limit=30&after={ids[9]}").json
    assert newer
    assert [each["id"] for each in newer["items"]] == ids[10:40]
    around = shown(house.visitor("omar").get(f"/chat/library?at={ids[60]}").text)
    assert ids[60] in around
    assert around == ids[35:85]


def test_the_log_opens_where_one_has_read_to(house: House) -> None:
    with house.site.database.write() as db:
        seen_by = house.person("pavel")
        room_changes.set_member(db, db.get_one(Room, house.room("library").id), seen_by, "member", actor=None)
    ids = [send(house, "omar", "library", f"line {number}") for number in range(120)]
    page = house.visitor("pavel").get("/chat/library").text
    assert ids[0] in shown(page)
    assert 'id="new-since"' in page
    house.visitor("pavel").post("/chat/library/read", {"entry_id": ids[-1]})
    page = house.visitor("pavel").get("/chat/library").text
    assert shown(page) == ids[-50:]
    assert 'id="new-since"' not in page


def test_the_same_key_sends_once(house: House) -> None:
    room_id, key = house.room("workshop").id, {"Idempotency-Key": "k1"}
    program = house.program("ines")
    answers = [program.post(f"/rooms/{room_id}/messages", {"body": "once"}, headers=key) for _ in range(5)]
    assert len({each.json["id"] for each in answers if each.json}) == 1
    with house.site.database.read() as db:
        assert db.scalar(select(func.count()).where(Entry.body == "once")) == 1


@pytest.mark.parametrize("path", ["/chat", "/chat/new", "/chat/channels", "/chat/workshop"])
def test_the_pages_of_chat_open(house: House, path: str) -> None:
    send(house, "omar", "workshop", "hello")
    assert house.visitor("ines").get(path).status_code == 200


def test_what_can_be_done_with_posts_can_be_done_with_messages(house: House) -> None:
    message = send(house, "ines", "workshop", "first words")
    ines, omar = house.visitor("ines"), house.visitor("omar")
    assert omar.post(f"/entries/{message}/reactions", {"emoji": "👍"}).status_code == 303
    assert ines.post(f"/entries/{message}/edit", {"body": "second words"}).location == f"/chat/m/{message}"
    assert omar.post(f"/entries/{message}/edit", {"body": "not mine"}).status_code == 403
    assert omar.post(f"/entries/{message}/pin", {"on": "1"}).status_code == 303
    page = omar.get("/chat/workshop").text
    for told in ("second words", "edited", "👍", "Pinned"):
        assert told in page, told
    assert "first words" in ines.get(f"/entries/{message}/history").text
    assert omar.post(f"/entries/{message}/saved").status_code == 303
    assert "second words" in omar.get("/saved").text
    assert ines.post(f"/entries/{message}/remove").status_code == 200
    assert "second words" not in omar.get("/chat/workshop").text
    assert ines.post(f"/entries/{message}/restore").location == f"/chat/m/{message}"
    assert "second words" in omar.get("/chat/workshop").text


@pytest.mark.parametrize("door", ["menu", "edit", "history", "share", "remove"])
def test_an_outsider_finds_no_door_to_a_message(house: House, door: str) -> None:
    message = send(house, "ines", "workshop", "first words")
    assert house.visitor("pavel").get(f"/entries/{message}/{door}").status_code == 404


def test_a_message_takes_no_comments_and_ends_none(house: House) -> None:
    message = send(house, "ines", "workshop", "first words")
    ines = house.visitor("ines")
    assert ines.post(f"/entries/{message}/comments", {"body": "below"}).status_code == 403
    assert ines.post(f"/entries/{message}/lock", {"on": "1"}).status_code == 403
    assert ines.get(f"/p/{message}").location == f"/chat/m/{message}"


def test_between_two_people_either_pins_and_only_the_author_removes(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    sent = house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "between us"}).json
    assert sent
    assert house.visitor("omar").post(f"/entries/{sent['id']}/pin", {"on": "1"}).status_code == 303
    assert house.visitor("omar").post(f"/entries/{sent['id']}/remove", {"reason": "no"}).status_code == 403
    assert house.visitor("pavel").post(f"/entries/{sent['id']}/pin", {"on": "1"}).status_code == 404
    assert "block" in house.visitor("omar").get(f"/entries/{sent['id']}/report").text


def test_what_is_done_with_a_direct_message_says_with_whom_it_was(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    sent = house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "between us"}).json
    assert sent
    ines = house.visitor("ines")
    assert "Omar Said" in ines.get(f"/entries/{sent['id']}/history").text.split("<main")[1]
    removed = ines.post(f"/entries/{sent['id']}/remove").text
    back = re.search(r'<a class="link" href="([^"]+)">Omar Said</a>', removed)
    assert back
    assert ines.get(back[1]).location == f"/chat/dm/{room_id}"


def test_a_forwarded_message_widens_nobodys_view(house: House) -> None:
    message = send(house, "omar", "workshop", "quicksilver plans")
    omar, target = house.visitor("omar"), house.room("library").id
    sent = omar.post(f"/chat/m/{message}/forward", {"room_id": target, "body": "Look at this"})
    assert sent.status_code == 303
    forwarded = int(sent.location.rpartition("/")[2])
    assert "Look at this" in house.visitor("pavel").get("/chat/library").text
    for username, sees in (("omar", True), ("ines", True), ("pavel", False)):
        assert ("quicksilver" in house.visitor(username).get(f"/entries/{forwarded}/card").text) is sees
    assert house.visitor("pavel").post(f"/chat/m/{message}/forward", {"room_id": target}).status_code == 404
    assert omar.post(f"/chat/m/{message}/forward", {"room_id": 999_999}).status_code == 422


def test_a_message_becomes_a_post_that_leads_back(house: House) -> None:
    message = send(house, "omar", "library", "we should open on Sundays")
    made = house.program("omar").post(
        f"/entries/{message}/share", {"room_id": house.room("library").id, "body": "What do you think?"}
    )
    assert made.status_code == 201
    assert made.json
    card = house.visitor("pavel").get(f"/entries/{made.json['id']}/card").text
    assert "open on Sundays" in card
    assert f"/chat/m/{message}" in card


def test_what_is_marked_unread_in_the_chat_leaves_the_posts_read(house: House) -> None:
    first = send(house, "omar", "workshop", "one")
    second = send(house, "omar", "workshop", "two")
    ines = house.visitor("ines")
    ines.post("/chat/workshop/read", {"entry_id": second})
    assert 'id="new-since"' not in ines.get("/chat/workshop").text
    assert ines.post(f"/entries/{first}/unread").status_code == 303
    assert 'id="new-since"' in ines.get("/chat/workshop").text


def test_pinned_messages_and_files_are_at_hand_for_who_may_read_them(house: House) -> None:
    message = send(house, "omar", "workshop", "the plan stands")
    omar = house.visitor("omar")
    omar.post(f"/entries/{message}/pin", {"on": "1"})
    omar.post(
        "/chat/workshop/messages",
        {"body": "here it is", "files": (io.BytesIO(b"words"), "plan.txt")},
        content_type="multipart/form-data",
    )
    assert "the plan stands" in house.visitor("ines").get("/chat/workshop/pinned").text
    assert "plan.txt" in house.visitor("ines").get("/chat/workshop/files").text
    pinned = house.program("ines").get(f"/rooms/{house.room('workshop').id}/pinned").json
    assert pinned
    assert [each["id"] for each in pinned["items"]] == [message]
    for path in ("/chat/workshop/pinned", "/chat/workshop/files"):
        assert house.visitor("pavel").get(path).status_code == 404
    assert house.program("pavel").get(f"/rooms/{house.room('workshop').id}/pinned").status_code == 404


def test_many_pinned_messages_are_read_in_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "PAGE", 2)
    omar, path = house.program("omar"), f"/rooms/{house.room('workshop').id}/pinned"
    said = [send(house, "omar", "workshop", f"plan {number}") for number in range(5)]
    for each in (said[4], *said[:4]):
        assert omar.ask("PUT", f"/entries/{each}/pin").status_code == 204
    first = omar.get(f"{path}?limit=3").json
    assert first and [each["id"] for each in first["items"]] == said[:1:-1]
    rest = omar.get(f"{path}?limit=3&cursor={first['next']}").json
    assert rest and [each["id"] for each in rest["items"]] == said[1::-1] and rest["next"] is None
    ines = house.visitor("ines")
    page = ines.get("/chat/workshop/pinned").text
    assert shown(page) == said[3:] and f'href="?cursor={said[3]}"' in page
    assert shown(ines.get(f"/chat/workshop/pinned?cursor={said[3]}").text) == said[1:3]
    last = ines.get(f"/chat/workshop/pinned?cursor={said[1]}").text
    assert shown(last) == said[:1] and "cursor=" not in last
    assert ines.get("/chat/workshop/pinned?cursor=nonsense").status_code == 400


def test_what_is_pinned_in_the_chat_does_not_stand_among_the_posts(house: House) -> None:
    message = send(house, "omar", "workshop", "the plan stands")
    house.visitor("omar").post(f"/entries/{message}/pin", {"on": "1"})
    for path in ("/", "/rooms/workshop"):
        assert "the plan stands" not in house.visitor("ines").get(path).text


def test_a_message_and_the_post_made_of_it_lead_to_each_other_where_both_stand(house: House) -> None:
    message = send(house, "omar", "library", "we should open on Sundays")
    share = {"room_id": house.room("library").id}
    post = house.program("omar").post(f"/entries/{message}/share", share).json
    elsewhere = house.program("omar").post(f"/entries/{message}/share", {"room_id": house.room("workshop").id}).json
    assert post
    assert elsewhere
    catch_up(house)
    page = house.visitor("pavel").get("/chat/library").text
    assert f'href="/p/{post["id"]}"' in page
    assert f'href="/p/{elsewhere["id"]}"' not in page
    house.visitor("omar").post(f"/entries/{post['id']}/remove")
    catch_up(house)
    assert f'href="/p/{post["id"]}"' not in house.visitor("pavel").get("/chat/library").text


def test_a_quote_begins_a_message_with_somebodys_words(house: House) -> None:
    message = send(house, "omar", "workshop", "the key\nis under the mat")
    ines = house.visitor("ines")
    page = ines.get(f"/chat/m/{message}/quote", follow_redirects=True).text
    written = html.unescape(page[page.index('id="write-body"') :].partition(">")[2].partition("</textarea>")[0])
    assert written.startswith("> **Omar Said**, [")
    assert written.endswith("> the key\n> is under the mat\n\n")
    assert house.visitor("pavel").get(f"/chat/m/{message}/quote").status_code == 404
    assert ines.get(f"/chat/everyone?quote={message}").status_code == 404


def test_the_way_to_a_thread_shows_who_answered_last(house: House) -> None:
    root = send(house, "ines", "workshop", "who has the key?")
    send(house, "ines", "workshop", "nobody?", thread_id=root)
    last = send(house, "omar", "workshop", "I have it", thread_id=root)
    link = re.compile(r'class="threadlink"(.*?)</a>', re.S)

    def shown_faces() -> list[int]:
        page = house.visitor("ines").get("/chat/workshop").text
        return [int(each) for each in re.findall(r'data-person="(\d+)"', link.findall(page)[-1])]

    assert shown_faces() == [house.person("omar").id, house.person("ines").id]
    assert "last at" in house.visitor("ines").get("/chat/workshop").text
    house.visitor("omar").post(f"/entries/{last}/remove")
    assert shown_faces() == [house.person("ines").id]


def test_a_room_leads_to_its_chat_and_a_profile_to_a_conversation(house: House) -> None:
    assert 'href="/chat/workshop"' in house.visitor("omar").get("/rooms/workshop").text
    omar = house.visitor("omar")
    assert 'action="/chat/new"' in omar.get("/people/ines").text
    opened = omar.post("/chat/new", {"to": "ines"})
    assert opened.location == f"/chat/dm/{direct(house, 'ines', 'omar')}"
    assert "Ines Alba" in omar.get(opened.location).text
    with house.site.database.write() as db:
        people.disable(db, db.get_one(Person, house.person("ines").id))
    assert 'action="/chat/new"' not in omar.get("/people/ines").text


@pytest.mark.parametrize("thread_id", ["9" * 30, "²", "-1", "x"])
def test_a_thread_that_is_none_is_refused_in_words_and_what_was_typed_stays(house: House, thread_id: str) -> None:
    refused = house.visitor("ines").post("/chat/workshop/messages", {"body": "typed words", "thread_id": thread_id})
    assert refused.status_code == 422
    assert "typed words" in refused.text


def test_a_program_reads_messages_on_and_leaves_the_posts_unread(house: House) -> None:
    house.say("omar", "workshop", "a post that nobody read")
    message = send(house, "omar", "workshop", "@ines look")
    catch_up(house)
    ines, workshop = house.program("ines"), house.room("workshop").id

    def named_unread() -> list[int]:
        lines = (ines.get("/notifications").json or {})["items"]
        return [each["entry_id"] for each in lines if each["kind"] == "chat.named" and each["read_at"] is None]

    assert named_unread() == [message]
    assert ines.ask("PUT", f"/rooms/{workshop}/read", json={"entry_id": message}).status_code == 204
    assert 'id="new-since"' not in house.visitor("ines").get("/chat/workshop").text
    assert (ines.get(f"/rooms/{workshop}").json or {})["unread"] == 1
    catch_up(house)
    assert named_unread() == []


def test_a_program_reads_on_between_two_people_and_nobody_else_does(house: House) -> None:
    room_id = direct(house, "omar", "ines")
    sent = house.program("omar").post(f"/rooms/{room_id}/messages", {"body": "between us"}).json
    assert sent
    said = {"entry_id": sent["id"]}
    assert house.program("ines").ask("PUT", f"/rooms/{room_id}/read", json=said).status_code == 204
    assert 'id="new-since"' not in house.visitor("ines").get(f"/chat/dm/{room_id}").text
    assert house.program("pavel").ask("PUT", f"/rooms/{room_id}/read", json=said).status_code == 404


def test_words_that_name_nobody_are_rendered_before_others_have_to_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[tuple[str, bool]] = []

    def watched(body: str, **given: Any) -> Rendered:
        rendered.append((body, house.site.database._writer._is_taken))
        return render(body, **given)

    monkeypatch.setattr(entry_words, "render", watched)
    send(house, "ines", "workshop", "slow *and* long words")
    send(house, "ines", "workshop", "quick ones for @omar")
    posted = house.program("ines").post(
        f"/rooms/{house.room('workshop').id}/posts", {"body": "a post, *with* long words"}
    )
    assert posted.status_code == 201
    assert rendered == [
        ("slow *and* long words", False), ("quick ones for @omar", True), ("a post, *with* long words", False),
    ]  # fmt: skip
