"""Codes to join a room: made by keepers, used by who can sign in, and telling nothing to anybody else."""

import io
import json
import re
import threading
import zipfile
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy.event import listen
from werkzeug.test import TestResponse

from intranet.core import people, tickets
from intranet.core.models import AuditRow, JoinRequest, Membership, Room
from intranet.core.rooms import changes as room_changes
from intranet.features.invites import changes
from intranet.features.invites.models import Invite, InviteUse
from intranet.features.invites.plugin import KEPT, event_happened
from intranet.kernel import clock, events, migrations
from intranet.testing.house import House

CODE = re.compile(r'<span class="code">([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})</span>')
CHANGING = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|data-since="\d+"')
FORM = {"lasts": "604800", "people": "10", "approval": "1"}
FREE = {"lasts": "604800", "people": "none"}
BASE = "https://intranet.example"
KEEPERS_PAGES = ("", "/1", "/1/code.png", "/1/code.svg", "/1/poster.pdf")


@pytest.fixture(autouse=True)
def _has_address(house: House) -> None:
    house.site.settings = house.site.settings.model_copy(update={"base_url": BASE})


def make(house: House, slug: str = "workshop", by: str = "ines", **said: str) -> str:
    """A code, made on the page."""
    visitor = house.visitor(by)
    answer = visitor.post(f"/rooms/{slug}/invites", said or FORM)
    assert answer.status_code == 303, answer.status_code
    return CODE.search(visitor.get(answer.headers["Location"]).text)[1]  # type: ignore[index]


def newest(house: House) -> Invite:
    with house.site.database.read() as db:
        return db.query(Invite).order_by(Invite.id.desc()).first()  # type: ignore[return-value]


def write(house: House, **fields: object) -> None:
    """Changes the newest code."""
    with house.site.database.write() as db:
        invite = db.get_one(Invite, newest(house).id)
        for name, value in fields.items():
            setattr(invite, name, value)


def change_room(house: House, slug: str = "workshop", **fields: object) -> None:
    with house.site.database.write() as db:
        for name, value in fields.items():
            setattr(db.get_one(Room, house.room(slug).id), name, value)


def come(house: House, username: str, code: str) -> TestResponse:
    return house.visitor(username).post(f"/j/{code}")


def membership(house: House, username: str, slug: str = "workshop") -> Membership | None:
    with house.site.database.read() as db:
        return db.get(Membership, (house.room(slug).id, house.person(username).id))


def asks(house: House, username: str, slug: str = "workshop") -> JoinRequest | None:
    with house.site.database.read() as db:
        return db.get(JoinRequest, (house.room(slug).id, house.person(username).id))


def answer_wish(house: House, username: str, *, let_in: bool) -> None:
    """A keeper answers, and the worker tells of it."""
    with house.site.database.write() as db:
        room, actor = db.get_one(Room, house.room("workshop").id), house.person("ines")
        room_changes.answer_request(db, room, house.person(username), actor=actor, let_in=let_in)
    tell(house)


def tell(house: House) -> None:
    with house.site.database.write() as db:
        for event in events.list_after(db, 0, 10_000):
            event_happened(db, event)


def add_people(house: House, count: int) -> list[str]:
    with house.site.database.write() as db:
        return [people.add(db, username=f"p{number}", name=f"Person {number}").username for number in range(count)]


def make_guest(house: House, username: str) -> None:
    with house.site.database.write() as db:
        found = people.find_by_username(db, username)
        assert found
        found.is_guest = True


# Coming in


def test_a_code_without_approval_leads_into_a_room_that_nobody_else_can_see(house: House) -> None:
    code = make(house, **FREE)
    pavel = house.visitor("pavel")
    page = pavel.get(f"/j/{code}")
    assert page.status_code == 200
    assert all(each in page.text for each in ("Workshop", "Ines Alba", "You will see posts from today on."))
    assert not house.sees("pavel", "workshop"), "looking joins nothing"
    assert pavel.post(f"/j/{code}").headers["Location"] == "/rooms/workshop"
    assert pavel.get("/rooms/workshop").status_code == 200
    assert house.visitor("rosa").get("/rooms/workshop").status_code == 404


