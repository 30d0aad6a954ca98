"""What a page of the chat can do, programs can: the list of conversations, what one sets for oneself, forwarding, direct rooms."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from intranet.core import people, tokens
from intranet.core.models import Entry
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock, events
from intranet.testing.house import House
from intranet.web import caps
from tests.web.test_chat import direct, send
from tests.worker import catch_up


def chats(house: House, username: str, path: str = "/chats") -> dict[str, Any]:
    answer = house.program(username).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json
    return dict(answer.json)


def all_of(house: House, username: str, path: str, limit: int) -> list[dict[str, Any]]:
    """Every part of a list, one after the other."""
    found: list[dict[str, Any]] = []
    cursor, join = "", "&" if "?" in path else "?"
    while cursor is not None:
        said = chats(house, username, f"{path}{join}limit={limit}&cursor={cursor}")
        assert len(said["items"]) <= limit
        found, cursor = found + said["items"], said["next"]
    return found


def listed(house: House, username: str) -> list[str]:
    """The addresses of conversations in the order of the page."""
    main = house.visitor(username).get("/chat").text.split("<main")[1]
    return [each for each in re.findall(r'href="(/chat/[^"]+)"', main) if each not in ("/chat/channels", "/chat/new")]


def say_directly(house: House, username: str, room_id: int, body: str) -> int:
    answer = house.program(username).post(f"/rooms/{room_id}/messages", {"body": body})
    assert answer.json
    return int(answer.json["id"])


def busy(house: House) -> dict[str, int]:
    """Omar has something of everything: new, favourite, channels, two direct rooms."""
    with house.site.database.write() as db:
        for name in ("Zebra", "alpha", "Break"):
            room = room_changes.add(db, creator=house.person("ines"), name=name, kind="channel")
            room_changes.set_member(db, room, house.person("omar"), "member", actor=None)
    made = {other: direct(house, "omar", other) for other in ("pavel", "rosa")}
    for room_id in (made["rosa"], made["pavel"]):
        say_directly(house, "omar", room_id, "hello")
    send(house, "ines", "break", "coffee")
    favourite(house, "omar", house.room("zebra").id)
    return made


def favourite(house: House, username: str, room_id: int, method: str = "PUT") -> int:
    return house.program(username).ask(method, f"/rooms/{room_id}/favourite").status_code


def test_the_list_of_conversations_has_the_order_and_the_content_of_the_page(house: House) -> None:
    made = busy(house)
    items = chats(house, "omar")["items"]
    assert [each["url"] for each in items] == listed(house, "omar")
    assert [each["name"] for each in items[:2]] == ["Break", "Zebra"]
    assert [each["room_id"] for each in items[-2:]] == [made["pavel"], made["rosa"]]
    for limit in (1, 2, 3, 100):
        assert all_of(house, "omar", "/chats", limit) == items


def test_a_conversation_says_what_is_new_in_it_and_what_of_it_is_for_me(house: House) -> None:
    direct_id = direct(house, "ines", "omar")
    last = say_directly(house, "ines", direct_id, "two words")
    send(house, "ines", "workshop", "for all")
    newest = send(house, "ines", "workshop", "for @omar")
    house.program("omar").ask("PUT", f"/rooms/{direct_id}/loudness", json={"loudness": "all"})
    catch_up(house)
    said = chats(house, "omar")
    found = {each["room_id"]: each for each in said["items"]}
    workshop, private = found[house.room("workshop").id], found[direct_id]
    assert (workshop["unread"], workshop["addressed"], workshop["last_id"]) == (2, 1, newest)
    assert (workshop["kind"], workshop["role"], workshop["loudness"]) == ("team", "member", "normal")
    assert (private["unread"], private["addressed"], private["last_id"], private["kind"]) == (1, 1, last, "direct")
    assert (private["name"], private["loudness"]) == ("Ines Alba", "all")
    assert [each["username"] for each in private["people"]] == ["ines"]
    at = house.program("omar").get(f"/entries/{last}").json
    assert at
    assert private["last_at"] == at["created_at"]
    assert said["addressed"] == 2
    house.program("omar").ask("PUT", f"/rooms/{direct_id}/read", json={"entry_id": last})
    said = chats(house, "omar")
    private = next(each for each in said["items"] if each["room_id"] == direct_id)
    assert (private["unread"], private["read_to"], said["addressed"]) == (0, last, 1)


def test_nobody_finds_conversations_of_others_in_the_list(house: House) -> None:
    direct_id = direct(house, "ines", "omar")
    say_directly(house, "ines", direct_id, "between us")
    with house.site.database.write() as db:
        people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
    for username in ("pavel", "rosa", "gusta"):
        ids = {each["room_id"] for each in all_of(house, username, "/chats", 100)}
        assert not ids & {direct_id, house.room("workshop").id}, username
    assert chats(house, "gusta")["items"] == []
    assert chats(house, "omar")["items"][0]["room_id"] == direct_id


def cursor_of(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", ["/chats", "/channels", "/rooms/{room}/files"])
@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "====", "W10", "e30", cursor_of(1), cursor_of(1, 2, 3), cursor_of(True, 1), cursor_of(0, 0, "\ud800", 0),
     cursor_of("\ud800", 1), cursor_of("a", 1 << 70), cursor_of(1 << 70, 1), "W1tb" * 900],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(house: House, path: str, cursor: str) -> None:
    path = path.format(room=house.room("workshop").id)
    assert house.program("ines").get(path).status_code == 200
    assert house.program("ines").get(f"{path}?cursor={cursor}").status_code == 400


def many_channels(house: House) -> None:
    with house.site.database.write() as db:
        pavel = house.person("pavel")
        for number in range(caps.LIST + 5):
            room_changes.add(db, creator=pavel, name=f"Talk {number:03}", kind="channel", access="open")
        room_changes.add(db, creator=pavel, name="Talk among us", kind="channel", access="secret")
        gone = room_changes.add(db, creator=pavel, name="Talk of old", kind="channel")
        room_changes.archive(db, gone, pavel, archived=True)


def test_channels_that_one_may_join_are_listed_by_name_and_to_the_last(house: House) -> None:
    many_channels(house)
    found = all_of(house, "omar", "/channels?q=TALK", 50)
    assert [each["name"] for each in found] == [f"Talk {number:03}" for number in range(caps.LIST + 5)]
    assert {each["role"] for each in found} == {None}
    everything = all_of(house, "omar", "/channels", 7)
    assert [each["name"].casefold() for each in everything] == sorted(each["name"].casefold() for each in everything)
    assert {"Everyone", "Workshop", "Library", "Counter"} < {each["name"] for each in everything}
    assert "Workshop" not in {each["name"] for each in all_of(house, "rosa", "/channels", 100)}
    assert house.program("omar").post(f"/rooms/{found[-1]['id']}/join", {"words": ""}).status_code == 200


def test_the_page_of_channels_goes_on_without_javascript(house: House) -> None:
    many_channels(house)
    omar = house.visitor("omar")
    first = omar.get("/chat/channels?q=talk").text
    assert "Talk 000" in first
    assert "Talk 104" not in first
    more = re.search(r'href="(\?q=talk&amp;cursor=[^"]+)"', first)
    assert more
    rest = omar.get("/chat/channels" + more[1].replace("&amp;", "&")).text
    assert "Talk 104" in rest
    assert "Talk 000" not in rest
    assert "cursor=" not in rest
    for page in (first, rest):
        assert "Talk among us" not in page
        assert "Talk of old" not in page


def test_names_that_differ_in_large_letters_alone_are_each_listed_once(house: House) -> None:
    names = ["Über uns", "über uns", "Ärzte", "ärzte", "ZOO", "zoo"]
    with house.site.database.write() as db:
        for name in names:
            room_changes.add(db, creator=house.person("omar"), name=name, kind="channel")
    found = [each["name"] for each in all_of(house, "omar", "/channels", 1)]
    assert sorted(each for each in found if each in names) == sorted(names)


def test_a_favourite_is_ones_own_and_for_who_is_in_it(house: House) -> None:
    workshop, library = house.room("workshop").id, house.room("library").id
    assert [favourite(house, "omar", workshop) for _ in range(2)] == [204, 204]
    mine = {each["room_id"]: each["is_favourite"] for each in chats(house, "omar")["items"]}
    assert mine[workshop]
    assert sum(mine.values()) == 1
    assert not any(each["is_favourite"] for each in chats(house, "ines")["items"])
    assert (house.program("omar").get(f"/rooms/{workshop}").json or {})["is_favourite"] is True
    assert favourite(house, "pavel", workshop) == 404
    assert favourite(house, "pavel", library) == 403  # reads it without being in it
    assert favourite(house, "omar", 999_999) == 404
    assert [favourite(house, "omar", workshop, "DELETE") for _ in range(2)] == [204, 204]
    assert not any(each["is_favourite"] for each in chats(house, "omar")["items"])


def test_a_favourite_is_told_by_its_own_name_and_once(house: House) -> None:
    with house.site.database.read() as db:
        before = events.newest_id(db)
    workshop = house.room("workshop").id
    for _ in range(2):
        favourite(house, "omar", workshop)
    house.program("omar").ask("PUT", f"/rooms/{workshop}/loudness", json={"loudness": "muted"})
    with house.site.database.read() as db:
        said = [(each.name, each.data) for each in events.list_after(db, before)]
    assert [name for name, _ in said] == ["favourite.changed", "loudness.changed"]
    assert said[0][1] == {"room": workshop, "on": True}


def test_a_direct_room_is_there_for_who_is_in_it_and_for_nobody_else(house: House) -> None:
    room_id = direct(house, "ines", "omar", "pavel")
    made = house.program("ines").post("/direct", {"usernames": ["omar", "pavel"]}).json
    said = house.program("ines").get(f"/rooms/{room_id}").json
    assert said
    assert made
    assert (said["name"], said["kind"], said["loudness"], said["member_count"]) == (
        "Omar, Pavel",
        "direct",
        "normal",
        3,
    )
    assert made["name"] == said["name"]
    within = house.program("omar").get(f"/rooms/{room_id}/members").json
    assert within
    assert [each["person"]["username"] for each in within["items"]] == ["ines", "omar", "pavel"]
    for path in (f"/rooms/{room_id}", f"/rooms/{room_id}/members", f"/rooms/{room_id}/files"):
        hidden, never = (house.program("rosa").get(each) for each in (path, path.replace(str(room_id), "999999")))
        assert (hidden.status_code, hidden.json) == (404, never.json), path


def test_a_direct_room_is_as_loud_and_as_dear_as_one_wants(house: House) -> None:
    room_id, omar = direct(house, "ines", "omar"), house.program("omar")
    say_directly(house, "ines", room_id, "hello")
    assert favourite(house, "omar", room_id) == 204
    assert omar.ask("PUT", f"/rooms/{room_id}/loudness", json={"loudness": "muted"}).status_code == 204
    assert omar.ask("PUT", f"/rooms/{room_id}/loudness", json={"loudness": "deafening"}).status_code == 422
    mine = next(each for each in chats(house, "omar")["items"] if each["room_id"] == room_id)
    assert (mine["loudness"], mine["is_favourite"], mine["unread"]) == ("muted", True, 0)
    theirs = next(each for each in chats(house, "ines")["items"] if each["room_id"] == room_id)
    assert (theirs["loudness"], theirs["is_favourite"]) == ("normal", False)
    for path, values in (("loudness", {"loudness": "muted"}), ("favourite", {})):
        assert house.program("rosa").ask("PUT", f"/rooms/{room_id}/{path}", json=values).status_code == 404


def test_the_room_in_which_one_writes_to_oneself_is_called_after_oneself(house: House) -> None:
    room_id = direct(house, "ines")
    say_directly(house, "ines", room_id, "milk")
    assert (house.program("ines").get(f"/rooms/{room_id}").json or {})["name"] == "Ines Alba (you)"
    assert "Ines Alba (you)" in {each["name"] for each in chats(house, "ines")["items"]}


def forward(house: House, username: str, entry_id: int, room_id: object, body: str = "", key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return house.program(username).post(
        f"/entries/{entry_id}/forward", {"room_id": room_id, "body": body}, headers=headers
    )


def test_a_program_forwards_with_the_rights_of_the_page(house: House) -> None:
    message = send(house, "omar", "workshop", "quicksilver plans")
    library = house.room("library").id
    sent = forward(house, "omar", message, library, "Look at this")
    assert sent.status_code == 201
    assert (sent.json["shared_id"], sent.json["room_id"], sent.json["body"]) == (message, library, "Look at this")
    assert "quicksilver" not in house.program("pavel").get(f"/entries/{sent.json['id']}").text
    assert house.program("pavel").get(f"/entries/{message}").status_code == 404
    again = forward(house, "omar", sent.json["id"], direct(house, "omar", "ines"))
    assert again.json["shared_id"] == sent.json["id"]  # it has words of its own
    assert forward(house, "pavel", message, library).status_code == 404
    assert forward(house, "pavel", 999_999, library).status_code == 404
    assert forward(house, "pavel", sent.json["id"], library).status_code == 403  # reads it without being in it
    workshop = house.room("workshop").id
    hidden, never = (forward(house, "pavel", sent.json["id"], each) for each in (workshop, 999_999))
    assert (hidden.status_code, hidden.json) == (422, never.json)
    for wrong in (None, "library", -1, 1 << 80):
        assert forward(house, "omar", message, wrong).status_code == 422, wrong
    post = house.say("omar", "library", "a post")
    assert forward(house, "omar", post.id, library).status_code == 404


def test_a_program_forwards_once_with_one_key(house: House) -> None:
    message, library = send(house, "omar", "workshop", "plans"), house.room("library").id
    answers = {forward(house, "omar", message, library, key="k1").json["id"] for _ in range(3)}
    assert len(answers) == 1
    with house.site.database.read() as db:
        assert db.query(Entry).where(Entry.shared_id == message).count() == 1


def test_a_message_and_a_thread_become_a_post_once_with_one_key(house: House) -> None:
    root = send(house, "omar", "library", "we should open on Sundays")
    answer = send(house, "omar", "library", "and at night", thread_id=root)
    values, key = {"room_id": house.room("library").id, "body": "What do you think?"}, {"Idempotency-Key": "k1"}
    for entry_id in (root, answer):
        made = [house.program("omar").post(f"/entries/{entry_id}/share", values, headers=key) for _ in range(2)]
        assert {each.status_code for each in made} == {201}
        assert len({(each.json or {})["id"] for each in made}) == 1
        key = {"Idempotency-Key": "k2"}
    assert (made[0].json or {})["shared_id"] == answer
    assert house.program("pavel").post(f"/entries/{root}/share", values).status_code == 403
    secret = send(house, "ines", "workshop", "hidden")
    assert house.program("pavel").post(f"/entries/{secret}/share", values).status_code == 404


CHANGING = (
    ("PUT", "/rooms/{room}/favourite", {}), ("DELETE", "/rooms/{room}/favourite", {}), ("PUT", "/rooms/{room}/typing", {}),
    ("PUT", "/rooms/{room}/loudness", {"loudness": "all"}), ("PUT", "/entries/{entry}/unread", {}),
    ("POST", "/entries/{entry}/forward", {"room_id": 1}), ("POST", "/entries/{entry}/share", {"room_id": 1}),
    ("POST", "/entries/{removed}/restore", {}), ("POST", "/later/{later}/send", {}),
    ("POST", "/rooms/{room}/messages", {"body": "x"}), ("POST", "/direct", {"usernames": ["ines"]}),
)  # fmt: skip


def test_a_token_that_only_reads_changes_nothing_in_a_chat_and_reads_all_of_it(house: House) -> None:
    room_id, entry = house.room("workshop").id, send(house, "omar", "workshop", "words")
    removed = send(house, "omar", "workshop", "removed")
    assert house.program("omar").ask("DELETE", f"/entries/{removed}").status_code == 204
    late = {"body": "late", "publish_at": (clock.now() + timedelta(days=1)).isoformat()}
    planned = house.program("omar").post(f"/rooms/{room_id}/messages", late).json
    assert planned
    with house.site.database.write() as db:
        token = tokens.create(db, house.person("omar"), "wall", scopes=["read"])
    with house.site.database.read() as db:
        before = events.newest_id(db)
    things = {"room": room_id, "entry": entry, "removed": removed, "later": planned["id"]}
    client, headers = house.app.test_client(), {"Authorization": f"Bearer {token}"}
    for method, path, values in CHANGING:
        answer = client.open(f"/api/v1{path.format(**things)}", method=method, json=values, headers=headers)
        assert answer.status_code == 403, (method, path)
        assert (answer.json or {})["error"]["code"] == "out_of_scope", (method, path)
    for path in ("/chats", "/channels", f"/rooms/{room_id}/messages", f"/rooms/{room_id}/files", "/later"):
        assert client.get(f"/api/v1{path}", headers=headers).status_code == 200, path
    with house.site.database.read() as db:
        assert events.newest_id(db) == before


def test_who_reads_a_room_without_being_in_it_has_no_conversation_there(house: House) -> None:
    send(house, "omar", "library", "new books")
    library = house.room("library").id
    assert house.program("pavel").get(f"/rooms/{library}/messages").status_code == 200
    assert library not in {each["room_id"] for each in chats(house, "pavel")["items"]}
    assert library in {each["room_id"] for each in chats(house, "omar")["items"]}
