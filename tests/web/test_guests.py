"""Guests by invitation: what they may see, and everything that they may not."""

import re
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from intranet.core import people
from intranet.core.models import AuditRow, Person, Ticket
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock, events
from intranet.testing.house import House, Visitor
from intranet.web import live

CODE = re.compile(r'<p class="code mono">([0-9A-Z-]+)</p>')
CSRF = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"')
MARTA = {"name": "Marta Klein", "username": "marta", "new": "a long new one", "again": "a long new one"}
STREAMS = ("/live", "/api/v1/events")
HIDDEN = ("Pavel Novak", "Rosa Berg", "Library", "Counter", "lunch at noon")


def invite(visitor: Visitor, slug: str = "workshop", **said: object) -> TestResponse:
    values = {"name": "Marta Klein", "email": "marta@agency.example", "days": 14, **said}
    return visitor.post(f"/rooms/{slug}/guests", values)


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.status_code
    return CODE.search(answer.text)[1]  # type: ignore[index]


def accept(visitor: Visitor, code: str, **said: str) -> TestResponse:
    answer = visitor.post(f"/guest/{code}", {**MARTA, **said})
    visitor.csrf = ""  # the session is a new one
    return answer


def write(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        for key, value in fields.items():
            setattr(person, key, value)


def add_room(house: House, keeper: str, name: str) -> None:
    with house.site.database.write() as db:
        room_changes.add(db, creator=people.find_by_username(db, keeper), name=name, access="secret")


def today(house: House) -> date:
    return clock.now().astimezone(house.site.zone).date()


@pytest.fixture
def marta(house: House) -> Visitor:
    """A guest of the workshop, signed in; elsewhere things were said."""
    house.say("pavel", "everyone", "lunch at noon")
    house.say("omar", "library", "lunch at noon")
    house.say("ines", "workshop", "the plan is here")
    visitor = house.visitor()
    assert accept(visitor, code_of(invite(house.visitor("ines")))).status_code == 303
    return visitor


def test_a_guest_comes_in_by_an_invitation_and_reads_that_room(house: House) -> None:
    code = code_of(invite(house.visitor("ines")))
    visitor = house.visitor()
    page = visitor.get(f"/guest/{code}").text
    assert all(each in page for each in ("Ines Alba", "Workshop", 'value="Marta Klein"', 'value="marta.klein"'))
    assert accept(visitor, code).headers["Location"] == "/rooms/workshop"
    guest = house.person("marta")
    assert (guest.is_guest, guest.is_admin, guest.email) == (True, False, "marta@agency.example")
    assert visitor.get("/rooms/workshop").status_code == 200
    assert visitor.post("/rooms/workshop/posts", {"body": "hello from outside"}).status_code == 303
    assert "hello from outside" in house.visitor("omar").get("/rooms/workshop").text
    assert house.visitor().post("/login", {"username": "marta", "password": MARTA["new"]}).status_code == 303
    members = house.program("ines").get(f"/rooms/{house.room('workshop').id}/members").json["items"]  # type: ignore[index]
    assert {each["person"]["username"]: each["role"] for each in members}["marta"] == "guest"


def test_pages_show_a_guest_nothing_else(house: House, marta: Visitor) -> None:
    for path in (
        "/",
        "/rooms",
        "/people",
        "/rooms/workshop",
        "/rooms/workshop/people",
        "/search?q=lunch",
        "/search?q=a*",
    ):
        answer = marta.get(path)
        assert answer.status_code == 200, path
        assert not [each for each in HIDDEN if each in answer.text], path
    for path in (
        "/rooms/everyone",
        "/rooms/library",
        "/rooms/counter",
        "/people/pavel",
        "/people/rosa",
        "/p/1",
        "/p/2",
    ):
        assert marta.get(path).status_code == 404, path
    assert "Ines Alba" in marta.get("/people").text
    assert marta.get("/people/omar").status_code == 200
    assert "the plan is here" in marta.get("/").text


def test_no_page_or_call_of_the_house_shows_a_guest_anything_else(house: House, marta: Visitor) -> None:
    program, asked = house.program("marta"), 0
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule in STREAMS or rule.arguments - {"username"}:
            continue
        is_api, path = rule.rule.startswith("/api/v1"), rule.rule.replace("<username>", "pavel")
        answer = program.get(path.removeprefix("/api/v1")) if is_api else marta.get(path)
        expected = (404,) if rule.arguments else (200, 302, 303, 400, 403, 404)
        assert answer.status_code in expected, (path, answer.status_code)
        assert not [each for each in HIDDEN if each.encode() in answer.data], path
        asked += 1
    assert asked > 20


def test_a_guest_changes_nothing_elsewhere(house: House, marta: Visitor) -> None:
    assert marta.post("/rooms/library/join").status_code == 404
    assert marta.post("/rooms/everyone/posts", {"body": "x"}).status_code == 404
    assert marta.post("/p/1/comments", {"body": "x"}).status_code in (404, 405)
    assert marta.post("/rooms", {"name": "Mine", "access": "open"}).status_code == 403
    for path in ("/rooms/workshop/cards", "/rooms/workshop/guests"):
        assert marta.get(path).status_code == 403
        assert marta.post(path, {"name": "X Y", "email": "x@y.example", "days": 3}).status_code == 403
    assert "/guests" not in marta.get("/rooms/workshop/people").text
    assert marta.get("/admin").status_code == 404


def test_the_api_shows_a_guest_nothing_else(house: House, marta: Visitor) -> None:
    program = house.program("marta")
    for path in (
        "/people",
        "/people?q=a",
        "/rooms",
        "/feed",
        "/search?q=lunch",
        "/search?q=novak",
        "/search?q=library",
    ):
        answer = program.get(path)
        assert answer.status_code == 200, path
        assert not [each for each in HIDDEN if each in answer.text], path
    assert {each["username"] for each in program.get("/people").json["items"]} == {"ines", "omar", "marta"}  # type: ignore[index]
    assert [each["slug"] for each in program.get("/rooms").json["items"]] == ["workshop"]  # type: ignore[index]
    for slug in ("everyone", "library", "counter"):
        room = house.room(slug)
        for path in (f"/rooms/{room.id}", f"/rooms/{room.id}/members", f"/rooms/{room.id}/posts"):
            assert program.get(path).status_code == 404, path
        assert program.post(f"/rooms/{room.id}/join").status_code == 404
    for path in ("/people/pavel", "/people/rosa", "/entries/1", "/entries/2"):
        assert program.get(path).status_code == 404, path


def test_the_search_box_and_the_list_for_mentions_know_a_guests_people_only(house: House, marta: Visitor) -> None:
    for path in ("/people/mention?q=", "/people/mention?q=pavel", "/people/mention?q=o"):
        answer = marta.get(path)
        assert answer.status_code == 200
        assert not any(each in answer.text for each in ("Pavel", "Rosa"))
    assert "omar" in marta.get("/people/mention?q=om").text
    for typed in ("pavel", "library", "lunch", "everyone"):
        answer = marta.get("/search/box", query_string={"q": typed})
        assert not [each for each in HIDDEN if each in answer.text]
    assert marta.get("/people/pavel/picture").status_code == 404


def test_a_mention_of_somebody_elsewhere_tells_a_guest_nothing(house: House, marta: Visitor) -> None:
    marta.post("/rooms/workshop/posts", {"body": "hello @pavel and @omar"})
    page = marta.get("/rooms/workshop").text
    assert "Pavel Novak" not in page
    assert "/people/pavel" not in page
    assert "/people/omar" in page


def test_the_stream_brings_a_guest_only_what_happens_in_their_rooms(house: House, marta: Visitor) -> None:
    hub = house.site.hub
    hub.app = house.app
    reader = events.Reader(house.site.database, house.site.settings.run, hub.handle)
    hub.delivered_id = reader.last_id
    stream = hub.open(live.Stream(house.person("marta").id, "en"))
    house.say("omar", "library", "not for guests")
    house.say("pavel", "everyone", "not for guests")
    house.visitor("pavel").post("/rooms/library/join")
    house.visitor("omar").post("/rooms", {"name": "Another", "access": "open"})
    reader.catch_up()
    assert stream.waiting.empty()
    house.say("ines", "workshop", "for the workshop")
    reader.catch_up()
    assert b"for the workshop" in stream.waiting.get(timeout=5)
    reader.inbox.close()


def test_taken_out_of_the_last_room_a_guest_keeps_an_account_that_sees_nothing(house: House, marta: Visitor) -> None:
    marta.post("/rooms/workshop/posts", {"body": "I was here"})
    assert house.visitor("ines").post("/rooms/workshop/people/marta/remove").status_code == 303
    assert marta.get("/").status_code == 200
    assert marta.get("/rooms/workshop").status_code == 404
    program = house.program("marta")
    assert program.get("/rooms").json["items"] == []  # type: ignore[index]
    assert [each["username"] for each in program.get("/people").json["items"]] in ([], ["marta"])  # type: ignore[index]
    assert program.get("/feed").json["items"] == []  # type: ignore[index]
    assert "Marta Klein" in house.visitor("omar").get("/rooms/workshop").text


def test_one_invitation_may_name_several_rooms_that_one_keeps(house: House) -> None:
    add_room(house, "ines", "Night shift")
    add_room(house, "ines", "Archive room")
    ines = house.visitor("ines")
    page = ines.get("/rooms/workshop/guests").text
    assert 'value="night-shift"' in page
    assert 'value="library"' not in page
    visitor = house.visitor()
    accept(visitor, code_of(invite(ines, room=["night-shift"])))
    assert house.sees("marta", "workshop")
    assert house.sees("marta", "night-shift")
    assert not house.sees("marta", "archive-room")


@pytest.mark.parametrize(("room", "status"), [("library", 403), ("counter", 404), ("everyone", 403), ("nowhere", 404)])
def test_nobody_invites_into_a_room_of_others(house: House, room: str, status: int) -> None:
    assert invite(house.visitor("ines"), room=[room]).status_code == status
    assert invite(house.visitor("ines"), room).status_code == status
    with house.site.database.read() as db:
        assert db.query(Ticket).count() == 0


def test_who_keeps_no_room_invites_nobody(house: House) -> None:
    for username, slug, status in (("omar", "workshop", 403), ("pavel", "workshop", 404), ("rosa", "everyone", 403)):
        visitor = house.visitor(username)
        assert visitor.get(f"/rooms/{slug}/guests").status_code == status
        assert invite(visitor, slug).status_code == status
        assert visitor.post(f"/rooms/{slug}/guests/withdraw", {"invitation": "1"}).status_code == status
    assert house.visitor().get("/rooms/workshop/guests").status_code == 302


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"email": ""},
        {"email": "nobody"},
        {"email": "a@b.example, c@d.example"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"email": "<a@b.example>"},
        {"days": 0},
        {"days": 61},
        {"until": "yesterday"},
        {"until": "2020-01-01"},
        {"until": "2999-01-01"},
    ],
)
def test_an_invitation_that_cannot_be_used_is_told_at_its_field(house: House, said: dict[str, object]) -> None:
    answer = invite(house.visitor("ines"), **said)
    assert answer.status_code == 422
    assert "-error" in answer.text
    with house.site.database.read() as db:
        assert db.query(Ticket).count() == 0