def test_with_approval_one_asks_and_is_let_in_by_a_keeper(house: House) -> None:
    code = make(house)
    pavel = house.visitor("pavel")
    assert "Ask to join" in pavel.get(f"/j/{code}").text
    pavel.post(f"/j/{code}", {"words": "I work the night shift"})
    assert "You asked to join" in pavel.get(f"/j/{code}").text
    assert not house.sees("pavel", "workshop")
    wish = asks(house, "pavel")
    assert wish
    assert wish.words == "I work the night shift"
    answer_wish(house, "pavel", let_in=True)
    assert house.sees("pavel", "workshop")
    assert pavel.get(f"/j/{code}").headers["Location"] == "/rooms/workshop"


@pytest.mark.parametrize("approval", ["", "1"])
@pytest.mark.parametrize("history", ["", "1"])
def test_older_posts_are_seen_as_the_code_says(house: House, approval: str, history: str) -> None:
    old = house.say("ines", "workshop", "said before")
    code = make(house, lasts="none", people="none", approval=approval, history=history)
    words = "You will see all posts" if history else "You will see posts from today on."
    assert words in house.visitor("pavel").get(f"/j/{code}").text
    come(house, "pavel", code)
    if approval:
        answer_wish(house, "pavel", let_in=True)
    assert ("said before" in house.visitor("pavel").get("/rooms/workshop").text) is bool(history)
    assert house.visitor("pavel").get(f"/p/{old.id}").status_code == (200 if history else 404)


@pytest.mark.parametrize("spelt", ["{}", "  {} ", "{lower}", "{bare}", "{spaced}"])
def test_a_typed_code_is_found_however_it_is_written(house: House, spelt: str) -> None:
    code = make(house)
    typed = spelt.format(code, lower=code.lower(), bare=code.replace("-", ""), spaced=code.replace("-", " "))
    answer = house.visitor("pavel").post("/join", {"code": typed})
    assert answer.headers["Location"] == f"/j/{code}"


def test_who_is_not_signed_in_signs_in_first_and_learns_nothing_before(house: House) -> None:
    code = make(house)
    stranger = house.visitor()
    assert "/join" in stranger.get("/login").text
    for wanted in (code, "XXXX-XXXX-XXXX"):
        answer = stranger.post("/join", {"code": wanted})
        assert answer.headers["Location"] == f"/j/{wanted}"
        answer = stranger.get(f"/j/{wanted}")
        assert answer.headers["Location"] == f"/login?next=/j/{wanted}"
        assert "Workshop" not in stranger.get(answer.headers["Location"]).text
        assert stranger.post(f"/j/{wanted}").status_code == 401
    with house.site.database.read() as db:
        assert db.query(AuditRow).filter(AuditRow.action == "code.failed").count() == 0, "nothing was looked up"


def test_codes_of_rooms_and_of_cards_lead_to_each_other(house: House) -> None:
    stranger = house.visitor()
    assert 'href="/card"' in stranger.get("/join").text
    assert 'href="/join"' in stranger.post("/card", {"code": "XXXX"}).text


def test_who_is_a_member_already_is_led_into_the_room_and_takes_no_place(house: House) -> None:
    code = make(house, lasts="none", people="1")
    assert house.visitor("omar").get(f"/j/{code}").headers["Location"] == "/rooms/workshop"
    assert come(house, "omar", code).headers["Location"] == "/rooms/workshop"
    assert come(house, "pavel", code).headers["Location"] == "/rooms/workshop"


def test_in_a_room_that_everyone_may_join_nobody_asks(house: House) -> None:
    code = make(house, "library", "omar")
    assert come(house, "pavel", code).headers["Location"] == "/rooms/library"
    assert membership(house, "pavel", "library")


def test_the_sidebar_leads_to_the_field_for_a_code_below_ones_rooms(house: House) -> None:
    page = house.visitor("pavel").get("/rooms").text
    assert page.count("Your rooms</h2>") == 2, "one in the sidebar, one on the page"
    assert re.search(r'href="/join"[^>]*>.*?Join with a code', page)


