"""Signing in against a real OpenLDAP and a real Active Directory."""

import re
import socket
import time
from pathlib import Path

import pytest

from intranet.core import people
from intranet.core.directory.directory import Directory
from intranet.core.directory.errors import DirectoryUnavailable, WrongCredentials
from intranet.core.directory.settings import DirectorySettings, Rule
from intranet.core.models import AuditRow, DirectoryAccount
from intranet.core.signin import passwords
from intranet.core.signin.login import DirectoryDown, Login, WrongLogin
from intranet.kernel.events import EventRow
from intranet.testing import samba, slapd
from intranet.testing.directories import Fixed, changed
from intranet.testing.house import PASSWORD, House
from intranet.testing.proxies import SlowProxy
from intranet.testing.running import free_port


@pytest.fixture(scope="module")
def doubles(slapd_server: slapd.Slapd) -> None:
    """People of the directory who have the names of local people, or strange ones."""
    slapd_server.add_person("ines", "Another Ines", "directory-password")
    slapd_server.add_person("аdmin", "Cyrillic", "cyrillic-password")
    slapd_server.add_person("Jürgen Weiß", "Jürgen Weiß", "juergen-password")


def sign_in(house: House, username: str, password: str) -> int:
    return house.visitor().post("/login", {"username": username, "password": password}).status_code


def test_the_companys_password_opens_the_door(either: DirectorySettings) -> None:
    for typed in ("lena", "Lena", "lena@aurora.example"):
        person = Directory(either).authenticate(people.normal_username(typed), "lena-password")
        assert person.username == "lena"
        assert person.fields["name"] == "Lena Ortner"
        assert person.fields["title"] == "Welder"
        assert person.fields["department"] == "Workshop"
        assert re.fullmatch(r"[0-9a-f-]{36}", person.directory_id)


def test_starttls_opens_it_as_well_and_is_verified_too(
    slapd_server: slapd.Slapd, openldap: DirectorySettings, samba_server: samba.Samba,
    active_directory: DirectorySettings, tmp_path: Path,
) -> None:  # fmt: skip
    slapd.make_authority(tmp_path)
    for settings, url in ((openldap, slapd_server.ldap), (active_directory, samba_server.ldap)):
        chosen = changed(settings, servers=(url,), start_tls=True)
        assert Directory(chosen).authenticate("lena", "lena-password").username == "lena"
        with pytest.raises(DirectoryUnavailable, match="certificate"):
            Directory(changed(chosen, ca_file=tmp_path / "ca.pem")).authenticate("lena", "lena-password")


def test_small_pages_bring_the_same_people_as_large_ones(either: DirectorySettings) -> None:
    found = [sorted(each.username for each in Directory(changed(either, page_size=n)).list_people()) for n in (1, 500)]
    assert found[0] == found[1]
    assert {"lena", "kofi", "irene"} <= set(found[0])


def test_active_directory_takes_its_other_ways_to_write_a_name(active_directory: DirectorySettings) -> None:
    directory = Directory(active_directory)
    for typed in ("aurora\\lena", f"lena@{samba.DOMAIN}"):
        assert directory.authenticate(typed, "lena-password").username == "lena"


@pytest.mark.parametrize("password", ["wrong", "", " ", "\0", "\0x", "lena-password\0"])
def test_a_wrong_or_empty_password_is_refused(either: DirectorySettings, password: str) -> None:
    with pytest.raises(WrongCredentials):
        Directory(either).authenticate("lena", password)


