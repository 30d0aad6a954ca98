"""Tokens and app passwords: what each may do, until when, and that they end (A05, A11, A12, A15)."""

import base64
import re
from datetime import datetime, timedelta

import pytest

from intranet.core import people, tokens
from intranet.core.models import AuditRow, SessionRow, Token
from intranet.kernel import clock
from intranet.testing.house import PASSWORD, House

SHOWN = re.compile(r"intranet_[\w-]{43}")


def make(house: House, username: str = "ines", scopes: str = "read write", expires_at: datetime | None = None) -> str:
    with house.site.database.write() as db:
        return tokens.create(db, house.person(username), "tests", scopes=scopes.split(), expires_at=expires_at)


def ask(house: House, token: str, method: str = "GET", path: str = "/api/v1/me", **options: object) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return house.app.test_client().open(path, method=method, headers=headers, **options).status_code


def basic(house: House, username: str, token: str, path: str = "/api/v1/me") -> int:
    said = base64.b64encode(f"{username}:{token}".encode()).decode()
    return house.app.test_client().get(path, headers={"Authorization": f"Basic {said}"}).status_code


def age(house: House, minutes: int) -> None:
    """Everybody signed in that long ago."""
    with house.site.database.write() as db:
        for row in db.query(SessionRow):
            row.created_at = clock.now() - timedelta(minutes=minutes)


def test_a_token_is_shown_once_and_kept_as_a_hash(house: House) -> None:
    visitor = house.visitor("ines")
    made = visitor.post("/me/tokens", {"name": "Wall clock", "scopes": "read"})
    assert made.status_code == 201
    token = SHOWN.search(made.text)[0]  # type: ignore[index]
    assert ask(house, token) == 200
    page = visitor.get("/me/devices").text
    assert "Wall clock" in page
    assert token not in page
    with house.site.database.read() as db:
        assert token not in db.query(Token).one().token_hash


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"name": "x" * 200}, {"name": "x", "scopes": "admin"}, {"name": "x", "ends_on": "2001-01-01"},
     {"name": "x", "ends_on": "soon"}, {"name": "x", "ends_on": "9999-12-32"}],
)  # fmt: skip
def test_a_token_that_cannot_be_is_not_made(house: House, typed: dict[str, str]) -> None:
    visitor = house.visitor("ines")
    answer = visitor.post("/me/tokens", typed)
    assert answer.status_code == 422
    assert not SHOWN.search(answer.text)
    with house.site.database.read() as db:
        assert db.query(Token).count() == 0


def test_a_token_that_only_reads_changes_nothing(house: House) -> None:
    token = make(house, scopes="read")
    assert ask(house, token) == 200
    assert ask(house, token, "POST", "/api/v1/rooms", json={"name": "x"}) == 403
    assert ask(house, token, "DELETE", f"/api/v1/rooms/{house.room('workshop').id}") == 403
    assert ask(house, make(house), "POST", "/api/v1/rooms", json={"name": "x"}) == 201


def test_an_app_password_for_files_opens_no_part_of_the_api(house: House) -> None:
    token = make(house, scopes="files")
    for path in ("/api/v1/me", "/api/v1/events", "/live", "/", "/me/devices"):
        assert ask(house, token, path=path) == 403, path
    said = house.app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json
    assert said["error"]["code"] == "out_of_scope"  # type: ignore[index]


def test_a_token_makes_no_token_and_changes_nothing_of_mine(house: House) -> None:
    token = make(house)
    for path in ("/me/tokens", "/me/password", "/me/devices/end-all", "/me/second-factor/app", "/me/passkeys"):
        assert ask(house, token, "POST", path, data={"name": "more"}) == 403, path
    with house.site.database.read() as db:
        assert db.query(Token).count() == 1


def test_a_token_ends_on_its_day_everywhere(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = clock.now() + timedelta(hours=1)
    token = make(house, expires_at=soon)
    assert ask(house, token) == 200
    monkeypatch.setattr(clock, "now", lambda: soon + timedelta(seconds=1))
    assert ask(house, token) == ask(house, token, path="/api/v1/events") == basic(house, "ines", token) == 401
    with house.site.database.read() as db:
        assert tokens.still_valid(db, [db.query(Token).one().id]) == set()


def test_the_chosen_day_still_counts(house: House) -> None:
    today = clock.now().astimezone(house.site.zone).date().isoformat()
    house.visitor("ines").post("/me/tokens", {"name": "x", "scopes": "read", "ends_on": today})
    with house.site.database.read() as db:
        ends_at = db.query(Token).one().expires_at
    assert ends_at is not None
    assert ends_at.astimezone(house.site.zone).date().isoformat() == today


def test_user_name_and_token_open_the_api_as_drives_send_them(house: House) -> None:
    token = make(house)
    assert basic(house, "ines", token) == basic(house, " INES ", token) == 200
    assert basic(house, "omar", token) == 401
    assert basic(house, "", token) == 401
    assert basic(house, "ines", PASSWORD) == 401
    broken = house.app.test_client().get("/api/v1/me", headers={"Authorization": "Basic %%%"})
    assert broken.status_code == 401


def test_wrong_tokens_are_counted_with_wrong_passwords(house: House) -> None:
    wrong = tokens.PREFIX + "x" * 43
    for _ in range(100):
        assert ask(house, wrong) == 401
    assert ask(house, wrong) == basic(house, "ines", wrong) == 429
    answer = house.visitor().post("/login", {"username": "ines", "password": PASSWORD})
    assert answer.status_code == 429
    assert ask(house, make(house)) == 200  # who has a right one is not kept out by a neighbour


def test_a_password_that_a_proxy_asked_for_counts_as_nothing_here(house: House) -> None:
    for _ in range(101):
        assert basic(house, "gate", "keeper", "/login") == 200
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).status_code == 303


