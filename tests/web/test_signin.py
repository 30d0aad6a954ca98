"""Signing in and out, and what a session is worth."""

import re

import pytest

from intranet.core import sessions
from intranet.core.models import AuditRow, SessionRow
from intranet.testing.house import PASSWORD, House

TOKENS = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"')


def sign_in(visitor, username="ines", password=PASSWORD, **more):  # type: ignore[no-untyped-def]
    return visitor.post("/login", {"username": username, "password": password, **more})


def test_the_right_password_opens_the_door_and_a_wrong_one_does_not(house: House) -> None:
    visitor = house.visitor()
    assert sign_in(visitor, password="wrong horse").status_code == 401
    assert visitor.get("/").status_code == 302
    assert sign_in(visitor, username=" INES ").status_code == 303
    assert "Ines Alba" in visitor.get("/").text


@pytest.mark.parametrize("password", ["", " ", "\0", "\0x", "x\0", PASSWORD + "\0", "x" * 2000])
def test_an_empty_or_broken_password_is_only_a_wrong_one(house: House, password: str) -> None:
    assert sign_in(house.visitor(), password=password).status_code == 401


@pytest.mark.parametrize("username", ["*", "admin)(uid=*", "x,ou=admins", "\\2a", "a" * 10_000, "", "\0"])
def test_strange_user_names_are_only_wrong_ones(house: House, username: str) -> None:
    assert sign_in(house.visitor(), username=username).status_code == 401


def test_unknown_wrong_and_disabled_get_the_same_page(house: House) -> None:
    from intranet.core import people

    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "omar"))
    pages = set()
    for name, password in [("ines", "wrong horse"), ("nobody", PASSWORD), ("omar", PASSWORD)]:
        visitor = house.visitor()
        answer = sign_in(visitor, username=name, password=password)
        assert answer.status_code == 401
        pages.add(TOKENS.sub("", answer.text).replace(f'value="{name}"', ""))
    assert len(pages) == 1


def test_after_ten_failures_even_the_right_password_waits(house: House) -> None:
    visitor = house.visitor()
    for _ in range(10):
        sign_in(visitor, password="wrong horse")
    answer = sign_in(visitor)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert sign_in(house.visitor(), username="omar").status_code == 303


def test_each_failure_stands_in_the_audit_log_once(house: House) -> None:
    sign_in(house.visitor(), username="x\r\n1999 signin.ok", password="wrong horse")
    with house.site.database.read() as db:
        rows = db.query(AuditRow).where(AuditRow.action == "signin.failed").all()
    assert len(rows) == 1


def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    visitor = house.visitor("ines")
    cookie = visitor.client.get_cookie("intranet")
    visitor.post("/logout")
    visitor.client.set_cookie("intranet", cookie.value)
    assert visitor.get("/").status_code == 302


def test_the_session_is_new_after_signing_in(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/login")
    sign_in(visitor)
    first = visitor.client.get_cookie("intranet").value
    sign_in(visitor)
    assert visitor.client.get_cookie("intranet").value != first
    with house.site.database.read() as db:
        assert db.query(SessionRow).count() == 1


def test_a_changed_password_ends_the_other_sessions_only(house: House) -> None:
    here, there = house.visitor("ines"), house.visitor("ines")
    new = {"current": PASSWORD, "new": "another long one", "again": "another long one"}
    assert here.post("/me/password", {**new, "current": "wrong horse"}).status_code == 422
    assert here.post("/me/password", new).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_a_disabled_person_is_out_at_the_next_request(house: House) -> None:
    from intranet.core import people

    visitor, program = house.visitor("ines"), house.program("ines")
    assert program.get("/me").status_code == 200
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))
    assert visitor.get("/").status_code == 302
    assert program.get("/me").status_code == 401


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil.example", "/\t/evil"]
)
def test_after_signing_in_only_our_own_paths_are_followed(house: House, wanted: str) -> None:
    assert sign_in(house.visitor(), next=wanted).headers["Location"] == "/"


def test_after_signing_in_one_lands_where_one_wanted_to_go(house: House) -> None:
    assert house.visitor().get("/rooms?q=x").headers["Location"] == "/login?next=/rooms%3Fq%3Dx"
    assert sign_in(house.visitor(), next="/rooms?q=x").headers["Location"] == "/rooms?q=x"


def test_sessions_are_stored_as_hashes_only(house: House) -> None:
    with house.site.database.write() as db:
        token = sessions.start(db, house.person("ines"), agent="", address="", keep=True)
    assert token.encode() not in house.site.settings.database.read_bytes()


def must_change(house: House, username: str = "ines") -> None:
    from intranet.core import people

    with house.site.database.write() as db:
        people.find_by_username(db, username).must_change_password = True  # type: ignore[union-attr]