def test_who_has_an_account_is_not_invited_and_not_made_a_guest(house: House) -> None:
    ines = house.visitor("ines")
    code = code_of(invite(ines))
    write(house, "pavel", email="Marta@agency.example")
    assert invite(ines).status_code == 422
    visitor = house.visitor()
    assert "Sign in with it" in visitor.get(f"/guest/{code}").text
    assert accept(visitor, code).status_code == 409
    assert not house.person("pavel").is_guest
    assert not house.sees("pavel", "workshop")


def test_who_is_signed_in_is_told_so_and_stays_who_they_are(house: House) -> None:
    code = code_of(invite(house.visitor("ines")))
    pavel = house.visitor("pavel")
    assert "You are signed in as Pavel Novak" in pavel.get(f"/guest/{code}").text
    assert accept(pavel, code).status_code == 409
    assert not house.person("pavel").is_guest
    assert accept(house.visitor(), code).status_code == 303


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "Rosa Berg"},
        {"name": " rosa  BERG "},
        {"name": "Rosa\u200b Berg"},
        {"name": "Ｒosa Berg"},
        {"username": "ines"},
        {"username": "ＩNES"},
        {"username": ""},
        {"username": "a b"},
        {"new": "short", "again": "short"},
        {"again": "another one"},
    ],
)
def test_a_guest_who_takes_another_name_or_a_bad_password_is_told_at_the_field(
    house: House, said: dict[str, str]
) -> None:
    code = code_of(invite(house.visitor("ines")))
    visitor = house.visitor()
    answer = accept(visitor, code, **said)
    assert answer.status_code == 422
    assert "-error" in answer.text
    assert visitor.get("/").status_code == 302
    with house.site.database.read() as db:
        assert db.query(Person).count() == 4
    assert accept(visitor, code).status_code == 303