# Codes that do not work


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("ended", "This code has ended."), ("stopped", "This code was stopped."), ("full", "All places of this code are taken."),
        ("archived", "The room is archived"), ("removed", "The room of this code is not there any more."),
    ],
)  # fmt: skip
def test_a_code_that_does_not_work_says_why_and_whom_to_ask(house: House, how: str, words: str) -> None:
    code = make(house, lasts="604800", people="1")
    if how == "full":
        come(house, "rosa", code)
    elif how in ("archived", "removed"):
        change_room(house, **{f"{how}_at": clock.now()})
    else:
        write(house, **{"ended": {"ends_at": clock.now()}, "stopped": {"stopped_at": clock.now()}}[how])
    pavel = house.visitor("pavel")
    for answer in (pavel.get(f"/j/{code}"), pavel.post(f"/j/{code}")):
        assert answer.status_code == 410
        assert words in answer.text
        assert "Ask Ines Alba, who looks after the room." in answer.text
    said = house.program("pavel").post(f"/invites/{code}/join")
    assert said.status_code == 409
    assert "Ines Alba" in said.json["error"]["message"]  # type: ignore[index]
    assert not membership(house, "pavel")
    assert not asks(house, "pavel")


def test_every_wrong_code_gets_one_and_the_same_answer(house: House) -> None:
    make(house)
    pavel, pages = house.visitor("pavel"), set()
    for code in ("XXXX-XXXX-XXXX", "x", "x" * 300, "é", "%00", "1"):
        for answer in (pavel.get(f"/j/{code}"), pavel.post(f"/j/{code}")):
            assert answer.status_code == 404, code
            pages.add(CHANGING.sub("", answer.text))
    assert len(pages) == 1
    assert "Workshop" not in pages.pop()
    said = {house.program("pavel").post(f"/invites/{code}/join").data for code in ("XXXX-XXXX-XXXX", "x", "é")}
    assert len(said) == 1


def test_every_wrong_code_takes_the_same_work(house: House) -> None:
    make(house)
    pavel, asked, done = house.visitor("pavel"), [], list[str]()
    listen(house.site.database.engine, "before_cursor_execute", lambda *event: done.append(event[2]))
    for code in ("XXXX-XXXX-XXXX", "YYYY-YYYY-YYYY", "x", "x" * 300, "é"):
        done.clear()
        pavel.get(f"/j/{code}")
        asked.append(list(done))
    assert all(each == asked[1] for each in asked[2:]), "the first also makes the counters"


def test_a_code_of_a_room_that_went_for_good_is_wrong_like_any_other(house: House) -> None:
    code = make(house)
    change_room(house, removed_at=clock.now() - timedelta(days=90))
    house.site.jobs.run_now("core.clean_up")
    with house.site.database.read() as db:
        assert db.query(Invite).count() == 0, "codes do not hold a room back in the bin"
    assert house.visitor("pavel").get(f"/j/{code}").status_code == 404


def test_wrong_codes_are_counted_and_after_twenty_the_address_waits(house: House) -> None:
    code = make(house)
    pavel = house.visitor("pavel")
    for _ in range(20):
        assert pavel.get("/j/XXXX-XXXX-XXXX").status_code == 404
    assert pavel.get(f"/j/{code}").status_code == 429
    assert pavel.post(f"/j/{code}").status_code == 429
    assert house.program("pavel").post(f"/invites/{code}/join").status_code == 429
    assert not membership(house, "pavel")


def test_a_true_code_counts_as_no_try(house: House) -> None:
    code = make(house)
    pavel = house.visitor("pavel")
    for _ in range(25):
        assert pavel.get(f"/j/{code}").status_code == 200


def test_the_field_says_what_is_wrong_with_what_was_typed(house: House) -> None:
    pavel = house.visitor("pavel")
    assert pavel.post("/join", {"code": ""}).status_code == 422
    assert pavel.post("/join", {"code": "x" * 61}).status_code == 422
    assert pavel.post("/join", {"code": "---"}).status_code == 404
    code = make(house)
    assert pavel.post(f"/j/{code}", {"words": "x" * 301}).status_code == 422
    assert not asks(house, "pavel")


# Places


def test_of_twenty_who_come_at_once_for_the_last_place_one_gets_it(house: House) -> None:
    code = make(house, lasts="none", people="1")
    programs = [house.program(username) for username in add_people(house, 20)]
    barrier, said = threading.Barrier(20), []

    def ask(place: int) -> None:
        barrier.wait()
        said.append(programs[place].post(f"/invites/{code}/join").status_code)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [200] + [409] * 19
    with house.site.database.read() as db:
        assert db.query(Membership).filter(Membership.room_id == house.room("workshop").id).count() == 3


