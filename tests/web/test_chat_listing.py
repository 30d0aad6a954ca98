"""The list of conversations: what is new in each, what one set for oneself, and where a few letters lead."""

from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House


def say(house: House, username: str, room_id: int, body: str) -> int:
    answer = house.program(username).post(f"/rooms/{room_id}/messages", {"body": body})
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def direct(house: House, username: str, other: str) -> int:
    answer = house.program(username).post("/direct", {"usernames": [other]})
    assert answer.json
    return int(answer.json["id"])


def counts(house: House, username: str) -> tuple[dict[str, tuple[int, int]], int]:
    said = house.visitor(username).get("/chat/unread").json
    assert said
    return {each["url"]: (each["unread"], each["addressed"]) for each in said["items"]}, said["total"]


def switch(house: House, username: str, typed: str) -> list[str]:
    said = house.visitor(username).get(f"/chat/switch?q={typed}").json
    assert said
    return [each["label"] for each in said["items"]]


def test_what_is_new_is_counted_for_its_readers_and_gone_when_they_have_read(house: House) -> None:
    workshop = house.room("workshop").id
    last = say(house, "ines", workshop, "one")
    found, total = counts(house, "omar")
    assert found["/chat/workshop"] == (1, 0)
    assert total == 0
    assert counts(house, "ines")[0]["/chat/workshop"] == (0, 0)
    assert "/chat/workshop" not in counts(house, "pavel")[0]
    house.visitor("omar").post("/chat/workshop/read", {"entry_id": last})
    assert counts(house, "omar")[0]["/chat/workshop"] == (0, 0)


def test_what_was_binned_while_it_was_read_marks_what_stands_above_it_and_nothing_elsewhere(house: House) -> None:
    workshop = house.room("workshop").id
    say(house, "ines", workshop, "one")
    gone = say(house, "ines", workshop, "two")
    house.program("ines").ask("DELETE", f"/entries/{gone}")
    omar = house.visitor("omar")
    assert omar.post("/chat/workshop/read", {"entry_id": gone}, headers={"HX-Request": "true"}).status_code == 204
    assert counts(house, "omar")[0]["/chat/workshop"] == (0, 0)
    say(house, "ines", workshop, "three")
    assert omar.post("/chat/workshop/read", {"entry_id": gone}).status_code == 303
    assert counts(house, "omar")[0]["/chat/workshop"] == (1, 0)
    assert house.visitor("pavel").post("/chat/workshop/read", {"entry_id": gone}).status_code == 404


def test_all_of_a_direct_room_is_said_to_its_reader_and_stands_in_the_menu_of_every_page(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    for body in ("one", "two"):
        say(house, "ines", room_id, body)
    found, total = counts(house, "omar")
    assert found[f"/chat/dm/{room_id}"] == (2, 2)
    assert total == 2
    home = house.visitor("omar").get("/people").text
    assert '<span class="label">Chat</span><span class="count">2<' in home
    house.visitor("omar").post(f"/chat/dm/{room_id}/loudness", {"loudness": "muted"})
    assert counts(house, "omar")[1] == 0


def test_favourites_and_loudness_are_ones_own_and_only_for_who_is_in_it(house: House) -> None:
    omar, pavel = house.visitor("omar"), house.visitor("pavel")
    assert omar.post("/chat/workshop/favourite", {"on": "1"}).status_code == 303
    assert "Favourites" in omar.get("/chat").text
    assert "Favourites" not in house.visitor("ines").get("/chat").text
    assert omar.post("/chat/workshop/favourite", {"on": "0"}).status_code == 303
    assert "Favourites" not in omar.get("/chat").text
    assert omar.post("/chat/workshop/loudness", {"loudness": "deafening"}).status_code == 422
    for door, values in (("favourite", {"on": "1"}), ("loudness", {"loudness": "muted"})):
        assert pavel.post(f"/chat/workshop/{door}", values).status_code == 404
        assert pavel.post(f"/chat/library/{door}", values).status_code == 403


def test_a_few_letters_lead_to_conversations_rooms_and_people_that_one_may_know(house: House) -> None:
    room_id = direct(house, "ines", "omar")
    say(house, "ines", room_id, "hello")
    assert switch(house, "omar", "")[0] == "Ines Alba"
    assert switch(house, "omar", "work") == ["Workshop"]
    assert switch(house, "pavel", "work") == []
    assert switch(house, "pavel", "librar") == ["Library"]
    assert switch(house, "omar", "ines") == ["Ines Alba"]
    assert "Rosa Berg" in switch(house, "omar", "rosa")


def test_rooms_that_one_could_read_are_found_behind_many_of_ones_own(house: House) -> None:
    with house.site.database.write() as db:
        for number in range(12):
            room_changes.add(db, creator=house.person("pavel"), name=f"Books {number}")
        room_changes.add(db, creator=house.person("omar"), name="Books of others")
        room_changes.add(db, creator=house.person("omar"), name="Books that are secret", access="secret")
    found = switch(house, "pavel", "books")
    assert "Books of others" in found
    assert "Books that are secret" not in found


def test_a_long_thread_opens_at_the_answer_that_was_asked_for(house: House) -> None:
    library = house.room("library").id
    root = say(house, "omar", library, "root")
    program = house.program("omar")
    answers = [
        program.post(f"/rooms/{library}/messages", {"body": f"answer {number}", "thread_id": root}).json
        for number in range(60)
    ]
    first = answers[0]["id"] if answers[0] else 0
    page = house.visitor("omar").get(f"/chat/library/t/{root}?part=thread&at={first}").text
    assert f'id="message-{first}"' in page
    assert "Show newer messages" in page


def test_what_stands_in_the_log_and_in_the_thread_has_its_ids_once(house: House) -> None:
    workshop = house.room("workshop").id
    root = say(house, "ines", workshop, "root")
    page = house.visitor("omar").get(f"/chat/workshop/t/{root}").text
    assert page.count(f'id="message-{root}"') == 1
    assert page.count(f'id="message-{root}-log"') == 1


def test_ones_own_words_are_never_new_to_oneself(house: House) -> None:
    workshop = house.room("workshop").id
    say(house, "ines", workshop, "mine")
    assert 'id="new-since"' not in house.visitor("ines").get("/chat/workshop").text
    assert 'id="new-since"' in house.visitor("omar").get("/chat/workshop").text