def test_wrong_used_ended_withdrawn_and_emptied_invitations_get_one_and_the_same_page(house: House) -> None:
    ines = house.visitor("ines")
    used, gone, ended, late = (code_of(invite(ines, email=f"{n}@agency.example")) for n in range(4))
    accept(house.visitor(), used)
    with house.site.database.write() as db:
        by_mail = {each.data["email"][0]: each for each in db.query(Ticket)}
        by_mail["2"].expires_at = clock.now() - timedelta(seconds=1)
        by_mail["3"].data = {**by_mail["3"].data, "until": "2020-01-01"}
        gone_id = by_mail["1"].id
    assert ines.post("/rooms/workshop/guests/withdraw", {"invitation": str(gone_id)}).status_code == 303
    pages = set()
    for code in (used, gone, ended, late, "XXXX-XXXX-XXXX", "x" * 300, "é"):
        for answer in (house.visitor().get(f"/guest/{code}"), accept(house.visitor(), code)):
            assert answer.status_code == 404
            pages.add(CSRF.sub("", answer.text))
    assert len(pages) == 1
    page = pages.pop()
    assert not any(each in page for each in ("Ines", "Workshop", "Marta"))


def test_an_invitation_is_worth_what_its_inviter_may_do_when_the_guest_comes(house: House) -> None:
    add_room(house, "ines", "Night shift")
    code = code_of(invite(house.visitor("ines"), room=["night-shift"]))
    with house.site.database.write() as db:
        ines, omar = people.find_by_username(db, "ines"), people.find_by_username(db, "omar")
        room_changes.set_member(db, db.merge(house.room("workshop")), omar, "keeper", actor=ines)
        room_changes.set_member(db, db.merge(house.room("workshop")), ines, "member", actor=omar)
    page = house.visitor().get(f"/guest/{code}").text
    assert "Workshop" not in page
    assert "Night shift" in page
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))
    assert house.visitor().get(f"/guest/{code}").status_code == 404
    assert accept(house.visitor(), code).status_code == 404


