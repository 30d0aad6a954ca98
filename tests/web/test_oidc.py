"""OpenID Connect as a second way in, against a provider that speaks HTTP and sometimes lies."""

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from intranet.core import people
from intranet.core.models import AuditRow, Person
from intranet.features.oidc import provider as oidc
from intranet.testing.house import House, Visitor, open_copy
from intranet.testing.provider import CLIENT_ID, CLIENT_SECRET, Provider, state_in

BASE = "https://intranet.example"
MARCO = {
    "sub": "8812", "preferred_username": "marco", "name": "Marco Bellini", "email": "marco@works.example",
    "email_verified": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.__dict__.update(manners=type(running.manners)(), who=dict(MARCO), asked=[])
    return running


def build(template: Path, folder: Path, issuer: str, more: str = "", base_url: str = BASE) -> House:
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("run"))
    lines = [
        f'base_url = "{base_url}"', "[oidc]", f'issuer = "{issuer}"', f'client_id = "{CLIENT_ID}"',
        f'password = "{CLIENT_SECRET}"', 'label = "Works ID"', more,
    ]  # fmt: skip
    (folder / "intranet.toml").write_text("\n".join(lines), encoding="utf-8")
    return open_copy(template, folder)


@pytest.fixture
def door(template: Path, tmp_path: Path, provider: Provider) -> Iterator[House]:
    """A house whose provider adds people."""
    opened = build(template, tmp_path / "door", provider.issuer, "adds_people = true")
    yield opened
    opened.site.database.close()


@pytest.fixture
def strict(template: Path, tmp_path: Path, provider: Provider) -> Iterator[House]:
    """A house that knows its people already."""
    opened = build(template, tmp_path / "strict", provider.issuer)
    yield opened
    opened.site.database.close()


def path_of(address: str) -> str:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    return f"{parts.path}?{parts.query}"


def come_in(visitor: Visitor, provider: Provider, wanted: str = "") -> TestResponse:
    """The whole way: to the provider, back, and in."""
    begun = visitor.get("/oidc" + (f"?next={wanted}" if wanted else ""))
    assert begun.status_code == 302, begun.text
    return visitor.get(path_of(provider.visit(begun.headers["Location"])))


def connect(visitor: Visitor, provider: Provider) -> TestResponse:
    """The same for somebody who is signed in."""
    going = visitor.post("/me/oidc")
    assert going.status_code == 200
    return visitor.get(path_of(provider.visit(going.headers["Refresh"].partition("url=")[2])))


def causes(house: House) -> list[str]:
    with house.site.database.read() as db:
        rows = db.query(AuditRow).where(AuditRow.action == "signin.failed").order_by(AuditRow.id)
        return [row.detail["cause"] for row in rows if row.detail["door"] == "oidc"]