def test_who_must_choose_a_new_password_can_do_nothing_else_at_any_door(house: House) -> None:
    visitor, program, room = house.visitor("ines"), house.program("ines"), house.room("workshop")
    assert visitor.token()
    assert program.get("/me").status_code == 200
    must_change(house)
    for path in ("/", "/rooms", "/nowhere", "/me/devices", "/me/second-factor", "/p/1"):
        assert visitor.get(path).headers["Location"] == "/me/password", path
    assert visitor.post("/rooms/workshop/posts", {"body": "x"}).headers["Location"] == "/me/password"
    assert visitor.post("/rooms/workshop/posts", {"body": "x"}, headers={"HX-Request": "true"}).status_code == 403
    for path in ("/api/v1/me", "/api/v1/events", "/live"):
        assert visitor.get(path).status_code == 403, path
    said = program.get("/me")
    assert (said.status_code, said.json["error"]["code"]) == (403, "password_change_required")
    assert (
        program.get("/events").status_code == program.post(f"/rooms/{room.id}/posts", {"body": "x"}).status_code == 403
    )
    page = visitor.get("/me/password").text
    assert "Choose a new password" in page
    assert "Workshop" not in page
    assert house.visitor("omar").get("/").status_code == 200


def test_the_new_password_opens_everything_again_and_ends_the_other_sessions(house: House) -> None:
    here, there, program = house.visitor("ines"), house.visitor("ines"), house.program("ines")
    assert here.token()
    must_change(house)
    same = {"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}
    assert here.post("/me/password", same).status_code == 422
    assert here.post("/me/password", {**same, "current": "wrong horse", "new": "another long one"}).status_code == 422
    assert here.get("/").headers["Location"] == "/me/password"
    done = here.post("/me/password", {"current": PASSWORD, "new": "another long one", "again": "another long one"})
    assert done.headers["Location"] == "/"
    assert here.get("/").status_code == 200
    assert there.get("/").headers["Location"] == "/login"
    assert program.get("/me").status_code == 200


def test_who_must_choose_a_new_password_can_sign_out(house: House) -> None:
    visitor = house.visitor("ines")
    assert visitor.token()
    must_change(house)
    assert visitor.post("/logout").headers["Location"] == "/login"
    assert visitor.get("/me/password").headers["Location"].startswith("/login")


def test_open_streams_end_when_a_new_password_is_asked_for(house: House) -> None:
    house.visitor("ines")
    with house.site.database.read() as db:
        ids = [row.id for row in db.query(SessionRow)]
        assert sessions.still_open(db, ids) == set(ids)
    must_change(house)
    with house.site.database.read() as db:
        assert sessions.still_open(db, ids) == set()


def test_without_need_the_page_for_a_new_password_is_the_one_of_the_devices(house: House) -> None:
    assert house.visitor("ines").get("/me/password").headers["Location"] == "/me/devices"


def test_guessing_the_current_password_ends_in_waiting(house: House) -> None:
    visitor = house.visitor("ines")
    wrong = {"current": "wrong horse", "new": "another long one", "again": "another long one"}
    assert [visitor.post("/me/password", wrong).status_code for _ in range(6)][-1] == 429
    assert visitor.post("/me/password", {**wrong, "current": PASSWORD}).status_code == 429
    assert sign_in(house.visitor()).status_code == 303


def test_a_browser_that_knows_one_is_not_locked_out_by_strangers(house: House) -> None:
    mine = house.visitor()
    sign_in(mine)
    mine.post("/logout")
    mine.csrf = ""
    stranger = house.visitor()
    for _ in range(5):
        sign_in(stranger, password="wrong horse")
    assert sign_in(stranger).status_code == 429
    assert sign_in(mine, username="omar", password="wrong horse").status_code == 401
    assert sign_in(mine).status_code == 303


def test_a_known_browser_has_an_end_to_its_tries_too(house: House) -> None:
    mine = house.visitor()
    sign_in(mine)
    mine.post("/logout")
    mine.csrf = ""
    assert [sign_in(mine, password="wrong horse").status_code for _ in range(6)][-1] == 429


def test_a_forged_mark_of_a_known_browser_is_none(house: House) -> None:
    stranger = house.visitor()
    for _ in range(5):
        sign_in(stranger, password="wrong horse")
    for mark in ("x", "", "WyJ4Il0.forged"):
        stranger.client.set_cookie("device", mark)
        assert sign_in(stranger).status_code == 429


def test_the_sign_in_page_shows_what_features_offer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from intranet.web.offers import Link

    ask = house.site.plugins.ask
    choice = Link("I have an access card", "/card", "qr-code")
    monkeypatch.setattr(
        house.site.plugins, "ask", lambda name, **given: [choice] if name == "signin_choices" else ask(name, **given)
    )
    page = house.visitor().get("/login").text
    assert 'href="/card"' in page
    assert "I have an access card" in page


def test_who_never_had_a_password_chooses_one_without_an_old_one_and_only_when_asked(house: House) -> None:
    from intranet.core import people

    visitor = house.visitor("omar")
    assert visitor.token()
    with house.site.database.write() as db:
        people.find_by_username(db, "omar").password_hash = None  # type: ignore[union-attr]
    new = {"new": "another long one", "again": "another long one"}
    assert visitor.post("/me/password", new).status_code == 404
    must_change(house, "omar")
    assert "Current password" not in visitor.get("/me/password").text
    assert visitor.post("/me/password", new).headers["Location"] == "/"
    assert sign_in(house.visitor(), username="omar", password="another long one").status_code == 303


def test_the_directory_looks_after_its_own_passwords(house: House) -> None:
    from intranet.core import people

    visitor = house.visitor("ines")
    with house.site.database.write() as db:
        people.find_by_username(db, "ines").directory_id = "1234"  # type: ignore[union-attr]
    must_change(house)
    assert visitor.get("/").status_code == 200
