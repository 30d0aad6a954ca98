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