def test_who_asked_holds_a_place_and_who_was_declined_frees_it(house: House) -> None:
    code = make(house, lasts="none", people="1", approval="1")
    come(house, "pavel", code)
    assert come(house, "rosa", code).status_code == 410
    answer_wish(house, "pavel", let_in=False)
    assert come(house, "rosa", code).status_code == 303
    assert come(house, "pavel", code).status_code == 410
    answer_wish(house, "rosa", let_in=True)
    with house.site.database.read() as db:
        states = {use.person_id: use.state for use in db.query(InviteUse)}
    assert states == {house.person("pavel").id: "declined", house.person("rosa").id: "joined"}


def test_who_takes_the_wish_back_frees_the_place(house: House) -> None:
    code = make(house, lasts="none", people="1", approval="1")
    come(house, "pavel", code)
    with house.site.database.write() as db:
        room_changes.withdraw_request(db, house.room("workshop").id, house.person("pavel").id)
    assert come(house, "rosa", code).status_code == 303


def test_asking_twice_is_asking_once(house: House) -> None:
    code = make(house)
    come(house, "pavel", code)
    come(house, "pavel", code)
    with house.site.database.read() as db:
        assert db.query(AuditRow).filter(AuditRow.action == "invite.used").count() == 1
        assert [event.name for event in events.list_after(db, 0, 10_000)].count("join.requested") == 1


def test_a_late_answer_does_not_touch_a_newer_wish(house: House) -> None:
    code = make(house, lasts="none", people="1", approval="1")
    come(house, "pavel", code)
    with house.site.database.write() as db:
        room = db.get_one(Room, house.room("workshop").id)
        room_changes.answer_request(db, room, house.person("pavel"), actor=house.person("ines"), let_in=False)
    come(house, "pavel", code)
    tell(house)
    assert come(house, "rosa", code).status_code == 410, "the newer wish holds its place"


def test_who_was_taken_out_has_to_ask_when_they_come_again_with_the_code(house: House) -> None:
    code = make(house, **FREE)
    come(house, "pavel", code)
    taken_out = house.program("ines").ask("DELETE", f"/rooms/{house.room('workshop').id}/members/pavel")
    assert taken_out.status_code == 204
    assert "Ask to join" in house.visitor("pavel").get(f"/j/{code}").text
    come(house, "pavel", code)
    assert not house.sees("pavel", "workshop")
    assert asks(house, "pavel")


# Guests and people who left


def test_a_guest_needs_a_code_that_is_for_guests_and_comes_in_as_one(house: House) -> None:
    make_guest(house, "pavel")
    closed, free = make(house, **FREE), make(house, lasts="none", people="none", guests="1")
    pavel = house.visitor("pavel")
    for answer in (
        pavel.get(f"/j/{closed}"),
        pavel.post(f"/j/{closed}"),
        house.program("pavel").post(f"/invites/{closed}/join"),
    ):
        assert answer.status_code == 403
        assert "Workshop" not in answer.text
    assert not membership(house, "pavel")
    assert pavel.post(f"/j/{free}").headers["Location"] == "/rooms/workshop"
    assert membership(house, "pavel").role == "guest"  # type: ignore[union-attr]


def test_a_guest_who_asked_is_let_in_as_a_guest(house: House) -> None:
    make_guest(house, "pavel")
    come(house, "pavel", make(house, lasts="none", people="none", guests="1", approval="1"))
    answer_wish(house, "pavel", let_in=True)
    assert membership(house, "pavel").role == "guest"  # type: ignore[union-attr]


def test_a_guest_has_to_ask_in_an_open_room_too(house: House) -> None:
    make_guest(house, "pavel")
    come(house, "pavel", make(house, "library", "omar", lasts="none", people="none", guests="1", approval="1"))
    assert not membership(house, "pavel", "library")
    assert asks(house, "pavel", "library")


def test_who_is_disabled_comes_in_nowhere(house: House) -> None:
    code = make(house, **FREE)
    pavel = house.visitor("pavel")
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "pavel"))  # type: ignore[arg-type]
    assert pavel.post(f"/j/{code}").status_code in (302, 401, 403)
    assert not membership(house, "pavel")


