"""The second factor: an app, recovery codes, and what waits until there is one (A09, A15)."""

import re
from datetime import timedelta

import pyotp
import pytest

from intranet.core import people
from intranet.core.models import AuditRow, RecoveryCode, SessionRow, TotpSecret
from intranet.core.signin import factors
from intranet.kernel import clock
from intranet.testing.house import PASSWORD, TOKEN, House, Visitor

KEY = re.compile(r'totp-key" dir="ltr">([A-Z2-7 ]+)<')
CODE = re.compile(r"<code>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</code>")


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a code's half minute, so that no code changes while a test runs."""
    now = clock.now()
    middle = now + timedelta(seconds=15 - now.timestamp() % 30)
    monkeypatch.setattr(clock, "now", lambda: middle)


class Phone:
    """An authenticator app. Each of its codes is used once, so it is asked for the next one when it must be."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        return self.totp.at(clock.now() + timedelta(seconds=30 * steps))


def set_up(house: House, username: str = "ines") -> tuple[Phone, list[str], Visitor]:
    """A confirmed app (by the code of a moment ago), its recovery codes, and the browser that did it."""
    visitor = house.visitor(username)
    visitor.csrf = TOKEN.search(visitor.get("/me/second-factor").text)[1]  # type: ignore[index]
    assert visitor.post("/me/second-factor/app").status_code == 303
    page = visitor.get("/me/second-factor/app").text
    phone = Phone(KEY.search(page)[1].replace(" ", ""))  # type: ignore[index]
    done = visitor.post("/me/second-factor/app/confirm", {"code": phone.code(-1)})
    assert done.status_code == 201
    return phone, CODE.findall(done.text), visitor


def first_step(house: House, username: str = "ines", **more: str) -> Visitor:
    visitor = house.visitor()
    answer = visitor.post("/login", {"username": username, "password": PASSWORD, **more})
    assert answer.headers["Location"].startswith("/login/second")
    return visitor


def test_an_app_is_set_up_by_its_first_code_and_not_by_a_wrong_one(house: House) -> None:
    visitor = house.visitor("ines")
    visitor.post("/me/second-factor/app")
    page = visitor.get("/me/second-factor/app").text
    assert "<svg" in page
    assert visitor.post("/me/second-factor/app/confirm", {"code": "000000"}).status_code == 422
    assert not house.person("ines").has_second_factor
    phone = Phone(KEY.search(page)[1].replace(" ", ""))  # type: ignore[index]
    done = visitor.post("/me/second-factor/app/confirm", {"code": phone.code()[:3] + " " + phone.code()[3:]})
    assert len(set(CODE.findall(done.text))) == 10
    assert house.person("ines").has_second_factor
    assert visitor.get("/me/second-factor/app").status_code == 303  # the key is shown no more
    assert visitor.post("/me/second-factor/app").status_code == 409


def test_the_key_is_sealed_and_the_recovery_codes_are_hashed(house: House) -> None:
    phone, codes, _ = set_up(house)
    with house.site.database.read() as db:
        kept = db.query(TotpSecret).one().sealed + "".join(each.code_hash for each in db.query(RecoveryCode))
    assert phone.totp.secret not in kept
    assert not [code for code in codes if code.replace("-", "") in kept]


def test_after_the_password_only_the_code_opens_the_door(house: House) -> None:
    phone, _, _ = set_up(house)
    visitor = first_step(house)
    assert visitor.get("/").status_code == 302
    assert visitor.get("/api/v1/me").status_code == 401
    assert visitor.post("/login/second", {"code": "000000"}).status_code == 401
    assert visitor.get("/").status_code == 302
    answer = visitor.post("/login/second", {"code": phone.code(), "next": "/rooms"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rooms")
    assert "Ines Alba" in visitor.get("/").text


def test_without_a_second_factor_nobody_is_asked(house: House) -> None:
    answer = house.visitor().post("/login", {"username": "omar", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_a_code_cannot_be_used_twice_nor_an_older_one_after_it(house: House) -> None:
    phone, _, _ = set_up(house)
    assert first_step(house).post("/login/second", {"code": phone.code(0)}).status_code == 303
    for code in (phone.code(0), phone.code(-1)):
        assert first_step(house).post("/login/second", {"code": code}).status_code == 401
    assert first_step(house).post("/login/second", {"code": phone.code(1)}).status_code == 303


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_clock_may_be_one_code_off_and_no_more(house: House, steps: int) -> None:
    phone, _, _ = set_up(house)
    assert first_step(house).post("/login/second", {"code": phone.code(steps)}).status_code == 401
    assert first_step(house).post("/login/second", {"code": phone.code(1)}).status_code == 303


def test_five_wrong_codes_and_even_the_right_one_waits(house: House) -> None:
    phone, _, _ = set_up(house)
    for _ in range(5):
        assert first_step(house).post("/login/second", {"code": "000000"}).status_code == 401
    answer = first_step(house).post("/login/second", {"code": phone.code()})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    set_up(house, "omar")
    assert first_step(house, "omar").post("/login/second", {"code": "000000"}).status_code == 401


def test_right_codes_are_not_counted(house: House) -> None:
    _, codes, _ = set_up(house)
    for code in codes[:7]:
        assert first_step(house).post("/login/second", {"code": code}).status_code == 303


def test_each_recovery_code_works_once_however_it_is_written(house: House) -> None:
    _, codes, visitor = set_up(house)
    assert first_step(house).post("/login/second", {"code": codes[0].lower().replace("-", " ")}).status_code == 303
    assert first_step(house).post("/login/second", {"code": codes[0]}).status_code == 401
    assert "9 left" in visitor.get("/me/devices").text


def test_new_recovery_codes_make_the_old_ones_worthless(house: House) -> None:
    _, codes, visitor = set_up(house)
    renewed = CODE.findall(visitor.post("/me/second-factor/codes").text)
    assert len(renewed) == 10
    assert first_step(house).post("/login/second", {"code": codes[0]}).status_code == 401
    assert first_step(house).post("/login/second", {"code": renewed[0]}).status_code == 303
    assert house.visitor("omar").post("/me/second-factor/codes").status_code == 409


def test_somebody_elses_codes_open_nothing(house: House) -> None:
    phone, codes, _ = set_up(house, "omar")
    set_up(house, "ines")
    for code in (phone.code(), codes[0]):
        assert first_step(house, "ines").post("/login/second", {"code": code}).status_code == 401


@pytest.mark.parametrize("code", ["", " ", "\0", "x" * 100_000, "１２３４５６", "é" * 6, "-1", "<b>"])
def test_strange_codes_are_only_wrong_ones(house: House, code: str) -> None:
    set_up(house)
    assert first_step(house).post("/login/second", {"code": code}).status_code == 401


def test_the_second_step_is_nothing_without_the_first(house: House) -> None:
    phone, _, _ = set_up(house)
    stranger = house.visitor()
    assert stranger.get("/login/second").headers["Location"] == "/login"
    assert stranger.post("/login/second", {"code": phone.code()}).headers["Location"] == "/login"
    assert stranger.get("/").status_code == 302


def test_the_first_step_lasts_ten_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    phone, codes, _ = set_up(house)
    visitor = first_step(house)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert visitor.post("/login/second", {"code": codes[0]}).headers["Location"] == "/login"
    assert visitor.get("/").status_code == 302
    assert phone


def test_a_changed_password_or_a_disabled_person_ends_the_first_step(house: House) -> None:
    _, codes, visitor = set_up(house)
    waiting = first_step(house)
    new = {"current": PASSWORD, "new": "another long one", "again": "another long one"}
    assert visitor.post("/me/password", new).status_code == 303
    assert waiting.post("/login/second", {"code": codes[0]}).headers["Location"] == "/login"
    _, codes, _ = set_up(house, "omar")
    waiting = first_step(house, "omar")
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "omar"))
    assert waiting.post("/login/second", {"code": codes[0]}).headers["Location"] == "/login"


def test_the_session_is_new_after_the_second_step(house: House) -> None:
    _, codes, _ = set_up(house)
    visitor = first_step(house)
    before = visitor.client.get_cookie("intranet").value  # type: ignore[union-attr]
    visitor.post("/login/second", {"code": codes[0]})
    assert visitor.client.get_cookie("intranet").value != before  # type: ignore[union-attr]
    visitor.client.set_cookie("intranet", before)
    assert visitor.get("/").status_code == 302
    with visitor.client.session_transaction() as cookie:
        assert "_user_id" not in cookie


def test_the_dialog_over_a_page_asks_for_the_code_too(house: House) -> None:
    phone, _, _ = set_up(house)
    visitor, script = house.visitor(), {"HX-Request": "true"}
    answer = visitor.post(
        "/login", {"username": "ines", "password": PASSWORD, "dialog": "1"}, headers=script, follow_redirects=True
    )
    assert answer.status_code == 200
    assert 'action="/login/second"' in answer.text
    assert "<html" not in answer.text
    assert 'name="dialog" value="1"' in answer.text
    wrong = visitor.post("/login/second", {"code": "000000", "dialog": "1"}, headers=script)
    assert wrong.status_code == 401
    assert "<html" not in wrong.text
    assert visitor.post("/login/second", {"code": phone.code(), "dialog": "1"}, headers=script).status_code == 204
    assert visitor.get("/").status_code == 200


def test_removing_the_app_removes_the_codes_and_the_question(house: House) -> None:
    _, _, visitor = set_up(house)
    assert house.visitor("omar").post("/me/second-factor/app/remove").status_code == 404
    assert house.person("ines").has_second_factor
    assert visitor.post("/me/second-factor/app/remove").status_code == 303
    assert not house.person("ines").has_second_factor
    with house.site.database.read() as db:
        assert db.query(RecoveryCode).count() == db.query(TotpSecret).count() == 0
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).headers["Location"] == "/"


def test_after_the_boxs_key_was_exchanged_a_recovery_code_still_opens(house: House) -> None:
    from intranet.kernel.vault import Vault

    phone, codes, _ = set_up(house)
    house.site.vault = Vault(b"x" * 32)
    assert first_step(house).post("/login/second", {"code": phone.code()}).status_code == 401
    assert first_step(house).post("/login/second", {"code": codes[0]}).status_code == 303


def test_an_admins_reset_takes_everything_away_and_signs_out(house: House) -> None:
    _, _, visitor = set_up(house)
    with house.site.database.write() as db:
        factors.reset(db, people.find_by_username(db, "ines"), actor_id=house.person("rosa").id)  # type: ignore[arg-type]
    assert visitor.get("/").status_code == 302
    assert not house.person("ines").has_second_factor
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).headers["Location"] == "/"
    with house.site.database.read() as db:
        assert db.query(AuditRow).where(AuditRow.action == "factor.reset").one().actor_id == house.person("rosa").id


def test_each_change_and_each_wrong_code_is_in_the_audit_log(house: House) -> None:
    _, _, visitor = set_up(house)
    first_step(house).post("/login/second", {"code": "000000"})
    visitor.post("/me/second-factor/app/remove")
    with house.site.database.read() as db:
        said = [row.action for row in db.query(AuditRow).where(AuditRow.action.like("factor.%"))]
    assert said == ["factor.added", "factor.failed", "factor.removed"]


def demand(house: House, policy: str) -> None:
    from intranet.core.house import save_value

    with house.site.database.write() as db:
        save_value(db, "security.second_factor", policy)
    house.site.forget_values()


@pytest.mark.parametrize("policy", ["everyone", "admins"])
def test_who_must_have_one_gets_only_the_set_up_page(house: House, policy: str) -> None:
    who = "rosa"
    visitor, program, omar = house.visitor(who), house.program(who), house.visitor("omar")
    assert visitor.token()
    demand(house, policy)
    for path in ("/", "/rooms", "/nowhere", "/me/look", "/me/devices", "/admin/overview", "/p/1"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me/second-factor"), path
    assert visitor.post("/rooms", {"name": "x", "access": "open"}).headers["Location"] == "/me/second-factor"
    for path in ("/api/v1/me", "/api/v1/events", "/live", "/api/v1/nowhere"):
        assert visitor.get(path).status_code == 403, path
    said = program.get("/me")
    assert (said.status_code, said.json["error"]["code"]) == (403, "second_factor_required")  # type: ignore[index]
    assert program.post("/rooms", {"name": "x"}).status_code == 403
    page = visitor.get("/me/second-factor")
    assert page.status_code == 200
    assert "Everyone" not in page.text  # no room is named
    assert omar.get("/").status_code == (303 if policy == "everyone" else 200)
    assert visitor.post("/logout").status_code == 303


def test_once_it_is_set_up_everything_is_open(house: House) -> None:
    demand(house, "everyone")
    _, codes, visitor = set_up(house, "rosa")
    assert len(codes) == 10
    assert visitor.get("/").status_code == 200
    assert house.program("rosa").get("/me").status_code == 200
    assert visitor.post("/me/second-factor/app/remove").status_code == 303
    assert visitor.get("/").headers["Location"] == "/me/second-factor"


def test_a_stream_that_is_open_ends_when_one_is_demanded(house: House) -> None:
    from intranet.core import sessions, tokens

    house.visitor("ines")
    house.program("ines")
    with house.site.database.read() as db:
        session_id = db.query(SessionRow).one().id
        token_id = tokens.list_for(db, house.person("ines").id)[0].id
        assert (sessions.still_open(db, [session_id]), tokens.still_valid(db, [token_id])) == ({session_id}, {token_id})
    demand(house, "everyone")
    with house.site.database.read() as db:
        assert sessions.still_open(db, [session_id]) == tokens.still_valid(db, [token_id]) == set()