def test_an_invitation_into_an_archived_room_leads_nowhere(house: House) -> None:
    code = code_of(invite(house.visitor("ines")))
    with house.site.database.write() as db:
        room_changes.archive(db, db.merge(house.room("workshop")), house.person("ines"), archived=True)
    assert accept(house.visitor(), code).status_code == 404
    assert house.visitor("ines").get("/rooms/workshop/guests").status_code == 403


def test_another_keeper_withdraws_only_their_room_and_reads_only_rooms_they_know(house: House) -> None:
    add_room(house, "ines", "Night shift")
    with house.site.database.write() as db:
        ines, omar = people.find_by_username(db, "ines"), people.find_by_username(db, "omar")
        room_changes.set_member(db, db.merge(house.room("workshop")), omar, "keeper", actor=ines)
    code = code_of(invite(house.visitor("ines"), room=["night-shift"]))
    omar = house.visitor("omar")
    page = omar.get("/rooms/workshop/guests").text
    assert "marta@agency.example" in page
    assert "Night shift" not in page
    with house.site.database.read() as db:
        ticket_id = str(db.query(Ticket).one().id)
    for wrong in ("", "x", "0", "999999", "9" * 30):
        assert omar.post("/rooms/workshop/guests/withdraw", {"invitation": wrong}).status_code == 404
    assert omar.post("/rooms/library/guests/withdraw", {"invitation": ticket_id}).status_code == 404
    assert omar.post("/rooms/workshop/guests/withdraw", {"invitation": ticket_id}).status_code == 303
    assert accept(house.visitor(), code).headers["Location"] == "/rooms/night-shift"
    assert not house.sees("marta", "workshop")