# Keepers


def test_the_page_offers_a_code_of_seven_days_for_ten_people_with_approval(house: House) -> None:
    page = house.visitor("ines").get("/rooms/workshop/invites").text
    assert '<option value="604800" selected>7 days</option>' in page
    assert '<option value="10" selected>Up to 10 people</option>' in page
    assert re.search(r'name="approval" value="1" checked', page)
    assert not re.search(r'name="(history|guests)" value="1" checked', page)
    assert newest(house) is None, "looking makes nothing"


def test_the_newest_code_that_works_is_shown_with_who_came(house: House) -> None:
    ines = house.visitor("ines")
    first, second = make(house, **FREE), make(house)
    page = ines.get("/rooms/workshop/invites").text
    assert second in page
    assert first not in page, "others are only hinted at"
    assert first[:4] + "…" in page
    come(house, "pavel", second)
    page = ines.get("/rooms/workshop/invites").text
    assert "Used by 1 of 10 people." in page
    assert re.search(r"Pavel Novak</a><br><span class=\"meta\">Asks to join", page)
    assert ines.post(f"/rooms/workshop/invites/{newest(house).id}/stop").status_code == 303
    assert first in ines.get("/rooms/workshop/invites").text


def test_the_codes_of_a_room_are_offered_to_its_keepers_alone(house: House) -> None:
    assert 'href="/rooms/workshop/invites"' in house.visitor("ines").get("/rooms/workshop/people").text
    assert "/invites" not in house.visitor("omar").get("/rooms/workshop/people").text


@pytest.mark.parametrize(
    ("username", "slug", "status"),
    [("omar", "workshop", 403), ("pavel", "workshop", 404), ("rosa", "workshop", 404), ("pavel", "library", 403), ("rosa", "everyone", 403)],
)  # fmt: skip
def test_nobody_else_sees_makes_changes_or_prints_a_code(house: House, username: str, slug: str, status: int) -> None:
    code, before = make(house), newest(house)
    visitor, program, room_id = house.visitor(username), house.program(username), house.room(slug).id
    asked = [visitor.get(f"/rooms/{slug}/invites{path}") for path in KEEPERS_PAGES]
    asked += [visitor.post(f"/rooms/{slug}/invites{path}", FORM) for path in ("", "/1", "/1/stop")]
    asked += [program.get(f"/rooms/{room_id}/invites"), program.post(f"/rooms/{room_id}/invites")]
    asked += [program.ask("DELETE", f"/rooms/{room_id}/invites/1")]
    for answer in asked:
        assert answer.status_code == status
        assert code not in answer.text
        assert code.replace("-", "") not in answer.text
    after = newest(house)
    assert (after.id, after.stopped_at, after.max_uses) == (before.id, None, before.max_uses)


def test_nobody_at_all_sees_or_makes_codes_without_signing_in(house: House) -> None:
    make(house)
    stranger = house.visitor()
    assert [stranger.get(f"/rooms/workshop/invites{path}").status_code for path in KEEPERS_PAGES] == [302] * 5
    assert stranger.post("/rooms/workshop/invites", FORM).status_code == 401
    assert house.app.test_client().post("/api/v1/invites/x/join").status_code == 401


def test_a_code_of_another_room_is_not_there(house: House) -> None:
    make(house)
    omar = house.visitor("omar")
    for path in KEEPERS_PAGES[1:]:
        assert omar.get(f"/rooms/library/invites{path}").status_code == 404
    for path in ("/1", "/1/stop"):
        assert omar.post(f"/rooms/library/invites{path}", FORM).status_code == 404
    assert newest(house).stopped_at is None


@pytest.mark.parametrize("field", ["archived_at", "removed_at"])
def test_a_room_that_is_not_in_use_has_no_codes_to_make(house: House, field: str) -> None:
    change_room(house, **{field: clock.now()})
    status = 403 if field == "archived_at" else 404
    ines = house.visitor("ines")
    assert ines.get("/rooms/workshop/invites").status_code == status
    assert ines.post("/rooms/workshop/invites", FORM).status_code == status


