"""Passkeys: made, used as the second step and as the whole sign-in, and refused."""

from datetime import timedelta
from typing import Any

import pytest

from intranet.core import people
from intranet.core.models import AuditRow, Passkey
from intranet.core.signin import passkeys
from intranet.kernel import clock
from intranet.testing.authenticator import SecurityKey
from intranet.testing.house import PASSWORD, House, Visitor


def question(visitor: Visitor, path: str) -> dict[str, Any]:
    answer = visitor.post(path)
    assert answer.status_code == 200, answer.status_code
    return answer.json  # type: ignore[no-any-return]


def add(house: House, username: str = "ines", key: SecurityKey | None = None) -> tuple[SecurityKey, Visitor]:
    visitor, key = house.visitor(username), key or SecurityKey()
    answer = key.make(question(visitor, "/me/passkeys/question"))
    done = visitor.post("/me/passkeys", {"name": "My <key>", "credential": answer})
    assert done.status_code in (201, 303)
    return key, visitor


def sign_in(house: House, key: SecurityKey, visitor: Visitor | None = None) -> int:
    visitor = visitor or house.visitor()
    answer = key.use(question(visitor, "/login/passkey/question"))
    done = visitor.post("/login/passkey", {"credential": answer})
    assert (visitor.get("/").status_code == 200) is (done.status_code == 303)
    return done.status_code


def first_step(house: House) -> Visitor:
    visitor = house.visitor()
    answer = visitor.post("/login", {"username": "ines", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/login/second")
    return visitor


def second_step(house: House, key: SecurityKey, visitor: Visitor | None = None) -> int:
    visitor = visitor or first_step(house)
    answer = key.use(question(visitor, "/login/second/question"))
    return visitor.post("/login/second", {"credential": answer}).status_code


def test_a_passkey_is_added_with_a_name_and_comes_with_recovery_codes(house: House) -> None:
    visitor, key = house.visitor("ines"), SecurityKey()
    asked = question(visitor, "/me/passkeys/question")
    assert asked["rp"]["id"] == "localhost"
    assert "ines" not in asked["user"]["id"]
    done = visitor.post("/me/passkeys", {"name": "My <key>", "credential": key.make(asked)})
    assert done.status_code == 201
    assert done.text.count("<code>") == 10
    assert house.person("ines").has_second_factor
    assert "My &lt;key&gt;" in visitor.get("/me/devices").text
    with house.site.database.read() as db:
        assert db.query(Passkey).one().transports == "usb"


def test_a_second_passkey_leaves_the_recovery_codes_as_they_are(house: House) -> None:
    _, visitor = add(house)
    asked = question(visitor, "/me/passkeys/question")
    assert len(asked["excludeCredentials"]) == 1
    done = visitor.post("/me/passkeys", {"name": "Another", "credential": SecurityKey().make(asked)})
    assert done.status_code == 303


def test_a_passkey_is_the_whole_sign_in(house: House) -> None:
    key, _ = add(house)
    assert sign_in(house, key) == sign_in(house, key) == 303


def test_as_the_whole_sign_in_it_must_have_checked_a_finger_or_a_pin(house: House) -> None:
    key, _ = add(house, key=SecurityKey(verifies=False))
    assert sign_in(house, key) == 401
    assert second_step(house, key) == 303


def test_a_passkey_is_the_second_step_after_the_password(house: House) -> None:
    key, _ = add(house)
    assert second_step(house, key) == 303
    assert second_step(house, SecurityKey()) == 401


def test_the_second_step_takes_no_passkey_of_somebody_else(house: House) -> None:
    add(house)
    pavels, _ = add(house, "pavel")
    assert second_step(house, pavels) == 401
    assert sign_in(house, pavels) == 303


def test_five_wrong_passkeys_at_the_second_step_and_it_waits(house: House) -> None:
    key, _ = add(house)
    assert [second_step(house, SecurityKey()) for _ in range(5)] == [401] * 5
    assert second_step(house, key) == 429


def test_a_question_counts_once_even_with_a_copied_cookie(house: House) -> None:
    key, _ = add(house, key=SecurityKey(counts=False))
    visitor = house.visitor()
    answer = key.use(question(visitor, "/login/passkey/question"))
    copied = visitor.client.get_cookie("intranet").value  # type: ignore[union-attr]
    assert visitor.post("/login/passkey", {"credential": answer}).status_code == 303
    visitor.post("/logout")
    visitor.client.set_cookie("intranet", copied)
    assert visitor.post("/login/passkey", {"credential": answer}).status_code == 401


def test_a_question_is_for_one_purpose_and_five_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = add(house)
    visitor = first_step(house)
    for_second = key.use(question(visitor, "/login/second/question"))
    assert visitor.post("/login/passkey", {"credential": for_second}).status_code == 401
    late = house.visitor()
    answer = key.use(question(late, "/login/passkey/question"))
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert late.post("/login/passkey", {"credential": answer}).status_code == 401


def test_a_copied_key_is_found_by_its_counter(house: House) -> None:
    key, _ = add(house)
    assert sign_in(house, key) == sign_in(house, key) == 303
    key.uses = 0
    assert sign_in(house, key) == 401
    with house.site.database.read() as db:
        assert db.query(AuditRow).where(AuditRow.action == "signin.failed").one().detail["door"] == "passkey"


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
def test_a_passkey_of_another_site_is_refused(house: House, wrong: dict[str, str]) -> None:
    visitor, key = house.visitor("ines"), SecurityKey(**wrong)  # type: ignore[arg-type]
    made = key.make(question(visitor, "/me/passkeys/question"))
    assert visitor.post("/me/passkeys", {"name": "x", "credential": made}).status_code == 422
    assert not house.person("ines").has_second_factor
    fine, _ = add(house)
    fine.__dict__.update(wrong)
    assert sign_in(house, fine) == 401


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x", '{"id":"x"}', "[" * 5000, "x" * 50_000, '{"id":"x","rawId":"x","type":"public-key","response":{}}']
)  # fmt: skip
def test_a_strange_answer_is_only_a_wrong_one(house: House, answer: str) -> None:
    add(house)
    visitor, stranger, waiting = house.visitor("ines"), house.visitor(), first_step(house)
    question(visitor, "/me/passkeys/question")
    question(stranger, "/login/passkey/question")
    question(waiting, "/login/second/question")
    assert visitor.post("/me/passkeys", {"name": "x", "credential": answer}).status_code == 422
    assert stranger.post("/login/passkey", {"credential": answer}).status_code == 401
    assert waiting.post("/login/second", {"credential": answer}).status_code == 401


def test_without_a_question_an_answer_is_nothing(house: House) -> None:
    key, visitor = add(house)
    asked = question(house.visitor(), "/login/passkey/question")
    assert house.visitor().post("/login/passkey", {"credential": key.use(asked)}).status_code == 401
    assert house.visitor().post("/login/second/question").status_code == 404
    made = SecurityKey().make({**asked, "user": {"id": "x"}})
    assert visitor.post("/me/passkeys", {"name": "x", "credential": made}).status_code == 422


def test_a_disabled_person_has_no_passkey_that_opens(house: House) -> None:
    key, _ = add(house)
    assert sign_in(house, key) == 303
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))  # type: ignore[arg-type]
    assert sign_in(house, key) == 401