def change(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        for key, value in fields.items():
            setattr(person, key, value)


def count_people(house: House) -> int:
    with house.site.database.read() as db:
        return db.query(Person).count()


def refused(answer: TestResponse, visitor: Visitor, status: int = 401) -> bool:
    """Nobody is signed in, and the words name nobody."""
    outside = visitor.get("/").status_code == 302
    return answer.status_code == status and outside and "Works ID" in answer.text and "arco" not in answer.text


def test_without_the_section_no_route_answers_and_no_link_shows(house: House) -> None:
    assert "/oidc" not in house.visitor().get("/login").text
    assert house.visitor().get("/oidc").status_code == 404
    assert house.visitor().get("/oidc/callback?code=x&state=y").status_code == 404
    ines = house.visitor("ines")
    assert ines.get("/me/oidc").status_code == 404
    assert ines.post("/me/oidc").status_code == 404
    assert ines.post("/me/oidc/remove").status_code == 404
    assert "/me/oidc" not in ines.get("/me/look").text


def test_the_sign_in_page_shows_the_way_to_the_provider(door: House) -> None:
    page = door.visitor().get("/login").text
    assert 'href="/oidc"' in page
    assert "Sign in with Works ID" in page
    assert 'href="/oidc?next=/rooms%3Fq%3Dx"' in door.visitor().get("/login?next=/rooms%3Fq%3Dx").text
    assert 'href="/oidc"' in door.visitor().get("/login?next=https://evil.example").text


def test_somebody_new_comes_in_and_lands_where_they_wanted(door: House, provider: Provider) -> None:
    visitor = door.visitor()
    answer = come_in(visitor, provider, "/rooms%3Fq%3Dx")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rooms?q=x")
    assert "Marco Bellini" in visitor.get("/").text
    marco = door.person("marco")
    assert (marco.email, marco.password_hash, marco.is_admin) == ("marco@works.example", None, False)
    assert marco.oidc_subject == f"{provider.issuer} 8812"
    assert door.sees("marco", "everyone")


def test_the_second_time_finds_the_same_person_whatever_they_are_called_now(door: House, provider: Provider) -> None:
    come_in(door.visitor(), provider)
    provider.who |= {"preferred_username": "m.bellini", "email": "new@works.example", "name": "M. Bellini"}
    before, visitor = count_people(door), door.visitor()
    assert come_in(visitor, provider).status_code == 303
    assert count_people(door) == before
    assert "Marco Bellini" in visitor.get("/").text


def test_the_way_there_carries_pkce_state_and_nonce_and_comes_back_to_the_configured_address(
    door: House, provider: Provider
) -> None:
    there = door.visitor().get("/oidc", headers={"Host": "evil.example"}).headers["Location"]
    assert there.startswith(f"{provider.issuer}/authorize?")
    for part in ("code_challenge_method=S256", "code_challenge=", "state=", "nonce=", "response_type=code", "openid"):
        assert part in there
    assert "redirect_uri=https%3A%2F%2Fintranet.example%2Foidc%2Fcallback" in there


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"aud": "another", "azp": CLIENT_ID}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "azp"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 3600}, "iat"),
        ({"sub": None}, "sub"),
        ({"sub": 8812}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_an_id_token_that_is_not_for_us_opens_nothing(
    door: House, provider: Provider, claims: dict[str, object], cause: str
) -> None:
    provider.manners.claims = claims
    visitor, before = door.visitor(), count_people(door)
    assert refused(come_in(visitor, provider), visitor)
    assert cause in causes(door)[-1]
    assert count_people(door) == before


@pytest.mark.parametrize("wrong", ["other_key", "unsigned"])
def test_an_id_token_that_the_provider_did_not_sign_opens_nothing(door: House, provider: Provider, wrong: str) -> None:
    setattr(provider.manners, wrong, True)
    visitor = door.visitor()
    assert refused(come_in(visitor, provider), visitor)
    assert len(causes(door)) == 1


def test_a_state_of_another_browser_opens_nothing(door: House, provider: Provider) -> None:
    mine, theirs = door.visitor(), door.visitor()
    back = path_of(provider.visit(mine.get("/oidc").headers["Location"]))
    assert refused(theirs.get(back), theirs)
    theirs.get("/oidc")
    assert refused(theirs.get(back), theirs)
    assert "/token" not in provider.asked
    assert mine.get(back).status_code == 303


def test_an_answer_works_once(door: House, provider: Provider) -> None:
    visitor = door.visitor()
    back = path_of(provider.visit(visitor.get("/oidc").headers["Location"]))
    assert visitor.get(back).status_code == 303
    visitor.post("/logout")
    assert refused(visitor.get(back), visitor)


def test_a_code_of_another_dance_does_not_fit_its_proof(door: House, provider: Provider) -> None:
    mine, theirs = door.visitor(), door.visitor()
    back = path_of(provider.visit(mine.get("/oidc").headers["Location"]))
    state = state_in(theirs.get("/oidc").headers["Location"])
    assert refused(theirs.get(re.sub(r"state=[^&]*", f"state={state}", back)), theirs)
    assert "invalid_grant" in causes(door)[-1]


def test_who_says_no_at_the_provider_stays_outside(door: House, provider: Provider) -> None:
    provider.manners.refuses = True
    visitor = door.visitor()
    assert refused(come_in(visitor, provider), visitor)
    assert "access_denied" in causes(door)[-1]


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=%00&state=%00", "?error=x&state="])
def test_a_callback_out_of_nowhere_is_refused(door: House, query: str) -> None:
    visitor = door.visitor()
    assert refused(visitor.get(f"/oidc/callback{query}"), visitor)


@pytest.mark.parametrize("broken", ["/token", "/jwks"])
def test_a_provider_that_breaks_on_the_way_is_told_in_words(door: House, provider: Provider, broken: str) -> None:
    provider.manners.broken = broken
    visitor = door.visitor()
    answer = come_in(visitor, provider)
    assert answer.status_code in (401, 503)
    assert refused(answer, visitor, answer.status_code)


def test_a_provider_that_is_gone_or_talks_nonsense_is_told_in_words(door: House, provider: Provider) -> None:
    provider.manners.broken = "/.well-known"
    visitor = door.visitor()
    answer = visitor.get("/oidc")
    assert refused(answer, visitor, 503)
    assert "does not answer" in answer.text
    provider.manners.broken = ""
    provider.manners.discovery = {"issuer": "https://evil.example"}
    assert refused(visitor.get("/oidc"), visitor, 503)
    provider.manners.discovery = {"token_endpoint": "http://10.0.0.1/token"}
    assert refused(visitor.get("/oidc"), visitor, 503)
    assert len(causes(door)) == 3


def test_a_provider_where_nobody_listens_is_told_in_words(template: Path, tmp_path: Path) -> None:
    house = build(template, tmp_path / "nobody", "http://127.0.0.1:9")
    visitor = house.visitor()
    assert refused(visitor.get("/oidc"), visitor, 503)
    house.site.database.close()


def test_a_provider_without_tls_is_not_spoken_to(template: Path, tmp_path: Path) -> None:
    house = build(template, tmp_path / "plain", "http://id.example")
    visitor = house.visitor()
    assert refused(visitor.get("/oidc"), visitor, 503)
    assert "https" in causes(house)[-1]
    house.site.database.close()


def test_the_certificate_of_the_provider_is_verified_by_an_authority_of_our_own(template: Path, tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    provider = Provider(tmp_path / "tls")
    provider.who = dict(MARCO)
    house = build(
        template, tmp_path / "trusting", provider.issuer, f'adds_people = true\nca_file = "{provider.trusted}"'
    )
    assert come_in(house.visitor(), provider).status_code == 303
    house.site.database.close()
    for wrong in ("", 'ca_file = "/nowhere/ca.pem"'):
        house = build(template, tmp_path / f"not trusting {len(wrong)}", provider.issuer, wrong)
        visitor = house.visitor()
        assert refused(visitor.get("/oidc"), visitor, 503)
        house.site.database.close()
    provider.stop()


def test_a_slow_provider_holds_nobody_for_long(
    door: House, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oidc.TIMEOUT_S <= 5
    monkeypatch.setattr(oidc, "TIMEOUT_S", 0.2)
    provider.manners.slow = threading.Event()
    visitor = door.visitor()
    began = time.monotonic()
    assert refused(come_in(visitor, provider), visitor, 503)
    assert time.monotonic() - began < 5
    provider.manners.slow.set()


def test_a_local_account_is_never_taken_over_by_an_equal_name_or_address(door: House, provider: Provider) -> None:
    change(door, "ines", email="ines@works.example")
    change(door, "omar", email="kwame@works.example")
    before = count_people(door)
    for said in (
        {"preferred_username": "ines"},
        {"preferred_username": "INES"},
        {"preferred_username": "ines@works.example"},
        {"email": "ines@works.example"},
        {"email": "INES@works.example"},
        {"email": "\u212awame@works.example"},
        {"preferred_username": "ines", "email": "ines@works.example"},
        {"preferred_username": "ines", "email": "ines@works.example", "email_verified": False},
    ):
        provider.who = {**MARCO, **said}
        visitor = door.visitor()
        answer = come_in(visitor, provider)
        assert answer.status_code == 401, said
        assert visitor.get("/").status_code == 302
    assert count_people(door) == before
    assert door.person("ines").oidc_subject is None


def test_an_address_in_other_letters_is_not_that_of_a_person_of_the_directory(
    strict: House, provider: Provider
) -> None:
    change(strict, "pavel", directory_id="uuid-1", password_hash=None, email="kwame@works.example")
    provider.who["email"] = "\u212awame@works.example"
    visitor = strict.visitor()
    assert refused(come_in(visitor, provider), visitor)
    provider.who["email"] = "Kwame@works.example"
    assert come_in(visitor, provider).status_code == 303


def test_a_person_of_the_directory_is_connected_by_an_address_that_the_provider_vouches_for(
    strict: House, provider: Provider
) -> None:
    change(strict, "pavel", directory_id="uuid-1", password_hash=None, email="Marco@Works.example")
    for verified in (False, None, "true", 1):
        provider.who = {**MARCO, "email_verified": verified}
        visitor = strict.visitor()
        assert refused(come_in(visitor, provider), visitor)
    provider.who = dict(MARCO)
    visitor = strict.visitor()
    assert come_in(visitor, provider).status_code == 303
    assert "Pavel Novak" in visitor.get("/").text
    provider.who["sub"] = "another"
    other = strict.visitor()
    assert refused(come_in(other, provider), other)
    assert "another subject" in causes(strict)[-1]


def test_an_address_that_two_people_have_connects_nobody(strict: House, provider: Provider) -> None:
    change(strict, "pavel", directory_id="uuid-1", password_hash=None, email=MARCO["email"])
    change(strict, "omar", email=MARCO["email"])
    visitor = strict.visitor()
    assert refused(come_in(visitor, provider), visitor)
    assert strict.person("pavel").oidc_subject is None


def test_strangers_stay_outside_where_people_are_not_added(strict: House, provider: Provider) -> None:
    visitor, before = strict.visitor(), count_people(strict)
    assert refused(come_in(visitor, provider), visitor)
    assert count_people(strict) == before


def test_a_disabled_person_is_refused_and_does_not_come_back_as_somebody_new(door: House, provider: Provider) -> None:
    come_in(door.visitor(), provider)
    with door.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "marco"))
    visitor = door.visitor()
    assert refused(come_in(visitor, provider), visitor)
    assert "disabled" in causes(door)[-1]
    provider.who |= {"sub": "9999", "preferred_username": "marco2"}
    assert refused(come_in(visitor, provider), visitor)


def test_an_address_that_nobody_vouches_for_is_not_kept(door: House, provider: Provider) -> None:
    provider.who["email_verified"] = False
    come_in(door.visitor(), provider)
    assert door.person("marco").email == ""


@pytest.mark.parametrize("username", ["", None, 7, "../x", "a b", "x" * 200, "мaрко", "\0"])
def test_a_user_name_that_cannot_be_one_is_refused(door: House, provider: Provider, username: object) -> None:
    provider.who["preferred_username"] = username
    visitor, before = door.visitor(), count_people(door)
    assert come_in(visitor, provider).status_code == 401
    assert count_people(door) == before


def test_what_only_the_userinfo_endpoint_tells_is_used_when_it_is_about_the_same_person(
    door: House, provider: Provider
) -> None:
    provider.manners.only_userinfo, provider.manners.userinfo_sub = True, "another"
    visitor = door.visitor()
    assert refused(come_in(visitor, provider), visitor)
    provider.manners.userinfo_sub = ""
    assert come_in(door.visitor(), provider).status_code == 303
    assert door.person("marco").name == "Marco Bellini"


def test_one_connects_ones_own_account_and_comes_in_by_it(strict: House, provider: Provider) -> None:
    ines = strict.visitor("ines")
    assert "Connect with Works ID" in ines.get("/me/oidc").text
    answer = connect(ines, provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/oidc?saved=1")
    assert "You can sign in with Works ID" in ines.get("/me/oidc").text
    again = strict.visitor()
    assert come_in(again, provider).status_code == 303
    assert "Ines Alba" in again.get("/").text


def test_connecting_needs_the_token_of_the_page(strict: House) -> None:
    assert strict.visitor("ines").client.post("/me/oidc").status_code == 403
    assert strict.visitor("ines").client.post("/me/oidc/remove").status_code == 403


def test_one_subject_is_one_person(strict: House, provider: Provider) -> None:
    connect(strict.visitor("ines"), provider)
    omar = strict.visitor("omar")
    assert connect(omar, provider).status_code == 409
    assert strict.person("omar").oidc_subject is None
    provider.who["sub"] = "another"
    assert connect(strict.visitor("ines"), provider).status_code == 409
    assert strict.person("ines").oidc_subject == f"{provider.issuer} 8812"


def test_nobody_connects_an_account_that_somebody_else_began_to_connect(strict: House, provider: Provider) -> None:
    visitor = strict.visitor("ines")
    going = visitor.post("/me/oidc").headers["Refresh"].partition("url=")[2]
    with visitor.client.session_transaction() as cookie, strict.visitor("omar").client.session_transaction() as other:
        cookie["_user_id"] = other["_user_id"]
    assert visitor.get(path_of(provider.visit(going))).status_code == 401
    assert strict.person("omar").oidc_subject is None
    assert strict.person("ines").oidc_subject is None


def test_one_disconnects_unless_it_is_the_only_way_in(door: House, provider: Provider) -> None:
    ines = door.visitor("ines")
    connect(ines, provider)
    assert ines.post("/me/oidc/remove").status_code == 303
    assert door.person("ines").oidc_subject is None
    marco = door.visitor()
    come_in(marco, provider)
    assert "only way in" in marco.get("/me/oidc").text
    assert marco.post("/me/oidc/remove").status_code == 409
    assert door.person("marco").oidc_subject


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/%5Cevil.example", "javascript:alert(1)"]
)
def test_afterwards_only_our_own_paths_are_followed(door: House, provider: Provider, wanted: str) -> None:
    assert come_in(door.visitor(), provider, wanted).headers["Location"] == "/"


def test_signing_out_ends_our_session_only(door: House, provider: Provider) -> None:
    visitor = door.visitor()
    come_in(visitor, provider)
    asked = len(provider.asked)
    assert visitor.post("/logout").headers["Location"] == "/login"
    assert visitor.get("/").status_code == 302
    assert len(provider.asked) == asked


def test_twenty_refusals_from_one_address_and_the_door_waits(door: House, provider: Provider) -> None:
    visitor = door.visitor()
    for _ in range(20):
        visitor.get("/oidc/callback?state=x")
    assert visitor.get("/oidc").status_code == 429
    assert len(causes(door)) == 20


def test_a_second_factor_of_ours_is_asked_for_here_too(strict: House, provider: Provider) -> None:
    connect(strict.visitor("ines"), provider)
    change(strict, "ines", has_second_factor=True)
    visitor = strict.visitor()
    assert come_in(visitor, provider).headers["Location"].startswith("/login/second")
    assert visitor.get("/").status_code == 302


def test_the_label_is_shown_as_it_is_written(template: Path, tmp_path: Path, provider: Provider) -> None:
    house = build(template, tmp_path / "label", provider.issuer)
    section = house.site.settings.oidc
    section.label = "<b>100% %(x)s</b>"
    page = house.visitor().get("/login").text
    assert "Sign in with &lt;b&gt;100% %(x)s&lt;/b&gt;" in page
    house.site.database.close()