def test_the_room_of_everyone_has_no_codes(house: House) -> None:
    with house.site.database.write() as db:
        room_changes.set_member(
            db, db.get_one(Room, house.room("everyone").id), house.person("ines"), "keeper", actor=None
        )
    assert house.visitor("ines").get("/rooms/everyone/invites").status_code == 403


def test_who_loses_the_role_leaves_a_code_that_works(house: House) -> None:
    code = make(house, **FREE)
    with house.site.database.write() as db:
        room = db.get_one(Room, house.room("workshop").id)
        room_changes.set_member(db, room, house.person("omar"), "keeper", actor=None)
        room_changes.set_member(db, room, house.person("ines"), "member", actor=None)
    assert house.visitor("ines").get("/rooms/workshop/invites").status_code == 403
    assert code in house.visitor("omar").get("/rooms/workshop/invites").text
    assert come(house, "pavel", code).status_code == 303


def test_terms_are_changed_and_what_is_kept_stays(house: House) -> None:
    make(house)
    before = newest(house)
    ines, path = house.visitor("ines"), f"/rooms/workshop/invites/{before.id}"
    assert ines.post(path, {"lasts": "keep", "people": "keep", "history": "1"}).headers["Location"] == f"{path}?saved=1"
    after = newest(house)
    assert (after.ends_at, after.max_uses) == (before.ends_at, 10)
    assert (after.needs_approval, after.shows_history, after.for_guests) == (False, True, False)
    ines.post(path, {"lasts": "none", "people": "50", "approval": "1"})
    assert (newest(house).ends_at, newest(house).max_uses, newest(house).needs_approval) == (None, 50, True)
    ines.post(path, {"lasts": "3600", "people": "none"})
    ends = newest(house).ends_at
    assert ends
    assert timedelta(minutes=59) < ends - clock.now() <= timedelta(hours=1)
    assert newest(house).max_uses is None


def test_the_choice_that_keeps_the_end_names_the_day_or_the_hour(house: House) -> None:
    make(house)
    for ends, shown in ((clock.now() + timedelta(days=3), r"\d+ [A-Z][a-z]+"), (clock.now(), r"\d\d:\d\d"), (None, "")):
        write(house, ends_at=ends)
        page = house.visitor("ines").get("/rooms/workshop/invites/1").text
        words = f"Until {shown}" if shown else "No end"
        assert re.search(f'<option value="keep" selected>{words}</option>', page)


def test_a_stopped_code_stays_stopped(house: House) -> None:
    code = make(house, **FREE)
    ines, path = house.visitor("ines"), f"/rooms/workshop/invites/{newest(house).id}"
    for _ in range(2):
        assert ines.post(f"{path}/stop").status_code == 303
    assert ines.post(path, FORM).status_code == 409
    page = ines.get(path).text
    assert "This code was stopped." in page
    assert code not in page
    assert come(house, "pavel", code).status_code == 410