def test_the_same_passkey_cannot_be_kept_twice(house: House) -> None:
    key, _ = add(house)
    visitor = house.visitor("pavel")
    made = key.make(question(visitor, "/me/passkeys/question"))
    assert visitor.post("/me/passkeys", {"name": "x", "credential": made}).status_code == 409
    assert not house.person("pavel").has_second_factor


def test_a_removed_passkey_opens_nothing_and_only_its_owner_removes_it(house: House) -> None:
    key, visitor = add(house)
    assert house.visitor("pavel").post("/me/passkeys/1/remove").status_code == 404
    assert sign_in(house, key) == 303
    assert visitor.post("/me/passkeys/1/remove").status_code == 303
    assert not house.person("ines").has_second_factor
    assert sign_in(house, key) == 401
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).headers["Location"] == "/"


def test_one_of_two_factors_can_go_and_the_question_stays(house: House) -> None:
    _, visitor = add(house)
    add(house)
    visitor.post("/me/passkeys/1/remove")
    assert house.person("ines").has_second_factor
    first_step(house)


def test_there_is_an_end_to_the_number_of_passkeys(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MOST", 1)
    _, visitor = add(house)
    made = SecurityKey().make(question(visitor, "/me/passkeys/question"))
    assert visitor.post("/me/passkeys", {"name": "x", "credential": made}).status_code == 409


@pytest.mark.parametrize(
    ("address", "fine"),
    [("https://intranet.example", True), ("https://intranet.example:8443/", True), ("http://localhost:8000", True),
     ("http://box.localhost", True), ("http://intranet.example", False), ("https://192.168.1.9", False),
     ("http://127.0.0.1:8000", False), ("https://[::1]", False), ("", False)],
)  # fmt: skip
def test_passkeys_need_a_name_and_https(address: str, fine: bool) -> None:
    if fine:
        place = passkeys.place_at(address)
        assert address.startswith(place.origin)
        assert place.rp_id in place.origin
    else:
        with pytest.raises(passkeys.NoPlace):
            passkeys.place_at(address)


def test_where_there_can_be_none_the_page_says_why(house: House) -> None:
    visitor = house.visitor("ines")
    assert "data-passkey" in visitor.get("/me/second-factor").text
    assert "data-passkey" in house.visitor().get("/login").text
    house.site.settings = house.site.settings.model_copy(update={"base_url": "http://192.168.1.9"})
    assert "this one is a number" in visitor.get("/me/second-factor").text
    assert "data-passkey" not in visitor.get("/me/second-factor").text
    assert "data-passkey" not in house.visitor().get("/login").text
    assert visitor.post("/me/passkeys/question").status_code == 400
    assert house.visitor().post("/login/passkey/question").status_code == 400


def test_with_our_own_address_configured_passkeys_are_for_it_alone(house: House) -> None:
    house.site.settings = house.site.settings.model_copy(update={"base_url": "https://intranet.example"})
    visitor = house.visitor("ines")
    assert "own address" in visitor.get("/me/second-factor").text
    assert visitor.token()
    cookie = visitor.client.get_cookie("intranet")
    visitor.client.set_cookie("intranet", cookie.value, domain="intranet.example")  # type: ignore[union-attr]
    ours = visitor.post("/me/passkeys/question", base_url="https://intranet.example")
    assert ours.json["rp"]["id"] == "intranet.example"  # type: ignore[index]