def test_an_empty_password_never_reaches_the_directory(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    before = slapd_server.log_text()
    for password in ("", "   ", "\0"):
        with pytest.raises(WrongCredentials):
            Directory(openldap).authenticate("lena", password)
    assert slapd_server.log_text() == before


@pytest.mark.parametrize(
    "username", ["*", "lena*", "admin)(uid=*", "x,ou=admins", "\\2a", "a" * 10_000, "nobody", ")", "\0", "lena "]
)
def test_strange_names_match_nobody(either: DirectorySettings, username: str) -> None:
    if username == "lena ":
        assert Directory(either).authenticate(username, "lena-password").username == "lena"
        return
    with pytest.raises(WrongCredentials):
        Directory(either).authenticate(username, "lena-password")


def test_a_direct_bind_needs_no_service_account(
    slapd_server: slapd.Slapd, openldap: DirectorySettings, active_directory: DirectorySettings
) -> None:
    by_dn = changed(openldap, bind_dn="", bind_password="", direct_bind_template=f"uid={{username}},{slapd.PEOPLE}")
    by_name = changed(
        active_directory, bind_dn="", bind_password="", direct_bind_template=f"{{username}}@{samba.DOMAIN}"
    )
    for chosen in (by_dn, by_name):
        assert Directory(chosen).authenticate("lena", "lena-password").username == "lena"
        for username in ("lena,ou=x", "*", "lena)(uid=*", "nobody"):
            with pytest.raises(WrongCredentials):
                Directory(chosen).authenticate(username, "lena-password")


def test_the_scope_says_how_deep_people_are_looked_for(openldap: DirectorySettings) -> None:
    above = changed(openldap, base_dn=slapd.BASE)
    assert Directory(above).authenticate("lena", "lena-password").username == "lena"
    with pytest.raises(WrongCredentials, match="unknown"):
        Directory(changed(above, scope="level")).authenticate("lena", "lena-password")
    assert Directory(changed(openldap, scope="level")).authenticate("lena", "lena-password").username == "lena"


def test_references_to_other_servers_are_left_aside(
    slapd_server: slapd.Slapd,
    openldap: DirectorySettings,
    samba_server: samba.Samba,
    active_directory: DirectorySettings,
) -> None:
    dn = f"ou=elsewhere,{slapd.PEOPLE}"
    slapd_server.add(
        f"dn: {dn}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://127.0.0.1:1/{dn}\n"
    )
    for settings in (openldap, active_directory):
        assert {"lena", "kofi"} <= {each.username for each in Directory(settings).list_people()}


def test_two_matching_entries_let_nobody_in(openldap: DirectorySettings) -> None:
    both = changed(openldap, login_attributes=("uid", "departmentNumber"))
    assert Directory(both).authenticate("lena", "lena-password").username == "lena"
    with pytest.raises(WrongCredentials, match=r"several|another"):
        Directory(changed(openldap, login_attributes=("objectClass",))).authenticate("inetorgperson", "lena-password")


def test_a_certificate_of_somebody_else_is_refused(either: DirectorySettings, tmp_path: Path) -> None:
    slapd.make_authority(tmp_path)
    with pytest.raises(DirectoryUnavailable, match="certificate"):
        Directory(changed(either, ca_file=tmp_path / "ca.pem")).authenticate("lena", "lena-password")
    with pytest.raises(DirectoryUnavailable, match="certificate"):
        Directory(changed(either, ca_file=None)).authenticate("lena", "lena-password")


def test_plain_text_needs_a_setting_that_says_so(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    with pytest.raises(ValueError, match="plain text"):
        changed(openldap, servers=(slapd_server.ldap,))
    plain = changed(openldap, servers=(slapd_server.ldap,), plain_text_passwords_on_the_wire=True)
    assert Directory(plain).authenticate("lena", "lena-password").username == "lena"


def test_the_next_server_answers_when_the_first_is_down(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    dead = f"ldaps://localhost:{free_port()}"
    both = Directory(changed(openldap, servers=(dead, slapd_server.ldaps)))
    assert both.authenticate("lena", "lena-password").username == "lena"
    assert both._servers()[0] == slapd_server.ldaps
    with pytest.raises(DirectoryUnavailable):
        Directory(changed(openldap, servers=(dead,))).authenticate("lena", "lena-password")


def test_a_silent_server_leaves_time_for_the_next(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        proxy.hold()
        silent = f"ldaps://localhost:{proxy.port}"
        both = Directory(changed(openldap, servers=(silent, slapd_server.ldaps), timeout_s=4))
        began = time.monotonic()
        assert both.authenticate("lena", "lena-password").username == "lena"
        with pytest.raises(DirectoryUnavailable):
            Directory(changed(openldap, servers=(silent,))).authenticate("lena", "lena-password")
        assert time.monotonic() - began < 9


def test_a_server_that_falls_silent_under_an_open_connection_leaves_time_for_the_next(
    slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        both = Directory(
            changed(openldap, servers=(f"ldaps://localhost:{proxy.port}", slapd_server.ldaps), timeout_s=4)
        )
        assert both.authenticate("lena", "lena-password").username == "lena"
        assert both._servers()[0] != slapd_server.ldaps
        proxy.hold()
        began = time.monotonic()
        assert both.authenticate("kofi", "kofi-password").username == "kofi"
        assert time.monotonic() - began < 5
        assert both._servers()[0] == slapd_server.ldaps


def test_many_slow_answers_together_take_no_longer_than_one(
    slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    rule = (Rule(by="group", value="staff", gives="admin"),)  # groups in groups are a question each
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        slow = Directory(changed(openldap, servers=(f"ldaps://localhost:{proxy.port}",), rules=rule))
        assert slow.authenticate("kofi", "kofi-password").username == "kofi"
        proxy.delay_s = 0.7
        began = time.monotonic()
        with pytest.raises(DirectoryUnavailable):
            slow.authenticate("kofi", "kofi-password")
        assert time.monotonic() - began < 4


def test_several_silent_directories_are_told_in_the_time_of_one_and_a_living_one_still_lets_in(
    house: House, slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        proxy.hold()
        silent = changed(openldap, servers=(f"ldaps://localhost:{proxy.port}",), timeout_s=4)
        three = [changed(silent, name=name) for name in ("north", "south", "west")]
        house.site.login.directories = Fixed(*three)
        began = time.monotonic()
        assert sign_in(house, "lena", "lena-password") == 503
        assert time.monotonic() - began < 5
        assert sign_in(house, "rosa", PASSWORD) == 303
        house.site.login.directories = Fixed(three[0], openldap)
        assert sign_in(house, "lena", "lena-password") == 303


def test_a_server_that_never_answers_is_given_up(openldap: DirectorySettings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"ldaps://localhost:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(DirectoryUnavailable):
            Directory(changed(openldap, servers=(url,))).authenticate("lena", "lena-password")
        assert time.monotonic() - began < 5


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(
    slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        directory = Directory(changed(openldap, servers=(f"ldaps://localhost:{proxy.port}",)))
        assert directory.authenticate("lena", "lena-password").username == "lena"
        proxy.cut()
        proxy.go_on()
        assert directory.authenticate("lena", "lena-password").username == "lena"


def test_someone_of_the_directory_lands_in_the_feed_under_their_real_name(
    house: House, either: DirectorySettings
) -> None:
    house.site.login.directories = Fixed(either)
    visitor = house.visitor()
    assert visitor.post("/login", {"username": "lena", "password": "lena-password"}).status_code == 303
    assert "Lena Ortner" in visitor.get("/").text
    assert house.person("lena").directory_id
    assert sign_in(house, "lena@aurora.example", "lena-password") == 303
    with house.site.database.read() as db:
        assert len(people.list_people(db, house.person("rosa"), text="Ortner")) == 1


def test_a_second_sign_in_writes_nothing_about_the_person_until_the_entry_changes(
    house: House, slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    slapd_server.add_person("unchanged", "Una Changed", "una-password", title="Fitter")
    house.site.login.directories = Fixed(openldap)

    def trace() -> int:
        assert sign_in(house, "unchanged", "una-password") == 303
        with house.site.database.read() as db:
            return db.query(EventRow).where(EventRow.name.startswith("person.")).count()

    first = trace()
    assert trace() == first
    with house.site.database.write() as db:  # stamps have whole seconds
        db.query(DirectoryAccount).update({"stamp": "earlier"})
    slapd_server.replace("unchanged", title="Welder")
    assert trace() == first + 1
    assert house.person("unchanged").title == "Welder"


def test_the_directory_cannot_take_over_a_local_account(
    house: House, openldap: DirectorySettings, doubles: None
) -> None:
    house.site.login.directories = Fixed(openldap)
    assert sign_in(house, "ines", "directory-password") == 401
    assert sign_in(house, "ines", PASSWORD) == 303


def test_a_look_alike_is_refused_and_marks_are_written_plainly(
    house: House, openldap: DirectorySettings, doubles: None
) -> None:
    house.site.login.directories = Fixed(openldap)
    assert sign_in(house, "аdmin", "cyrillic-password") == 401
    with house.site.database.read() as db:
        row = db.query(AuditRow).where(AuditRow.action == "signin.failed").order_by(AuditRow.id.desc()).first()
    assert row is not None
    assert "user name cannot be used" in row.detail["cause"]
    assert sign_in(house, "Jürgen Weiß", "juergen-password") == 303
    assert house.person("jurgen.weiss").name == "Jürgen Weiß"


def test_a_rule_closes_the_door_at_once(house: House, either: DirectorySettings) -> None:
    barred = changed(either, rules=(Rule(by="group", value="staff", gives="nothing"),))
    house.site.login.directories = Fixed(barred)
    assert sign_in(house, "kofi", "kofi-password") == 401
    assert sign_in(house, "lena", "lena-password") == 303
    house.site.login.directories = Fixed(either)
    assert sign_in(house, "kofi", "kofi-password") == 303


def test_a_disabled_person_stays_out_with_the_right_password(house: House, either: DirectorySettings) -> None:
    house.site.login.directories = Fixed(either)
    assert sign_in(house, "lena", "lena-password") == 303
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "lena"))  # type: ignore[arg-type]
    assert sign_in(house, "lena", "lena-password") == 401


def test_the_same_name_in_two_directories_is_two_people(
    house: House, openldap: DirectorySettings, active_directory: DirectorySettings
) -> None:
    house.site.login.directories = Fixed(openldap, changed(active_directory, name="branch"))
    assert sign_in(house, "irene", "irene-password") == 303
    first = house.person("irene")
    house.site.login.directories = Fixed(changed(active_directory, name="branch"), openldap)
    assert sign_in(house, "irene", "irene-password") == 303  # her own directory is asked first
    assert sign_in(house, f"irene@{samba.DOMAIN}", "irene-password") == 303
    second = house.person("irene-2")
    assert first.id != second.id
    assert house.person("irene").directory_id == first.directory_id


def test_an_id_that_another_directory_gave_opens_nothing(house: House, openldap: DirectorySettings) -> None:
    house.site.login.directories = Fixed(openldap)
    assert sign_in(house, "lena", "lena-password") == 303
    house.site.login.directories = Fixed(changed(openldap, name="foreign"))
    assert sign_in(house, "lena", "lena-password") == 401


def refused(house: House, username: str, password: str) -> tuple[int, dict[str, str], str]:
    """What a stranger sees of a refused sign-in, without what is theirs: the typed name and the form's token."""
    answer = house.visitor().post("/login", {"username": username, "password": password})
    own = re.compile(
        r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|' + f'value="{re.escape(username)}"'
    )
    headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")}
    headers["Content-Security-Policy"] = re.sub("nonce-[^']+", "nonce", headers["Content-Security-Policy"])
    return answer.status_code, headers, own.sub("", answer.text)


def test_nothing_tells_who_exists_and_the_hasher_works_once_for_every_refusal(
    house: House, openldap: DirectorySettings, doubles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.site.login.directories = Fixed(openldap)
    assert sign_in(house, "lena", "lena-password") == 303
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
        "of the directory, never seen": "irene", "imported": "imported", "in both": "ines",
    }  # fmt: skip
    seen = {kind: refused(house, name, f"wrong for {name}") for kind, name in classes.items()}
    assert all(each == seen["unknown"] for each in seen.values()), seen
    assert seen["unknown"][0] == 401
    assert checked == [f"wrong for {name}" for name in classes.values()]
    checked.clear()
    assert sign_in(house, "kofi", "kofi-password") == 303
    assert checked == []


def test_without_the_directory_local_people_still_sign_in(house: House, openldap: DirectorySettings) -> None:
    house.site.login.directories = Fixed(openldap)
    inside = house.visitor()
    assert inside.post("/login", {"username": "lena", "password": "lena-password"}).status_code == 303
    down = Fixed(changed(openldap, servers=(f"ldaps://localhost:{free_port()}",)))
    house.site.login.directories = down
    began = time.monotonic()
    answer = house.visitor().post("/login", {"username": "lena", "password": "lena-password"})
    assert time.monotonic() - began < 5
    assert answer.status_code == 503
    assert "directory" in answer.text
    assert sign_in(house, "rosa", PASSWORD) == 303
    assert inside.get("/").status_code == 200
    login = Login(house.site.database, house.site.throttle, down)
    with pytest.raises(DirectoryDown):
        login.check("lena", "x", address="", door="web")
    with pytest.raises(WrongLogin):
        login.check("rosa", "x", address="", door="web")


def test_a_known_device_is_not_locked_out_by_strangers(house: House) -> None:
    login = house.site.login
    for number in range(5):
        with pytest.raises(WrongLogin):
            login.check("ines", "wrong", address=f"10.0.0.{number}", door="web")
    assert sign_in(house, "ines", PASSWORD) == 429
    assert login.check("ines", PASSWORD, address="10.0.0.9", door="web", device="known").username == "ines"
    for _ in range(5):
        with pytest.raises(WrongLogin):
            login.check("ines", "wrong", address="10.0.0.9", door="web", device="known")
    assert sign_in(house, "ines", PASSWORD) == 429
