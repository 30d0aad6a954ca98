"""Signing in against a real OpenLDAP."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intranet.core import people
from intranet.core.signin import passwords
from intranet.core.signin.ldap import Directory, DirectorySettings, DirectoryUnavailable, WrongCredentials
from intranet.core.signin.login import DirectoryDown, Login, WrongLogin
from intranet.testing import slapd
from intranet.testing.house import PASSWORD, House
from intranet.testing.running import free_port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Slapd]:
    with slapd.start(tmp_path_factory.mktemp("slapd")) as running:
        running.add_person(
            "lena", "Lena Ortner", "lena-password", mail="lena@aurora.example", title="Welder", telephoneNumber="300"
        )
        running.add_person("ines", "Another Ines", "directory-password")
        running.add_person("x,ou=admins".replace(",", "\\,"), "Comma", "comma-password")
        yield running


@pytest.fixture
def settings(server: slapd.Slapd) -> DirectorySettings:
    return DirectorySettings(
        servers=(server.ldaps,), base_dn=slapd.BASE, ca_file=server.ca_file, bind_dn=slapd.SERVICE_DN,
        bind_password=slapd.SERVICE_PASSWORD, timeout_s=2,
    )  # fmt: skip


def test_the_company_password_opens_the_door_over_ldaps_and_starttls(
    server: slapd.Slapd, settings: DirectorySettings
) -> None:
    for chosen in (settings, replace(settings, servers=(server.ldap,), start_tls=True)):
        person = Directory(chosen).authenticate("Lena", "lena-password")
        assert (person.username, person.name, person.email, person.title) == (
            "lena",
            "Lena Ortner",
            "lena@aurora.example",
            "Welder",
        )
        assert len(person.directory_id) == 36


@pytest.mark.parametrize("password", ["wrong", "", " ", "\0", "\0x", "lena-password\0"])
def test_a_wrong_or_empty_password_is_refused(settings: DirectorySettings, password: str) -> None:
    with pytest.raises(WrongCredentials):
        Directory(settings).authenticate("lena", password)


def test_an_empty_password_never_reaches_the_directory(server: slapd.Slapd, settings: DirectorySettings) -> None:
    before = server.log_text()
    for password in ("", "   ", "\0"):
        with pytest.raises(WrongCredentials):
            Directory(settings).authenticate("lena", password)
    assert server.log_text() == before


@pytest.mark.parametrize(
    "username", ["*", "lena*", "admin)(uid=*", "x,ou=admins", "\\2a", "a" * 10_000, "nobody", ")", "\0"]
)
def test_strange_names_match_nobody(settings: DirectorySettings, username: str) -> None:
    with pytest.raises(WrongCredentials):
        Directory(settings).authenticate(username, "lena-password")


def test_two_matching_entries_let_nobody_in(settings: DirectorySettings) -> None:
    with pytest.raises(WrongCredentials, match="several"):
        Directory(replace(settings, user_filter="(|(uid={username})(objectClass=inetOrgPerson))")).authenticate(
            "lena", "lena-password"
        )


def test_a_certificate_of_somebody_else_is_refused(settings: DirectorySettings, tmp_path: Path) -> None:
    slapd.make_authority(tmp_path)
    with pytest.raises(DirectoryUnavailable, match="certificate"):
        Directory(replace(settings, ca_file=tmp_path / "ca.pem")).authenticate("lena", "lena-password")


def test_plain_text_needs_a_setting_that_says_so(server: slapd.Slapd, settings: DirectorySettings) -> None:
    with pytest.raises(ValueError, match="plain text"):
        replace(settings, servers=(server.ldap,))
    plain = replace(settings, servers=(server.ldap,), plain_text_passwords_on_the_wire=True)
    assert Directory(plain).authenticate("lena", "lena-password").username == "lena"


def test_the_next_server_answers_when_the_first_is_down(server: slapd.Slapd, settings: DirectorySettings) -> None:
    dead = f"ldaps://localhost:{free_port()}"
    assert (
        Directory(replace(settings, servers=(dead, server.ldaps))).authenticate("lena", "lena-password").username
        == "lena"
    )
    with pytest.raises(DirectoryUnavailable):
        Directory(replace(settings, servers=(dead,))).authenticate("lena", "lena-password")


def test_a_server_that_never_answers_is_given_up(settings: DirectorySettings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"ldaps://localhost:{silent.getsockname()[1]}"
        with pytest.raises(DirectoryUnavailable):
            Directory(replace(settings, servers=(url,))).authenticate("lena", "lena-password")


def test_a_person_of_the_directory_lands_in_the_feed_under_their_real_name(
    house: House, settings: DirectorySettings
) -> None:
    house.site.login.directory = Directory(settings)
    visitor = house.visitor()
    assert visitor.post("/login", {"username": "lena", "password": "lena-password"}).status_code == 303
    assert "Lena Ortner" in visitor.get("/").text
    assert house.person("lena").directory_id
    again = house.visitor()
    assert again.post("/login", {"username": "lena@aurora.example", "password": "lena-password"}).status_code == 303


def test_the_directory_cannot_take_over_a_local_account(house: House, settings: DirectorySettings) -> None:
    house.site.login.directory = Directory(settings)
    assert house.visitor().post("/login", {"username": "ines", "password": "directory-password"}).status_code == 401
    assert house.visitor().post("/login", {"username": "ines", "password": PASSWORD}).status_code == 303


def refused(house: House, username: str, password: str) -> tuple[int, dict[str, str], str]:
    """What a stranger sees of a refused sign-in, without what is theirs: the typed name and the form's token."""
    answer = house.visitor().post("/login", {"username": username, "password": password})
    own = re.compile(
        r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|' + f'value="{re.escape(username)}"'
    )
    headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")}
    headers["Content-Security-Policy"] = re.sub("nonce-[^']+", "nonce", headers["Content-Security-Policy"])
    return answer.status_code, headers, own.sub("", answer.text)


def test_nothing_tells_who_exists_and_the_hasher_works_once_for_everyone(
    house: House, settings: DirectorySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.site.login.directory = Directory(settings)
    assert house.visitor().post("/login", {"username": "lena", "password": "lena-password"}).status_code == 303
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "omar"))  # type: ignore[arg-type]
        people.add(db, username="imported", name="Never Signed In")
    checked: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            checked.append(password)
            return verify(hashed, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    classes = {
        "local, wrong": "rosa", "unknown": "nobody", "disabled": "omar", "of the directory, known": "lena",
        "of the directory, never seen": "x,ou=admins", "imported": "imported", "in both": "ines",
    }  # fmt: skip
    seen = {kind: refused(house, name, f"wrong for {name}") for kind, name in classes.items()}
    assert all(each == seen["unknown"] for each in seen.values()), seen
    assert seen["unknown"][0] == 401
    assert checked == [f"wrong for {name}" for name in classes.values()]


def test_without_the_directory_local_people_still_sign_in(house: House, settings: DirectorySettings) -> None:
    down = Directory(replace(settings, servers=(f"ldaps://localhost:{free_port()}",)))
    house.site.login.directory = down
    answer = house.visitor().post("/login", {"username": "lena", "password": "lena-password"})
    assert answer.status_code == 503
    assert "directory" in answer.text
    assert house.visitor().post("/login", {"username": "rosa", "password": PASSWORD}).status_code == 303
    login = Login(house.site.database, house.site.throttle, down)
    with pytest.raises(DirectoryDown):
        login.check("lena", "x", address="", door="web")
    with pytest.raises(WrongLogin):
        login.check("rosa", "x", address="", door="web")
