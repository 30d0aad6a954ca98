"""What programs read in a chat, part by part and from a day on: messages, threads, files; and what they say of their reading."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from intranet.app import CORE_MIGRATIONS
from intranet.core.house import save_value
from intranet.core.models import Entry, Membership
from intranet.core.rooms import changes as room_changes
from intranet.features.chat import queries, shelf
from intranet.kernel import clock, migrations
from intranet.testing.house import House
from tests.web.test_chat import send


def read(house: House, username: str, path: str) -> dict[str, Any]:
    answer = house.program(username).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json
    return dict(answer.json)


def ids(said: dict[str, Any]) -> list[int]:
    return [each["id"] for each in said["items"]]


def send_file(house: House, username: str, slug: str, name: str, **said: Any) -> int:
    """The message with which it came."""
    values = {"body": name, "files": [(io.BytesIO(b"words of a file"), name)], **said}
    path = f"/rooms/{house.room(slug).id}/messages"
    answer = house.program(username).ask("POST", path, data=values, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def test_messages_are_read_around_one_and_on_from_there_in_both_directions(house: House) -> None:
    all_ids = [send(house, "omar", "library", f"line {number}") for number in range(30)]
    path = f"/rooms/{house.room('library').id}/messages?limit=10"
    around = read(house, "pavel", f"{path}&around={all_ids[15]}")
    assert ids(around) == all_ids[10:20]
    assert (around["older"], around["newer"]) == (str(all_ids[10]), str(all_ids[19]))
    assert ids(read(house, "pavel", f"{path}&before={around['older']}")) == all_ids[:10]
    newest = read(house, "pavel", f"{path}&after={around['newer']}")
    assert ids(newest) == all_ids[20:]
    assert newest["newer"] is newest["next"] is None
    first = read(house, "pavel", f"{path}&after=0")
    assert (ids(first), first["older"], first["next"]) == (all_ids[:10], None, str(all_ids[9]))
    assert ids(read(house, "pavel", f"{path.replace('10', '1')}&around={all_ids[15]}")) == [all_ids[15]]
    nothing_new = read(house, "pavel", f"{path}&after={all_ids[-1]}")
    assert (nothing_new["items"], nothing_new["next"]) == ([], None)


def said_at(house: House, entry_id: int, moment: datetime) -> None:
    with house.site.database.write() as db:
        db.get_one(Entry, entry_id).created_at = moment


def test_a_day_begins_where_the_company_is(house: House) -> None:
    house.site.settings = house.site.settings.model_copy(update={"time_zone": "Europe/Rome"})
    moments = [datetime(2026, 3, 1, hour, minute, tzinfo=UTC) for hour, minute in ((22, 59), (23, 0), (23, 59))]
    found = [send(house, "omar", "library", f"at {moment}") for moment in moments]
    for entry_id, moment in zip(found, moments, strict=True):
        said_at(house, entry_id, moment)
    path = f"/rooms/{house.room('library').id}/messages"
    assert ids(read(house, "pavel", f"{path}?on=2026-03-02")) == found[1:]  # midnight in Rome is 23:00
    assert ids(read(house, "pavel", f"{path}?on=2026-03-01")) == found
    page = house.visitor("pavel").get("/chat/library?date=2026-03-02&part=log").text
    assert re.findall(r'id="message-(\d+)"', page) == [str(each) for each in found]
    later = read(house, "pavel", f"{path}?on=2026-03-03")
    assert (later["items"], later["next"]) == ([], None)


@pytest.mark.parametrize("day", ["", "today", "2026-13-01", "0001-01-01", "9999-12-31T00:00", "2026-03-02x"])
def test_what_is_no_day_is_refused_in_words(house: House, day: str) -> None:
    house.site.settings = house.site.settings.model_copy(update={"time_zone": "Asia/Tokyo"})
    answer = house.program("ines").get(f"/rooms/{house.room('workshop').id}/messages?on={day}")
    assert answer.status_code == 422
    assert (answer.json or {})["error"]["fields"].keys() == {"on"}
    assert house.visitor("ines").get(f"/chat/workshop?date={day}").status_code == 200


def test_a_thread_is_read_in_parts_in_both_directions(house: House) -> None:
    root = send(house, "omar", "library", "root")
    answers = [send(house, "omar", "library", f"answer {number}", thread_id=root) for number in range(12)]
    path = f"/entries/{answers[3]}/thread?limit=4"
    first = read(house, "pavel", path)
    assert (ids(first), first["older"], first["next"]) == (answers[:4], None, str(answers[3]))
    second = read(house, "pavel", f"{path}&after={first['next']}")
    assert ids(second) == answers[4:8]
    assert ids(read(house, "pavel", f"{path}&before={second['older']}")) == answers[:4]
    assert ids(read(house, "pavel", f"{path}&around={answers[6]}")) == answers[4:8]
    hidden = send(house, "ines", "workshop", "root")
    assert house.program("pavel").get(f"/entries/{hidden}/thread").status_code == 404


def test_the_files_of_a_chat_are_listed_part_by_part_newest_first(house: House) -> None:
    first, second, third = (send_file(house, "omar", "library", f"{name}.txt") for name in ("one", "two", "three"))
    send_file(house, "ines", "workshop", "secret.txt")
    house.say("omar", "library", "a post has no part in it")
    path = f"/rooms/{house.room('library').id}/files"
    whole = read(house, "pavel", path)
    assert [(each["name"], each["entry_id"]) for each in whole["items"]] == [
        ("three.txt", third), ("two.txt", second), ("one.txt", first),
    ]  # fmt: skip
    assert {each["author"]["username"] for each in whole["items"]} == {"omar"}
    assert house.program("pavel").get(f"/attachments/{whole['items'][0]['id']}").data == b"words of a file"
    found, cursor = [], ""
    while cursor is not None:
        part = read(house, "pavel", f"{path}?limit=1&cursor={cursor}")
        found, cursor = found + part["items"], part["next"]
    assert found == whole["items"]
    assert house.program("omar").ask("DELETE", f"/entries/{second}").status_code == 204
    assert [each["name"] for each in read(house, "pavel", path)["items"]] == ["three.txt", "one.txt"]
    for username in ("pavel", "rosa"):
        assert house.program(username).get(f"/rooms/{house.room('workshop').id}/files").status_code == 404


def test_several_files_of_one_message_are_each_listed_once(house: House) -> None:
    files = [(io.BytesIO(b"words"), f"{name}.txt") for name in "abc"]
    send_file(house, "omar", "library", "alone.txt")
    send_file(house, "omar", "library", "three of them", files=files)
    path, found, cursor = f"/rooms/{house.room('library').id}/files?limit=2", [], ""
    while cursor is not None:
        part = read(house, "pavel", f"{path}&cursor={cursor}")
        found, cursor = found + [each["name"] for each in part["items"]], part["next"]
    assert found == ["c.txt", "b.txt", "a.txt", "alone.txt"]


def test_the_page_of_files_goes_on_to_the_last_without_javascript(house: House) -> None:
    for number in range(25):
        send_file(house, "omar", "library", f"file-{number:02}.txt")
    pavel = house.visitor("pavel")
    page = pavel.get("/chat/library/files").text
    more = re.search(r'href="(\?cursor=[^"]+)"', page)
    assert more
    rest = pavel.get(f"/chat/library/files{more[1]}").text
    names = re.findall(r"file-\d\d(?=\.txt</a>)", page + rest)
    assert names == [f"file-{number:02}" for number in range(24, -1, -1)]
    assert "cursor=" not in rest


def test_who_came_later_is_given_no_file_of_before(house: House) -> None:
    root = send_file(house, "ines", "workshop", "old.txt")
    with house.site.database.write() as db:
        pavel = db.merge(house.person("pavel"))
        room_changes.set_member(db, db.merge(house.room("workshop")), pavel, "member", actor=None, sees_history=False)
    send_file(house, "ines", "workshop", "answer.txt", thread_id=root)
    send_file(house, "ines", "workshop", "new.txt")
    path = f"/rooms/{house.room('workshop').id}/files"
    assert [each["name"] for each in read(house, "pavel", path)["items"]] == ["new.txt"]
    assert len(read(house, "omar", path)["items"]) == 3


@pytest.fixture
def statements(house: House) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database from now on."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    event.listen(house.site.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(house.site.database.engine, "before_cursor_execute", note)


def test_files_are_found_from_their_room_and_never_by_a_look_at_all(
    house: House, statements: list[tuple[str, Any]]
) -> None:
    with house.site.database.read() as db:
        seen = queries.fetch(db, house.person("ines"), slug="workshop")
        statements.clear()
        shelf.list_files(db, seen, limit=20)
        ((statement, values),) = statements
        plan = [row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert "USING INDEX ix_entries_files (room_id=? AND kind=? AND id<?)" in plan[0]


def test_a_database_of_before_knows_after_its_migration_what_came_with_files(house: House) -> None:
    with_file, without = send_file(house, "omar", "library", "old.txt"), send(house, "omar", "library", "words alone")
    with house.site.database.write() as db:
        db.execute(text("DROP INDEX ix_entries_files"))
        db.execute(text("ALTER TABLE entries DROP COLUMN has_files"))
        db.execute(text("UPDATE versions_core SET version_num = 'core_0007'"))
    migrations.migrate(house.site.database, {"core": CORE_MIGRATIONS})
    with house.site.database.read() as db:
        assert db.get_one(Entry, with_file).has_files
        assert not db.get_one(Entry, without).has_files
    assert len(read(house, "pavel", f"/rooms/{house.room('library').id}/files")["items"]) == 1


def unread(house: House, username: str, slug: str) -> int:
    room_id = house.room(slug).id
    return int(next(each["unread"] for each in read(house, username, "/chats")["items"] if each["room_id"] == room_id))


def test_a_program_says_how_far_its_person_has_read_and_takes_it_back(house: House) -> None:
    first, second = (send(house, "ines", "workshop", words) for words in ("one", "two"))
    omar, room_id = house.program("omar"), house.room("workshop").id
    assert unread(house, "omar", "workshop") == 2
    assert omar.ask("PUT", f"/rooms/{room_id}/read", json={"entry_id": second}).status_code == 204
    assert unread(house, "omar", "workshop") == 0
    for _ in range(2):
        assert omar.ask("PUT", f"/entries/{second}/unread").status_code == 204
    assert unread(house, "omar", "workshop") == 1
    assert omar.ask("PUT", f"/entries/{first}/unread").status_code == 204
    assert unread(house, "omar", "workshop") == 2
    for entry_id in (first, 999_999):
        assert house.program("pavel").ask("PUT", f"/entries/{entry_id}/unread").status_code == 404
    post = house.say("ines", "workshop", "a post")
    house.visitor("omar").post("/rooms/workshop/read")
    assert omar.ask("PUT", f"/entries/{post.id}/unread").status_code == 204
    with house.site.database.read() as db:
        assert db.get_one(Membership, (room_id, house.person("omar").id)).read_to == post.id - 1


def test_a_program_learns_who_has_seen_a_message_where_the_company_tells_and_the_page_would(house: House) -> None:
    message = send(house, "ines", "everyone", "read me")
    house.program("omar").ask("PUT", f"/rooms/{house.room('everyone').id}/read", json={"entry_id": message})
    assert house.program("ines").get(f"/entries/{message}/readers").status_code == 404
    with house.site.database.write() as db:
        save_value(db, "posts.seen_by", True)
    house.site.forget_values()
    said = read(house, "ines", f"/entries/{message}/readers")
    assert (said["count"], said["of"], [each["username"] for each in said["people"]]) == (1, 3, ["omar"])
    assert read(house, "pavel", f"/entries/{message}/readers") == {"count": 1, "of": 3, "people": None}
    answer = send(house, "ines", "everyone", "below", thread_id=message)
    assert house.program("ines").get(f"/entries/{answer}/readers").status_code == 404
    secret = send(house, "ines", "workshop", "hidden")
    assert house.program("pavel").get(f"/entries/{secret}/readers").status_code == 404
    house.visitor("omar").post("/me/look", {"reading": "hidden"})
    assert read(house, "ines", f"/entries/{message}/readers")["count"] == 0
    assert house.program("omar").get(f"/entries/{message}/readers").status_code == 404


def test_what_a_program_removed_it_takes_out_of_the_bin(house: House) -> None:
    message, omar = send(house, "omar", "workshop", "words"), house.program("omar")
    assert omar.post(f"/entries/{message}/restore").status_code == 404  # it lies in no bin
    assert omar.ask("DELETE", f"/entries/{message}").status_code == 204
    for username in ("ines", "pavel", "rosa"):
        assert house.program(username).post(f"/entries/{message}/restore").status_code == 404, username
    back = omar.post(f"/entries/{message}/restore")
    assert (back.status_code, (back.json or {})["body"]) == (200, "words")
    assert ids(read(house, "ines", f"/rooms/{house.room('workshop').id}/messages")) == [message]


def plan(house: House, username: str, body: str) -> dict[str, Any]:
    """A message with a file that waits until tomorrow."""
    at = (clock.now() + timedelta(days=1)).isoformat()
    values = {"body": body, "publish_at": at, "files": [(io.BytesIO(b"words of a file"), "late.txt")]}
    path = f"/rooms/{house.room('workshop').id}/messages"
    answer = house.program(username).ask("POST", path, data=values, content_type="multipart/form-data")
    assert answer.status_code == 202, answer.text
    return dict(answer.json or {})


def test_what_waits_says_its_files_to_its_author_alone(house: House) -> None:
    later = plan(house, "omar", "late")
    assert [each["name"] for each in later["files"]] == ["late.txt"]
    assert read(house, "omar", "/later")["items"] == [later]
    path = f"/later/files/{later['files'][0]['id']}"
    assert house.program("omar").get(path).data == b"words of a file"
    for username in ("ines", "pavel", "rosa"):
        assert house.program(username).get(path).status_code == 404, username
    changed = house.program("omar").ask("PATCH", f"/later/{later['id']}", json={"removed": [later["files"][0]["id"]]})
    assert (changed.json or {})["files"] == []
    assert house.program("omar").get(path).status_code == 404


def test_what_waits_is_sent_now_and_once_with_one_key(house: House) -> None:
    later, key = plan(house, "omar", "late"), {"Idempotency-Key": "k1"}
    for username in ("ines", "pavel", "rosa"):
        assert house.program(username).post(f"/later/{later['id']}/send").status_code == 404, username
    sent = [house.program("omar").post(f"/later/{later['id']}/send", headers=key) for _ in range(2)]
    assert [each.status_code for each in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert [each["name"] for each in (sent[0].json or {})["files"]] == ["late.txt"]
    assert read(house, "omar", "/later")["items"] == []
    assert len(read(house, "ines", f"/rooms/{house.room('workshop').id}/messages")["items"]) == 1
    assert house.program("omar").post(f"/later/{later['id']}/send").status_code == 404


def test_what_can_no_longer_be_said_stays_and_is_refused_in_words(house: House) -> None:
    later = plan(house, "omar", "late")
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    assert house.program("omar").post(f"/later/{later['id']}/send").status_code == 403
    assert [each["id"] for each in read(house, "omar", "/later")["items"]] == [later["id"]]
