"""The contract of the API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from intranet.testing.house import House, Program
from intranet.web import caps


def test_a_program_posts_reads_edits_and_removes(house: House) -> None:
    ines, room = house.program("ines"), house.room("workshop").id
    made = ines.post(f"/rooms/{room}/posts", {"body": "by **program**"})
    assert made.status_code == 201
    entry = made.json
    assert entry["html"] == "<p>by <strong>program</strong></p>\n"
    assert entry["author"]["username"] == "ines"
    path = f"/entries/{entry['id']}"
    assert ines.ask("PATCH", path, json={"body": "changed"}).json["body"] == "changed"
    assert ines.ask("PUT", path + "/reactions/👍").status_code == 204
    assert ines.get(path).json["reactions"] == [{"emoji": "👍", "count": 1, "mine": True}]
    assert ines.post(path + "/comments", {"body": "and a comment"}).status_code == 201
    assert [each["body"] for each in ines.get(path + "/comments").json["items"]] == ["and a comment"]
    assert ines.get("/feed").json["items"][0]["comment_count"] == 1
    assert ines.ask("DELETE", path).status_code == 204
    assert ines.get(path).status_code == 404


def test_the_same_key_makes_the_same_thing_once(house: House) -> None:
    ines, room = house.program("ines"), house.room("workshop").id
    for path, body in [(f"/rooms/{room}/posts", {"body": "once"}), ("/rooms", {"name": "Once"})]:
        first, again = (ines.post(path, body, headers={"Idempotency-Key": "k1" + path}).json["id"] for _ in range(2))
        assert first == again
        assert ines.post(path, body).json["id"] != first


def test_twenty_at_once_with_the_same_key_make_one_thing(house: House) -> None:
    """What a client does that heard no answer."""
    ines, room = house.program("ines"), house.room("workshop").id

    def send(_turn: int) -> tuple[int, int]:
        answer = house.app.test_client().post(
            f"/api/v1/rooms/{room}/posts", json={"body": "only once"}, headers={**ines.headers, "Idempotency-Key": "k"}
        )
        return answer.status_code, answer.json["id"]  # type: ignore[index]

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(send, range(20)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    bodies = [each["body"] for each in ines.get(f"/rooms/{room}/posts").json["items"]]  # type: ignore[index]
    assert bodies.count("only once") == 1


def test_lists_go_on_by_cursor_and_end(house: House) -> None:
    for number in range(5):
        house.say("ines", "workshop", f"post {number}")
    ines, path, seen, cursor = house.program("ines"), f"/rooms/{house.room('workshop').id}/posts", [], ""
    while cursor is not None:
        said = ines.get(path, query_string={"limit": 2, "cursor": cursor}).json
        seen += [each["body"] for each in said["items"]]
        cursor = said["next"]
    assert seen == [f"post {number}" for number in reversed(range(5))]


def test_what_a_viewer_may_not_see_is_404_in_every_call(house: House) -> None:
    post, room = house.say("ines", "workshop", "secret"), house.room("workshop").id
    pavel, omar = house.program("pavel"), house.program("omar")
    for method, path in [
        ("GET", f"/rooms/{room}"), ("GET", f"/rooms/{room}/posts"), ("GET", f"/rooms/{room}/members"),
        ("GET", f"/entries/{post.id}"), ("GET", f"/entries/{post.id}/comments"),
    ]:  # fmt: skip
        assert omar.ask(method, path).status_code == 200, path
        assert pavel.ask(method, path).status_code == 404, path
    for method, path in [
        ("POST", f"/rooms/{room}/posts"), ("POST", f"/rooms/{room}/join"), ("DELETE", f"/entries/{post.id}"),
        ("PUT", f"/entries/{post.id}/reactions/👍"), ("PATCH", f"/rooms/{room}"), ("DELETE", f"/rooms/{room}"),
        ("PUT", f"/rooms/{room}/members/pavel"), ("PUT", f"/rooms/{room}/read"),
    ]:  # fmt: skip
        body = {"body": "x", "entry_id": post.id}
        assert pavel.ask(method, path, json=body).status_code == 404, path
    assert room not in [each["id"] for each in pavel.get("/rooms").json["items"]]
    assert pavel.get("/search", query_string={"q": "x", "room": "workshop"}).status_code == 404


def test_a_closed_room_is_listed_but_not_read_and_not_entered(house: House) -> None:
    house.say("omar", "counter", "till number")
    room, pavel = house.room("counter").id, house.program("pavel")
    assert pavel.get(f"/rooms/{room}").json["role"] is None
    assert pavel.get(f"/rooms/{room}/posts").status_code == 404
    asked = pavel.post(f"/rooms/{room}/join", {"words": "I work there now"})
    assert (asked.status_code, asked.json) == (202, {"state": "asked"})
    assert pavel.get(f"/rooms/{room}/posts").status_code == 404
    page = house.visitor("pavel").get("/rooms/counter")
    assert page.status_code == 200
    assert "till number" not in page.text


def test_errors_say_what_to_do_in_one_shape(house: House) -> None:
    ines, room = house.program("ines"), house.room("workshop").id
    for answer, status in [
        (ines.post(f"/rooms/{room}/posts", {"body": 5}), 422),
        (ines.ask("POST", f"/rooms/{room}/posts", data=b"{", content_type="application/json"), 400),
        (ines.ask("POST", f"/rooms/{room}/posts", data=b"[" * 100_000, content_type="application/json"), 400),
        (ines.ask("POST", f"/rooms/{room}/posts", data=b"x", content_type="text/plain"), 415),
        (ines.get("/rooms?limit=0"), 400),
        (ines.get("/rooms?limit=99999999999999999999"), 400),
        (ines.get("/rooms/99999999999999999999"), 404),
        (house.app.test_client().get("/api/v1/me"), 401),
        (house.app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}), 401),
    ]:
        assert answer.status_code == status
        assert set(answer.json["error"]) == {"code", "message", "fields"}


def test_brackets_in_words_are_words_and_words_without_end_are_refused(house: House) -> None:
    ines, path = house.program("ines"), f"/rooms/{house.room('workshop').id}/posts"
    for body in ("[" * 1_000, '{"' * 1_000, '\\"[' * 1_000):
        made = ines.post(path, {"body": body})
        assert (made.status_code, made.json["body"]) == (201, body)  # type: ignore[index]
    for raw in (b'{"a":' * 100 + b"1" + b"}" * 100, b'{"body": "\\", "a": ' + b"[" * 100, b'"' + b"\\" * 999):
        assert ines.ask("POST", path, data=raw, content_type="application/json").status_code == 400
    for size, status in ((caps.JSON_SIZE + 1, 413), (caps.JSON_SIZE, 422)):
        raw = b'{"body": "' + b"x" * (size - 12) + b'"}'
        assert len(raw) == size
        assert ines.ask("POST", path, data=raw, content_type="application/json").status_code == status


def test_the_last_keeper_cannot_leave_the_room_without_one(house: House) -> None:
    room = house.room("workshop").id
    assert house.program("ines").ask("DELETE", f"/rooms/{room}/members/ines").status_code == 409
    assert house.program("omar").ask("DELETE", f"/rooms/{room}/members/ines").status_code == 403
    assert house.program("ines").ask("PUT", f"/rooms/{room}/members/omar", json={"role": "keeper"}).status_code == 200
    assert house.program("ines").ask("DELETE", f"/rooms/{room}/members/ines").status_code == 204
    assert not house.sees("ines", "workshop")


def test_a_read_mark_moves_forward_only(house: House) -> None:
    first, second = (house.say("ines", "workshop", words) for words in ("one", "two"))
    omar, path = house.program("omar"), f"/rooms/{house.room('workshop').id}"
    assert omar.get(path).json["unread"] == 2
    for entry, left in [(first, 1), (second, 0), (first, 0)]:
        assert omar.ask("PUT", path + "/read", json={"entry_id": entry.id}).status_code == 204
        assert omar.get(path).json["unread"] == left


def test_what_is_kept_of_an_entry_is_neither_old_nor_anothers(house: House) -> None:
    post = house.say("ines", "workshop", "First words")
    omar, ines = house.program("omar"), house.program("ines")

    def shown(program: Program) -> dict[str, Any]:
        return next(each for each in program.get("/feed").json["items"] if each["id"] == post.id)

    assert shown(omar)["body"] == "First words"
    omar.ask("PUT", f"/entries/{post.id}/reactions/👍")
    assert [each["mine"] for each in shown(omar)["reactions"]] == [True]
    assert [each["mine"] for each in shown(ines)["reactions"]] == [False]
    ines.ask("PATCH", f"/entries/{post.id}", json={"body": "Other words"})
    assert shown(omar)["body"] == "Other words"
    assert shown(omar) == omar.get(f"/entries/{post.id}").json
    assert post.id not in {each["id"] for each in house.program("pavel").get("/feed").json["items"]}
    ines.ask("DELETE", f"/entries/{post.id}")
    assert post.id not in {each["id"] for each in omar.get("/feed").json["items"]}
