"""Messages with a time: nobody else knows of them, and each is said once, with the rights of that moment."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.models import Attachment, Entry, Person
from intranet.core.rooms import changes as room_changes
from intranet.features.chat.models import Later, LaterFile
from intranet.kernel import clock
from intranet.testing.house import House, Visitor
from intranet.web import caps
from tests.web.test_chat import direct, send
from tests.worker import catch_up

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # 10:30 in Rome, where the company is
NOON = "2026-11-25T12:00"
HTMX = {"HX-Request": "true"}
Clock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets what time it is."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(NOW)
    return set_to


def waiting(house: House) -> list[Later]:
    with house.site.database.read() as db:
        return db.query(Later).order_by(Later.id).all()


def said(house: House) -> list[str]:
    with house.site.database.read() as db:
        return list(db.scalars(select(Entry.body).where(Entry.kind == "message", Entry.removed_at.is_(None))))


def plan(house: House, username: str, body: str, slug: str = "workshop", **more: object) -> Any:
    """What the API answers."""
    address = f"/rooms/{house.room(slug).id}/messages"
    return house.program(username).post(address, {"body": body, "publish_at": NOON, **more})


def pass_noon(house: House, at: Clock) -> None:
    at(NOW + timedelta(hours=3))
    house.site.jobs.run_now("chat.later")


def told(house: House, username: str) -> list[str]:
    catch_up(house)
    found = house.program(username).get("/notifications").json
    assert found
    return [each["text"] for each in found["items"] if each["kind"] == "chat.returned"]


def leave(house: House, username: str) -> None:
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person(username), actor=None)


def upload(visitor: Visitor, body: str, **more: object) -> Any:
    given = {"body": body, "publish_at": NOON, "files": (io.BytesIO(b"plan"), "plan.txt"), **more}
    return visitor.post("/chat/workshop/messages", given, content_type="multipart/form-data")


def test_a_message_is_said_at_its_time_and_not_before(house: House, at: Clock) -> None:
    answer = plan(house, "ines", "lunch!")
    assert (answer.status_code, answer.json["publish_at"]) == (202, "2026-11-25T11:00:00.000000Z")
    house.site.jobs.run_now("chat.later")
    assert said(house) == []
    assert "lunch!" not in house.visitor("omar").get("/chat/workshop").text
    pass_noon(house, at)
    assert said(house) == ["lunch!"]
    assert "lunch!" in house.visitor("omar").get("/chat/workshop").text
    assert waiting(house) == []


def test_it_is_said_once_however_often_the_worker_comes_and_the_form_is_sent(house: House, at: Clock) -> None:
    key = {"Idempotency-Key": "k1"}
    address, program = f"/rooms/{house.room('workshop').id}/messages", house.program("ines")
    body = {"body": "lunch!", "publish_at": NOON}
    assert [program.post(address, body, headers=key).status_code for _ in range(3)] == [202] * 3
    assert len(waiting(house)) == 1
    for _ in range(3):
        pass_noon(house, at)
    assert said(house) == ["lunch!"]
    at(NOW)
    assert program.post(address, body, headers=key).status_code == 201
    assert said(house) == ["lunch!"]


def test_the_form_works_without_javascript_and_with_it(house: House, at: Clock) -> None:
    ines = house.visitor("ines")
    sent = ines.post("/chat/workshop/messages", {"body": "lunch!", "publish_at": NOON})
    assert (sent.status_code, sent.location) == (303, "/chat/later?saved=1")
    assert "lunch!" in ines.get("/chat/later").text
    piece = ines.post("/chat/workshop/messages", {"body": "tea!", "publish_at": NOON}, headers=HTMX)
    assert (piece.status_code, "<html" in piece.text) == (202, False)
    assert "12:00" in piece.text


@pytest.mark.parametrize("moment", ["2020-01-01T09:00", "2030-01-01T09:00", "soon", "2026-11-25T10:30"])
def test_a_wrong_time_is_refused_and_nothing_typed_is_lost(house: House, at: Clock, moment: str) -> None:
    refused = house.visitor("ines").post("/chat/workshop/messages", {"body": "do not lose", "publish_at": moment})
    assert refused.status_code == 422
    assert "do not lose" in refused.text
    assert plan(house, "ines", "x", publish_at=moment).json["error"]["fields"]["publish_at"]
    assert waiting(house) == []


def test_an_empty_time_is_now(house: House, at: Clock) -> None:
    assert plan(house, "ines", "now", publish_at="").status_code == 201


def test_a_command_and_what_is_urgent_cannot_wait(house: House, at: Clock) -> None:
    assert plan(house, "ines", "/away").status_code == 422
    assert plan(house, "ines", "@omar fire", urgent=True).status_code == 422
    assert plan(house, "ines", "//away").status_code == 202
    pass_noon(house, at)
    assert said(house) == ["/away"]


def test_files_wait_along_and_nobody_else_reads_them(house: House, at: Clock) -> None:
    assert upload(house.visitor("ines"), "").status_code == 303
    with house.site.database.read() as db:
        file_id = db.query(LaterFile).one().id
    path = f"/chat/later/files/{file_id}"
    assert house.visitor("ines").get(path).data == b"plan"
    for username in ("omar", "pavel", "rosa"):
        assert house.visitor(username).get(path).status_code == 404
    pass_noon(house, at)
    with house.site.database.read() as db:
        assert db.scalars(select(Attachment.name)).all() == ["plan.txt"]
        assert db.query(LaterFile).count() == 0


def test_an_answer_comes_in_its_thread(house: House, at: Clock) -> None:
    root = send(house, "omar", "workshop", "who has the key?")
    plan(house, "ines", "I do", thread_id=root)
    pass_noon(house, at)
    with house.site.database.read() as db:
        entry = db.scalars(select(Entry).where(Entry.body == "I do")).one()
        assert (entry.thread_id, entry.in_log) == (root, False)


def test_who_left_the_room_says_nothing_and_is_told(house: House, at: Clock) -> None:
    plan(house, "omar", "lunch!")
    leave(house, "omar")
    pass_noon(house, at)
    assert said(house) == []
    assert told(house, "omar") == ["A message of yours was not sent: You can no longer write in this conversation."]
    page = house.visitor("omar").get("/chat/later").text
    assert "lunch!" in page
    assert "Workshop" not in page
    pass_noon(house, at)
    assert len(told(house, "omar")) == 1


def test_whom_one_blocked_says_nothing_later_either(house: House, at: Clock) -> None:
    room_id = direct(house, "omar", "ines")
    answer = house.program("omar").post(f"/rooms/{room_id}/messages", {"body": "hello?", "publish_at": NOON})
    assert answer.status_code == 202
    house.visitor("ines").post("/people/omar/block", {"on": "1"})
    pass_noon(house, at)
    assert said(house) == []
    assert told(house, "omar") == ["A message of yours was not sent: This person takes no direct messages from you."]


def test_what_it_answers_may_be_gone_by_then(house: House, at: Clock) -> None:
    root = send(house, "omar", "workshop", "who has the key?")
    plan(house, "ines", "I do", thread_id=root)
    with house.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, root), house.person("omar"))
    pass_noon(house, at)
    assert said(house) == []
    assert told(house, "ines") == ["A message of yours was not sent: The message that it answers is gone."]


def test_who_may_no_longer_sign_in_says_nothing(house: House, at: Clock) -> None:
    plan(house, "omar", "lunch!")
    with house.site.database.write() as db:
        people.disable(db, db.get_one(Person, house.person("omar").id))
    pass_noon(house, at)
    assert said(house) == []


def test_its_author_changes_it_sends_it_now_and_takes_it_back(house: House, at: Clock) -> None:
    ines = house.visitor("ines")
    upload(ines, "lunch!")
    (later,) = waiting(house)
    path = f"/chat/later/{later.id}"
    assert "lunch!" in ines.get(path).text
    with house.site.database.read() as db:
        file_id = db.query(LaterFile).one().id
    changed = {"body": "supper!", "publish_at": "2026-11-25T19:00", "removed": str(file_id)}
    assert ines.post(path, changed).status_code == 303
    pass_noon(house, at)
    assert said(house) == []
    sent = ines.post(f"{path}/send")
    assert sent.status_code == 303
    assert said(house) == ["supper!"]
    plan(house, "ines", "never", publish_at="2026-11-26T09:00")
    (later,) = waiting(house)
    assert ines.post(f"/chat/later/{later.id}/remove").status_code == 303
    assert waiting(house) == []


def test_a_change_that_leaves_nothing_or_no_time_is_refused(house: House, at: Clock) -> None:
    plan(house, "ines", "lunch!")
    (later,) = waiting(house)
    for wrong in (
        {"body": "", "publish_at": NOON},
        {"body": "kept", "publish_at": ""},
        {"body": "kept", "publish_at": "2020-01-01T09:00"},
    ):
        refused = house.visitor("ines").post(f"/chat/later/{later.id}", wrong)
        assert refused.status_code == 422
        assert wrong["body"] in refused.text
    assert [each.body for each in waiting(house)] == ["lunch!"]


def test_it_is_nobody_elses_in_any_way(house: House, at: Clock) -> None:
    plan(house, "ines", "quicksilver")
    (later,) = waiting(house)
    for username in ("omar", "pavel", "rosa"):
        visitor, program = house.visitor(username), house.program(username)
        assert "quicksilver" not in visitor.get("/chat/later").text
        assert program.get("/later").json["items"] == []  # type: ignore[index]
        assert visitor.get(f"/chat/later/{later.id}").status_code == 404
        for verb in ("", "/send", "/remove"):
            assert visitor.post(f"/chat/later/{later.id}{verb}", {"body": "x", "publish_at": NOON}).status_code == 404
        for method in ("PATCH", "DELETE"):
            assert program.ask(method, f"/later/{later.id}", json={"body": "x"}).status_code == 404
    assert house.program("omar").get("/search?q=quicksilver").json["items"] == []  # type: ignore[index]
    assert [each.body for each in waiting(house)] == ["quicksilver"]


def test_nobody_plans_where_they_may_not_write(house: House, at: Clock) -> None:
    assert plan(house, "pavel", "x").status_code == 404
    assert plan(house, "pavel", "x", "library").status_code == 403
    assert plan(house, "ines", "").status_code == 422
    assert waiting(house) == []


def test_a_program_lists_changes_and_removes_them(house: House, at: Clock) -> None:
    made = plan(house, "ines", "lunch!").json
    ines = house.program("ines")
    assert ines.get("/later").json["items"] == [made]  # type: ignore[index]
    changed = ines.ask("PATCH", f"/later/{made['id']}", json={"publish_at": "2026-11-25T13:00:00+01:00"}).json
    assert changed == {**made, "publish_at": "2026-11-25T12:00:00.000000Z"}
    assert ines.ask("DELETE", f"/later/{made['id']}").status_code == 204
    assert waiting(house) == []


def test_they_are_bounded(house: House, at: Clock) -> None:
    with house.site.database.write() as db:
        given = {"author_id": house.person("ines").id, "room_id": house.room("workshop").id, "also_in_log": False}
        db.add_all(Later(**given, body="x", publish_at=NOW, created_at=NOW) for _ in range(caps.LATER))
    assert plan(house, "ines", "one more").status_code == 409


def test_nothing_of_it_is_left_when_one_is_erased_and_all_of_it_is_taken_along(house: House, at: Clock) -> None:
    plan(house, "ines", "quicksilver")
    with house.site.database.write() as db:
        person = house.person("ines")
        files = {each.path: each for each in house.site.plugins.ask("person_exports", db=db, person=person)}
        assert b"quicksilver" in files["chat.json"].content
        list(house.site.plugins.ask("person_erased", db=db, person=person))
    assert waiting(house) == []