def test_a_request_with_a_right_token_writes_nothing(house: House) -> None:
    token = make(house)
    assert ask(house, token) == 200
    with house.site.database.read() as db:
        first = db.query(Token).one().used_at
        assert first is not None
    writes: list[object] = []
    original = house.site.database.write
    house.site.database.write = lambda: writes.append(1) or original()  # type: ignore[method-assign, assignment, func-returns-value]
    assert ask(house, token) == 200
    assert not writes
    with house.site.database.read() as db:
        assert db.query(Token).one().used_at == first


def test_last_used_is_renewed_after_ten_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token, start = make(house), clock.now()
    ask(house, token)
    later = start + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    ask(house, token)
    with house.site.database.read() as db:
        assert db.query(Token).one().used_at == later


def test_a_revoked_token_is_worthless_and_its_stream_is_told(house: House) -> None:
    visitor, token = house.visitor("ines"), make(house)
    with house.site.database.read() as db:
        token_id = db.query(Token).one().id
    assert house.visitor("pavel").post(f"/me/tokens/{token_id}/revoke").status_code == 404
    assert ask(house, token) == 200
    assert visitor.post(f"/me/tokens/{token_id}/revoke").status_code == 303
    assert ask(house, token) == 401
    with house.site.database.read() as db:
        assert tokens.still_valid(db, [token_id]) == set()


@pytest.mark.parametrize(("path", "stays"), [("/me/devices/end-all", False), ("/me/devices/end-others", True)])
def test_signing_out_everywhere_ends_every_session_and_tokens_when_wished(house: House, path: str, stays: bool) -> None:
    here, there, token, omar = house.visitor("ines"), house.visitor("ines"), make(house), make(house, "omar")
    assert here.post(path).status_code == 303
    assert there.get("/").status_code == 302
    assert (here.get("/").status_code == 200) is stays
    assert ask(house, token) == 200
    again = house.visitor("ines")
    assert again.post(path, {"revokes_tokens": "1"}).status_code == 303
    assert ask(house, token) == 401
    assert ask(house, omar) == 200


def test_a_changed_password_leaves_tokens_unless_it_is_wished(house: House) -> None:
    token, visitor = make(house), house.visitor("ines")
    new = {"current": PASSWORD, "new": "another long one", "again": "another long one"}
    assert visitor.post("/me/password", new).status_code == 303
    assert ask(house, token) == 200
    newer = {
        "current": "another long one",
        "new": "a third long one",
        "again": "a third long one",
        "revokes_tokens": "1",
    }
    assert visitor.post("/me/password", newer).status_code == 303
    assert ask(house, token) == 401


def test_after_a_while_a_sensitive_change_asks_who_it_is(house: House) -> None:
    visitor = house.visitor("ines")
    age(house, 16)
    typed = {"name": "Wall <clock>", "scopes": "read write"}
    asked = visitor.post("/me/tokens", typed)
    assert asked.status_code == 200
    assert 'name="name" value="Wall &lt;clock&gt;"' in asked.text
    assert not SHOWN.search(asked.text)
    wrong = visitor.post("/me/tokens", {**typed, "proof": "wrong horse"})
    assert wrong.status_code == 401
    assert "wrong horse" not in wrong.text
    assert visitor.post("/me/tokens", {**typed, "proof": PASSWORD}).status_code == 201
    assert visitor.post("/me/tokens", typed).status_code == 201  # for 15 minutes nobody asks again
    with house.site.database.read() as db:
        assert {row.scopes for row in db.query(Token)} == {"read write"}
        assert "proof" not in str([row.detail for row in db.query(AuditRow)])


@pytest.mark.parametrize(
    "path", ["/me/second-factor/app", "/me/second-factor/app/remove", "/me/second-factor/codes", "/me/passkeys", "/me/passkeys/1/remove"]
)  # fmt: skip
def test_every_change_of_a_second_factor_asks_first(house: House, path: str) -> None:
    visitor = house.visitor("ines")
    age(house, 16)
    asked = visitor.post(path)
    assert (asked.status_code, "Confirm that it is you" in asked.text) == (200, True)
    age(house, 14)
    assert "Confirm that it is you" not in visitor.post(path).text


def test_guessing_at_the_question_ends_in_waiting_and_locks_nobody_out(house: House) -> None:
    visitor = house.visitor("ines")
    age(house, 16)
    answers = [visitor.post("/me/tokens", {"name": "x", "proof": "wrong horse"}).status_code for _ in range(11)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).status_code == 303


def test_who_may_not_sign_in_any_more_proves_nothing(house: House) -> None:
    visitor = house.visitor("ines")
    age(house, 16)
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))  # type: ignore[arg-type]
    assert visitor.post("/me/tokens", {"name": "x", "proof": PASSWORD}).status_code in (302, 401)