def test_after_the_last_day_the_account_is_closed_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    last = today(house) + timedelta(days=3)
    guest = house.visitor()
    accept(guest, code_of(invite(house.visitor("ines"), until=last.isoformat())))
    program = house.program("marta")
    assert str(last.year) in house.visitor("ines").get("/rooms/workshop/guests").text
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=2))
    run(house)
    assert program.get("/me").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    run(house)
    monkeypatch.undo()
    assert house.person("marta").disabled_at
    assert guest.get("/").status_code == 302
    assert program.get("/me").status_code == 401
    with house.site.database.write() as db:
        people.enable(db, people.find_by_username(db, "marta"))
    run(house)
    assert house.person("marta").disabled_at is None


def test_the_last_day_outlives_the_clean_up_of_codes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from intranet.core import tickets

    last = today(house) + timedelta(days=60)
    accept(house.visitor(), code_of(invite(house.visitor("ines"), until=last.isoformat())))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=120))
    with house.site.database.write() as db:
        tickets.remove_expired(db)
    run(house)
    assert house.person("marta").disabled_at


def test_who_became_a_colleague_is_not_sent_away_on_the_guests_last_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(house.visitor(), code_of(invite(house.visitor("ines"), until=today(house).isoformat())))
    write(house, "marta", is_guest=False)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    run(house)
    assert house.person("marta").disabled_at is None


def run(house: House) -> None:
    house.site.jobs.run_now("guests.end_stays")


def test_the_invitation_is_sent_by_mail_where_mail_is_set_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(type(house.site.mailer), "is_ready", True)
    monkeypatch.setattr(house.site.jobs, "start", lambda name, *given: sent.append((name, *given)))
    without_address = invite(house.visitor("ines"))
    assert "Hand this over" in without_address.text
    assert not sent
    house.site.settings = house.site.settings.model_copy(update={"base_url": "https://intranet.example"})
    answer = invite(house.visitor("ines"), email="second@agency.example")
    assert "on its way to second@agency.example" in answer.text
    ((job, to, subject, words),) = sent
    assert (job, to) == ("core.mail", "second@agency.example")
    assert "Ines Alba" in str(subject)
    assert f"https://intranet.example/guest/{code_of(answer).replace('-', '')}" in str(words)
    assert "Workshop" in str(words)


def test_sending_the_form_twice_invites_once(house: House) -> None:
    ines = house.visitor("ines")
    assert invite(ines, client_key="k").status_code == 201
    assert invite(ines, client_key="k").status_code == 303
    with house.site.database.read() as db:
        assert db.query(Ticket).count() == 1


def test_a_typed_invitation_is_found_at_the_door_for_cards(house: House) -> None:
    code = code_of(invite(house.visitor("ines")))
    answer = house.visitor().post("/card", {"code": code.lower()})
    assert answer.headers["Location"].startswith("/guest/")


def test_an_invitation_needs_the_token_of_its_page_and_its_code_is_kept_as_a_hash_only(house: House) -> None:
    code = code_of(invite(house.visitor("ines")))
    assert house.visitor().client.post(f"/guest/{code}", data=MARTA).status_code == 403
    raw = house.site.settings.database.read_bytes()
    assert code.encode() not in raw
    assert code.replace("-", "").encode() not in raw


def test_what_happens_with_guests_stands_in_the_audit_log(house: House) -> None:
    accept(house.visitor(), code_of(invite(house.visitor("ines"))))
    with house.site.database.read() as db:
        rows = db.query(AuditRow).filter(AuditRow.action.startswith("guest")).order_by(AuditRow.id).all()
    assert [(row.action, row.subject) for row in rows] == [
        ("guest.invited", "marta@agency.example"), ("guest.joined", "marta"),
    ]  # fmt: skip