@pytest.mark.parametrize("said", [{"lasts": "9"}, {"people": "9"}, {"lasts": ""}, {"people": "x"}])
def test_terms_that_are_not_offered_are_told_at_the_field(house: House, said: dict[str, str]) -> None:
    ines = house.visitor("ines")
    assert ines.post("/rooms/workshop/invites", {**FORM, **said}).status_code == 422
    assert newest(house) is None
    make(house)
    answer = ines.post(f"/rooms/workshop/invites/{newest(house).id}", {**FORM, **said})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_form_that_is_sent_twice_makes_one_code(house: House) -> None:
    ines = house.visitor("ines")
    first, second = (
        ines.post("/rooms/workshop/invites", {**FORM, "client_key": "k"}).headers["Location"] for _ in "12"
    )
    assert first == second
    program, room_id = house.program("ines"), house.room("workshop").id
    ids = {
        program.post(f"/rooms/{room_id}/invites", headers={"Idempotency-Key": "key"}).json["id"]  # type: ignore[index]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_a_room_has_twenty_working_codes_at_most(house: House) -> None:
    program, room_id = house.program("ines"), house.room("workshop").id
    made = [program.post(f"/rooms/{room_id}/invites").status_code for _ in range(changes.WORKING + 1)]
    assert made == [201] * changes.WORKING + [409]
    program.ask("DELETE", f"/rooms/{room_id}/invites/1")
    assert program.post(f"/rooms/{room_id}/invites").status_code == 201


def test_with_scripts_the_same_is_exchanged_in_place(house: House) -> None:
    ines = house.visitor("ines")
    answer = ines.get("/rooms/workshop/invites", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'id="invite-title"' in answer.text
    made = ines.post("/rooms/workshop/invites", FORM, headers={"HX-Request": "true"})
    assert made.status_code == 201
    assert CODE.search(made.text)
    changed = ines.post(f"/rooms/workshop/invites/{newest(house).id}", FORM, headers={"HX-Request": "true"})
    assert "Saved." in changed.text


def test_a_copy_of_the_database_holds_no_code(house: House) -> None:
    code = make(house)
    raw = b"".join(path.read_bytes() for path in house.site.settings.data.glob("intranet.sqlite*"))
    assert newest(house).code_hash.encode() in raw
    for spelt in (code, code.replace("-", "")):
        assert spelt.encode() not in raw


def test_a_code_that_was_sealed_with_another_key_works_and_cannot_be_shown(house: House) -> None:
    code = make(house, **FREE)
    write(house, code_sealed="nonsense")
    ines = house.visitor("ines")
    page = ines.get("/rooms/workshop/invites")
    assert page.status_code == 200
    assert "This code cannot be shown any more" in page.text
    assert ines.get("/rooms/workshop/invites/1/poster.pdf").status_code == 409
    assert house.program("ines").get(f"/rooms/{house.room('workshop').id}/invites").json["items"][0]["code"] is None  # type: ignore[index]
    assert come(house, "pavel", code).status_code == 303


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_picture_leads_to_the_very_address(house: House, kind: str) -> None:
    code = make(house)
    answer = house.visitor("ines").get(f"/rooms/workshop/invites/1/code.{kind}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="workshop.{kind}"'
    if kind == "svg":
        assert answer.text.count("<svg") == 1
        assert "#12201c" in answer.text
        return
    picture = Image.open(io.BytesIO(answer.data)).convert("L")
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [f"{BASE}/j/{code}"]
    assert picture.getpixel((0, 0)) == 255, "the quiet zone is white"


def test_a_box_without_an_address_has_codes_to_type_and_says_why_there_is_no_square(house: House) -> None:
    house.site.settings = house.site.settings.model_copy(update={"base_url": ""})
    code, ines = make(house, **FREE), house.visitor("ines")
    page = ines.get("/rooms/workshop/invites").text
    assert "does not know its own address" in page
    assert 'class="square"' not in page
    assert ines.get("/rooms/workshop/invites/1/code.png").status_code == 302
    assert ines.get("/rooms/workshop/invites/1/poster.pdf").data[:5] == b"%PDF-"
    assert come(house, "pavel", code).status_code == 303


# Programs


def test_programs_make_list_use_and_stop_codes(house: House) -> None:
    program, pavel, room_id = house.program("ines"), house.program("pavel"), house.room("workshop").id
    wish = {"expires_in": 3600, "max_uses": 3, "approval": False, "history": True}
    made = program.post(f"/rooms/{room_id}/invites", wish)
    assert made.status_code == 201
    said = made.json
    assert said
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", said["code"])
    assert set(said["code"]) <= {*tickets.ALPHABET, "-"}
    assert said["url"] == f"{BASE}/j/{said['code']}"
    assert program.client.get(said["qr_url"], headers=program.headers).mimetype == "image/svg+xml"
    assert (said["state"], said["used"], said["max_uses"], said["approval"], said["history"]) == (
        "open",
        0,
        3,
        False,
        True,
    )
    joined = pavel.post(f"/invites/{said['code']}/join")
    assert joined.status_code == 200
    assert (joined.json["slug"], joined.json["role"]) == ("workshop", "member")  # type: ignore[index]
    assert pavel.post(f"/invites/{said['code']}/join").status_code == 200, "coming twice is no error"
    listed = program.get(f"/rooms/{room_id}/invites").json["items"]  # type: ignore[index]
    assert [(each["id"], each["used"]) for each in listed] == [(said["id"], 1)]
    assert program.ask("DELETE", f"/rooms/{room_id}/invites/{said['id']}").status_code == 204
    assert house.program("rosa").post(f"/invites/{said['code']}/join").status_code == 409


def test_a_program_that_has_to_ask_is_told_so(house: House) -> None:
    said = house.program("ines").post(f"/rooms/{house.room('workshop').id}/invites").json
    assert said
    assert (said["max_uses"], said["approval"], said["history"]) == (10, True, False)
    answer = house.program("pavel").post(f"/invites/{said['code']}/join", {"words": "Hello"})
    assert (answer.status_code, answer.json) == (202, {"state": "asked"})
    assert asks(house, "pavel").words == "Hello"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wish", [{"expires_in": 59}, {"expires_in": 10**9}, {"expires_in": -1}, {"max_uses": 0}, {"max_uses": 10**30}, {"approval": []}]
)  # fmt: skip
def test_terms_of_programs_have_bounds(house: House, wish: dict[str, object]) -> None:
    assert house.program("ines").post(f"/rooms/{house.room('workshop').id}/invites", wish).status_code == 422
    assert newest(house) is None


def test_codes_of_programs_may_be_without_end_and_limit(house: House) -> None:
    wish = {"expires_in": None, "max_uses": None}
    said = house.program("ines").post(f"/rooms/{house.room('workshop').id}/invites", wish).json
    assert said
    assert (said["ends_at"], said["max_uses"]) == (None, None)


def test_a_long_list_of_codes_comes_in_pages(house: House) -> None:
    program, path = house.program("ines"), f"/rooms/{house.room('workshop').id}/invites"
    for _ in range(3):
        program.post(path)
    first = program.get(f"{path}?limit=2").json
    second = program.get(f"{path}?limit=2&cursor={first['next']}").json  # type: ignore[index]
    assert [each["id"] for page in (first, second) for each in page["items"]] == [3, 2, 1]  # type: ignore[index]
    assert second["next"] is None  # type: ignore[index]


# What is kept


def test_codes_are_forgotten_ninety_days_after_they_stopped_working(house: House) -> None:
    make(house, **FREE)
    come(house, "pavel", make(house, **FREE))
    write(house, ends_at=clock.now() - KEPT - timedelta(minutes=1))
    house.site.jobs.run_now("invites.tidy")
    with house.site.database.read() as db:
        assert [invite.id for invite in db.query(Invite)] == [1]
        assert db.query(InviteUse).count() == 0
    write(house, stopped_at=clock.now() - KEPT + timedelta(hours=1))
    house.site.jobs.run_now("invites.tidy")
    assert newest(house)


def test_a_person_takes_along_with_which_codes_they_came_and_is_forgotten_in_them(house: House) -> None:
    come(house, "pavel", make(house, **FREE))
    make(house, "library", "omar")
    pavel, omar = house.visitor("pavel"), house.visitor("omar")
    for visitor, what in ((pavel, "joined"), (omar, "made")):
        archive = zipfile.ZipFile(io.BytesIO(visitor.get("/me/export").data))
        assert [each["what"] for each in json.loads(archive.read("invites.json"))] == [what]
    with house.site.database.write() as db:
        for username in ("pavel", "omar"):
            changes.forget(db, people.find_by_username(db, username))  # type: ignore[arg-type]
        assert db.query(InviteUse).count() == 0
        assert db.query(Invite).filter(Invite.created_by == house.person("omar").id).count() == 0


def test_what_was_done_with_codes_stands_in_the_audit_log_and_no_code_does(house: House) -> None:
    code = make(house)
    house.visitor("ines").post("/rooms/workshop/invites/1", {**FORM, "people": "50"})
    come(house, "pavel", code)
    house.visitor("ines").post("/rooms/workshop/invites/1/stop")
    with house.site.database.read() as db:
        rows = [row for row in db.query(AuditRow) if row.action.startswith("invite.")]
    assert [row.action for row in rows] == ["invite.made", "invite.changed", "invite.used", "invite.stopped"]
    assert not [row for row in rows if code in str(row.detail) or code.replace("-", "") in str(row.detail)]
    page = house.visitor("rosa").get("/admin/audit").text
    assert "Came with a code to join a room" in page


def test_the_tables_are_as_the_models_say(house: House) -> None:
    folder = next(each.folder for each in house.site.plugins.loaded if each.name == "invites") / "migrations"
    assert migrations.is_current(house.site.database, {"invites": folder})
