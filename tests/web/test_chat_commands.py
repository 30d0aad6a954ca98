"""Messages that begin with a slash, what people say of themselves, and what they want to be reminded of."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intranet.core import people
from intranet.core.models import Entry, Notification, Person
from intranet.core.rooms import changes as room_changes
from intranet.features.chat.commands import running
from intranet.features.chat.models import Reminder, Status
from intranet.kernel import clock
from intranet.testing.house import House
from intranet.web import caps
from intranet.web.offers import Said, SlashCommand, Whispered
from tests.web.test_chat import direct, send, shown
from tests.worker import catch_up

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # 10:30 in Rome
HTMX = {"HX-Request": "true"}
Clock = Callable[[datetime], None]


@pytest.fixture
def at(house: House, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets what time it is, where the company is in Rome."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    house.site.settings = house.site.settings.model_copy(update={"time_zone": "Europe/Rome"})
    set_to(NOW)
    return set_to


def write(house: House, username: str, body: str, slug: str = "workshop", **said: object) -> Any:
    """What the API answers."""
    return house.program(username).post(f"/rooms/{house.room(slug).id}/messages", {"body": body, **said})


def told(house: House, username: str, body: str, slug: str = "workshop") -> str:
    answer = write(house, username, body, slug)
    assert answer.status_code == 200, answer.text
    assert not said(house)
    return str(answer.json["told"])


def said(house: House) -> list[str]:
    with house.site.database.read() as db:
        return list(db.scalars(select(Entry.body).where(Entry.kind == "message")))


def lines(house: House, username: str) -> list[str]:
    house.site.jobs.run_now("chat.remind")
    catch_up(house)
    found = house.program(username).get("/notifications").json
    assert found
    return [each["text"] for each in found["items"] if each["kind"] == "chat.reminder"]


def reminders(house: House) -> list[Reminder]:
    with house.site.database.read() as db:
        return db.query(Reminder).order_by(Reminder.id).all()


# Which words are a command


def test_an_unknown_command_is_refused_in_words_and_nothing_typed_is_lost(house: House) -> None:
    refused = house.visitor("ines").post("/chat/workshop/messages", {"body": "/nosuch thing"})
    assert refused.status_code == 422
    assert "There is no such command" in refused.text
    assert "/nosuch thing</textarea>" in refused.text
    assert write(house, "ines", "/nosuch").json["error"]["fields"]["body"].startswith("There is no such command")
    assert said(house) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("//back", "/back"),
        ("//back to the roots", "/back to the roots"),
        ("// a remark", "// a remark"),
        ("/etc/hosts is wrong", "/etc/hosts is wrong"),
        ("/ is the root", "/ is the root"),
        ("/1 of it", "/1 of it"),
        ("`/back`", "`/back`"),
        ("```\n/back\n```", "```\n/back\n```"),
        ("go /back", "go /back"),
    ],
)
def test_a_slash_that_begins_no_command_is_said(house: House, typed: str, kept: str) -> None:
    assert write(house, "ines", typed).status_code == 201
    assert said(house) == [kept]


def test_the_commands_are_listed_with_their_help(house: House) -> None:
    found = {each["name"]: each for each in house.visitor("ines").get("/chat/commands").json["items"]}  # type: ignore[index]
    assert {"away", "back", "remind", "hello"} <= set(found)
    assert found["away"]["usage"].startswith("/away")
    assert found["away"]["label"]
    assert house.program("ines").get("/commands").json["items"] == list(found.values())  # type: ignore[index]


def test_what_only_the_viewer_reads_comes_as_a_page_or_as_a_piece(house: House) -> None:
    ines = house.visitor("ines")
    whole = ines.post("/chat/workshop/messages", {"body": "/back"})
    assert (whole.status_code, "Only you see this" in whole.text) == (200, True)
    assert 'href="/chat/workshop"' in whole.text
    piece = ines.post("/chat/workshop/messages", {"body": "/back"}, headers=HTMX)
    assert (piece.status_code, "<html" in piece.text) == (200, False)
    assert "Welcome back" in piece.text
    assert shown(ines.get("/chat/workshop").text) == []


def test_nobody_runs_a_command_where_they_may_not_write(house: House) -> None:
    assert write(house, "pavel", "/back").status_code == 404
    assert write(house, "pavel", "/back", "library").status_code == 403
    assert write(house, "pavel", "/remind me in 5 minutes x", "library").status_code == 403
    assert reminders(house) == []


def test_the_same_key_runs_a_command_once(house: House) -> None:
    room_id, key = house.room("workshop").id, {"Idempotency-Key": "k1"}
    program, body = house.program("ines"), {"body": "/remind me in 20 minutes tea"}
    answers = [program.post(f"/rooms/{room_id}/messages", body, headers=key) for _ in range(3)]
    assert [each.status_code for each in answers] == [200] * 3
    assert len(reminders(house)) == 1
    key = {"Idempotency-Key": "k2"}
    spoken = [program.post(f"/rooms/{room_id}/messages", {"body": "/hello @pavel"}, headers=key) for _ in range(3)]
    assert len({each.json["id"] for each in spoken if each.json}) == 1


def test_a_plugins_command_that_fails_is_counted_and_takes_nothing_along(house: House) -> None:
    def fail(db: Any, viewer: Person, _seen: object, _words: str) -> Whispered:
        db.add(Status(person_id=viewer.id, words="half done", is_quiet=False, at=NOW))
        db.flush()
        raise RuntimeError("no")

    house.site.slash_commands["boom"] = ("welcome", SlashCommand("boom", "Fails", "/boom", fail))
    assert "did not work" in told(house, "ines", "/boom now")
    assert house.site.plugins.failures["welcome"] == 1
    with house.site.database.read() as db:
        assert db.query(Status).count() == 0
    page = house.visitor("ines").post("/chat/workshop/messages", {"body": "/boom"})
    assert (page.status_code, "did not work" in page.text) == (200, True)
    for _ in range(3):
        write(house, "ines", "/boom")
    assert write(house, "ines", "/boom").status_code == 422  # it is switched off, with its other command
    assert write(house, "ines", "/hello @pavel").status_code == 422
    assert write(house, "ines", "still here").status_code == 201


def test_an_answer_that_is_none_counts_as_a_failure(house: House) -> None:
    broken = SlashCommand("broken", "Answers nothing", "/broken", lambda *_given: None)  # type: ignore[arg-type,return-value]
    house.site.slash_commands["broken"] = ("welcome", broken)
    assert "did not work" in told(house, "ines", "/broken")
    assert house.site.plugins.failures["welcome"] == 1


def test_a_command_says_nothing_that_could_not_have_been_typed(house: House) -> None:
    for number, body in enumerate(["x" * (caps.BODY + 1), "a\x00b"], start=1):
        house.site.slash_commands["long"] = (
            "welcome",
            SlashCommand("long", "Long", "/long", lambda *_given, body=body: Said(body)),
        )
        assert "did not work" in told(house, "ines", "/long")
        assert house.site.plugins.failures["welcome"] == number


def test_a_plugins_command_that_keeps_others_from_writing_for_long_counts_as_a_failure(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HELD_MOST_S", -1)
    assert write(house, "ines", "/hello @pavel").status_code in (200, 201)
    assert house.site.plugins.failures["welcome"] == 1
    assert "kept everyone" in house.site.plugins.reasons["welcome"]
    assert write(house, "ines", "/back").status_code in (200, 201)
    assert house.site.plugins.failures["chat"] == 0


# Away and back


def test_who_is_away_says_so_on_the_profile_until_the_end_comes(house: House, at: Clock) -> None:
    assert told(house, "ines", "/away at the dentist until 15:00") == "Until 15:00 others read: at the dentist"
    profile = house.visitor("omar").get("/people/ines").text
    assert "at the dentist" in profile
    assert "until 15:00" in profile
    at(NOW + timedelta(hours=5))
    assert "at the dentist" not in house.visitor("omar").get("/people/ines").text
    house.site.jobs.run_now("chat.tidy")
    with house.site.database.read() as db:
        assert db.query(Status).count() == 0


@pytest.mark.parametrize(
    ("typed", "words", "until"),
    [
        ("", "Away", None),
        ("lunch", "lunch", None),
        ("lunch until 14", "lunch", 13),
        ("until tomorrow", "Away", 8 + 24),
        ("for 2 hours", "Away", 11.5),
        ("pranzo fino alle 14", "pranzo", 13),
        ("Mittag bis 14 Uhr", "Mittag", 13),
        ("Arzt für 2 Stunden", "Arzt", 11.5),
        ("gone until further notice", "gone until further notice", None),
    ],
)
def test_an_absence_is_understood_in_three_languages(
    house: House, at: Clock, typed: str, words: str, until: float | None
) -> None:
    told(house, "ines", f"/away {typed}")
    with house.site.database.read() as db:
        status = db.query(Status).one()
    expected = NOW.replace(hour=0, minute=0) + timedelta(hours=until) if until else None
    assert (status.words, status.until, status.is_quiet) == (words, expected, True)


def test_the_bell_is_quiet_while_one_is_away_and_rings_again_after(house: House) -> None:
    def rings() -> bool:
        catch_up(house)
        found = re.search(r'data-unread="(\d+)"', house.visitor("omar").get("/").text)
        assert found
        return found[1] != "0"

    with house.site.database.write() as db:
        db.query(Notification).delete()
    told(house, "omar", "/away")
    send(house, "ines", "workshop", "@omar?")
    assert not rings()
    assert house.program("omar").get("/notifications").json["items"]  # type: ignore[index]
    write(house, "omar", "/back")
    assert rings()


def test_a_program_sets_and_ends_a_status(house: House, at: Clock) -> None:
    ines = house.program("ines")
    assert ines.ask("PUT", "/me/status", json={"words": "on the road", "until": "2026-11-25T15:00"}).status_code == 204
    shown_to = house.program("omar").get("/people/ines/status").json
    assert shown_to == {"words": "on the road", "until": "2026-11-25T14:00:00.000000Z", "is_quiet": False}
    assert ines.ask("DELETE", "/me/status").status_code == 204
    assert house.program("omar").get("/people/ines/status").status_code == 404
    for wrong in ({}, {"words": "x" * 121}, {"words": "x", "until": "2020-01-01"}, {"words": "x", "until": "soon"}):
        assert ines.ask("PUT", "/me/status", json=wrong).status_code == 422


def test_a_guest_learns_nothing_of_those_whom_they_never_met(house: House) -> None:
    house.program("ines").ask("PUT", "/me/status", json={"words": "on the road"})
    with house.site.database.write() as db:
        people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
    assert house.program("gusta").get("/people/ines/status").status_code == 404
    assert house.program("omar").get("/people/ines/status").status_code == 200


# Reminders


def test_a_reminder_comes_at_its_time_once_and_to_nobody_else(house: House, at: Clock) -> None:
    assert told(house, "ines", "/remind me in 20 minutes to call Anna") == "You will be reminded: 10:50"
    assert lines(house, "ines") == []
    at(NOW + timedelta(minutes=20))
    for _ in range(2):
        assert lines(house, "ines") == ["You wanted to be reminded: call Anna"]
    assert lines(house, "omar") == []
    assert reminders(house) == []


@pytest.mark.parametrize(
    "typed",
    [
        "me tomorrow at 9 milk",
        "domani alle 9 milk",
        "mich morgen um 9 milk",
        "me milk on 2026-11-26 9:00",
        "mi domani alle 9 di milk",
    ],
)
def test_a_reminder_is_understood_in_three_languages(house: House, at: Clock, typed: str) -> None:
    told(house, "ines", f"/remind {typed}")
    (reminder,) = reminders(house)
    assert (reminder.words, reminder.due_at) == ("milk", datetime(2026, 11, 26, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "me",
        "me call Anna",
        "me in 20 minutes",
        "me at 25:00 tea",
        "me on 2020-01-01 tea",
        "me in 600 days tea",
        "@nobody in 5 minutes x",
        "me in 5 minutes " + "x" * 301,
    ],
)
def test_a_reminder_without_a_time_words_or_person_is_refused(house: House, at: Clock, typed: str) -> None:
    assert write(house, "ines", f"/remind {typed}").status_code == 422
    assert reminders(house) == []


def test_one_reminds_others_of_the_same_room_and_nobody_beyond(house: House, at: Clock) -> None:
    assert "Omar Said will be reminded" in told(house, "ines", "/remind @omar in 5 minutes the kiln")
    assert write(house, "ines", "/remind @pavel in 5 minutes the kiln").status_code == 422
    at(NOW + timedelta(minutes=5))
    assert lines(house, "omar") == ["Ines Alba reminds you: the kiln"]
    assert lines(house, "ines") == []
    house.visitor("omar").post("/people/ines/block", {"on": "1"})
    assert write(house, "ines", "/remind @omar in 5 minutes again").status_code == 422


def test_a_message_comes_back_with_the_way_to_it(house: House, at: Clock) -> None:
    entry_id = send(house, "omar", "workshop", "the kiln wants wood")
    ines = house.visitor("ines")
    assert ines.get(f"/chat/m/{entry_id}/remind").status_code == 200
    assert ines.post(f"/chat/m/{entry_id}/remind", {"when": "20m"}).status_code == 303
    assert "the kiln wants wood" in ines.get("/chat/reminders").text
    at(NOW + timedelta(minutes=20))
    assert lines(house, "ines") == ["You wanted to be reminded: the kiln wants wood"]
    found = house.program("ines").get("/notifications").json
    assert found
    assert found["items"][0]["url"] == f"/chat/m/{entry_id}"
    assert lines(house, "omar") == []


def test_the_menu_of_a_message_leads_to_a_reminder_and_the_sidebar_to_all_of_them(house: House) -> None:
    entry_id = send(house, "omar", "workshop", "the kiln wants wood")
    assert f'href="/chat/m/{entry_id}/remind"' in house.visitor("ines").get(f"/entries/{entry_id}/menu").text
    assert 'href="/chat/reminders"' in house.visitor("ines").get("/chat/workshop").text
    assert house.visitor("pavel").get(f"/chat/m/{entry_id}/remind").status_code == 404
    assert house.visitor("pavel").post(f"/chat/m/{entry_id}/remind", {"when": "1h"}).status_code == 404


@pytest.mark.parametrize(
    ("when", "due"),
    [("1h", NOW + timedelta(hours=1)), ("tomorrow", datetime(2026, 11, 26, 8, 0, tzinfo=UTC)),
     ("2026-12-01T09:00", datetime(2026, 12, 1, 8, 0, tzinfo=UTC))],
)  # fmt: skip
def test_when_is_chosen_or_typed(house: House, at: Clock, when: str, due: datetime) -> None:
    entry_id = send(house, "omar", "workshop", "the kiln wants wood")
    house.visitor("ines").post(f"/chat/m/{entry_id}/remind", {"when": when, "words": "wood"})
    assert [(each.due_at, each.words) for each in reminders(house)] == [(due, "wood")]


@pytest.mark.parametrize("when", ["", "soon", "2020-01-01T09:00", "2030-01-01T09:00", "at 25:00"])
def test_a_wrong_time_is_refused_and_the_form_comes_again(house: House, at: Clock, when: str) -> None:
    entry_id = send(house, "omar", "workshop", "the kiln wants wood")
    refused = house.visitor("ines").post(f"/chat/m/{entry_id}/remind", {"when": when, "words": "do not lose"})
    assert refused.status_code == 422
    assert "do not lose" in refused.text
    assert reminders(house) == []


def test_a_reminder_is_undone_by_whom_it_is_for_or_from_and_nobody_else(house: House, at: Clock) -> None:
    told(house, "ines", "/remind @omar in 5 minutes the kiln")
    (reminder,) = reminders(house)
    path = f"/chat/reminders/{reminder.id}/remove"
    for username in ("pavel", "rosa"):
        assert house.visitor(username).post(path).status_code == 404
        assert house.program(username).ask("DELETE", f"/reminders/{reminder.id}").status_code == 404
        assert "the kiln" not in house.visitor(username).get("/chat/reminders").text
    assert "the kiln" in house.visitor("omar").get("/chat/reminders").text
    assert house.visitor("omar").post(path).status_code == 303
    assert reminders(house) == []


def test_a_program_makes_lists_and_removes_reminders(house: House, at: Clock) -> None:
    entry_id = send(house, "omar", "workshop", "the kiln wants wood")
    ines, key = house.program("ines"), {"Idempotency-Key": "k1"}
    made = [ines.post(f"/entries/{entry_id}/reminders", {"when": "1h"}, headers=key) for _ in range(2)]
    assert {each.status_code for each in made} == {201}
    (item,) = ines.get("/reminders").json["items"]  # type: ignore[index]
    assert item == made[1].json
    assert (item["entry_id"], item["due_at"], item["for"]["username"]) == (
        entry_id,
        "2026-11-25T10:30:00.000000Z",
        "ines",
    )
    assert house.program("pavel").post(f"/entries/{entry_id}/reminders", {"when": "1h"}).status_code == 404
    assert ines.ask("DELETE", f"/reminders/{item['id']}").status_code == 204
    assert ines.get("/reminders").json["items"] == []  # type: ignore[index]


def test_nothing_is_told_of_what_one_may_no_longer_read(house: House, at: Clock) -> None:
    room_id = direct(house, "ines", "omar")
    kept = house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "between us"}).json
    gone = send(house, "ines", "workshop", "the kiln wants wood")
    assert kept
    for entry_id in (kept["id"], gone):
        house.visitor("omar").post(f"/chat/m/{entry_id}/remind", {"when": "20m"})
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    assert "the kiln" not in house.visitor("omar").get("/chat/reminders").text
    at(NOW + timedelta(minutes=20))
    assert lines(house, "omar") == ["You wanted to be reminded: between us"]
    assert reminders(house) == []


def test_reminders_are_bounded(house: House, at: Clock) -> None:
    with house.site.database.write() as db:
        ines, room = house.person("ines"), house.room("workshop")
        db.add_all(
            Reminder(person_id=ines.id, author_id=ines.id, room_id=room.id, words="x", due_at=NOW, created_at=NOW)
            for _ in range(caps.REMINDERS)
        )
    assert write(house, "ines", "/remind me in 5 minutes more").status_code == 409


def test_nothing_of_it_is_left_when_one_is_erased_and_all_of_it_is_taken_along(house: House, at: Clock) -> None:
    write(house, "ines", "/away at sea")
    write(house, "ines", "/remind @omar in 5 minutes the kiln")
    write(house, "omar", "/remind @ines in 5 minutes the oven")
    with house.site.database.write() as db:
        person = house.person("ines")
        files = {each.path: each for each in house.site.plugins.ask("person_exports", db=db, person=person)}
        text = files["chat.json"].content.decode()
        assert all(words in text for words in ("at sea", "the kiln", "the oven"))
        list(house.site.plugins.ask("person_erased", db=db, person=person))
    assert reminders(house) == []
    with house.site.database.read() as db:
        assert db.query(Status).count() == 0
