"""The directories that our tests start are real: they answer as a company's do, also when they refuse."""

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ldap3
import pytest
from ldap3.core.exceptions import LDAPException

from intranet.testing import samba, slapd
from intranet.testing.authority import make_authority
from intranet.testing.proxies import SlowProxy

IN_CHAIN = "1.2.840.113556.1.4.1941"
PASSWORD_POLICY = "1.3.6.1.4.1.42.2.27.8.5.1"
ACCOUNT_LOCKED = b"0\x03\x81\x01\x01"
SUCCESS, SIZE_LIMIT_EXCEEDED, STRONG_AUTHENTICATION_REQUIRED, INVALID_CREDENTIALS = 0, 4, 8, 49
BROKEN_OFF = 60  # bytes: enough to begin an answer, and too few for any


def line(url: str, ca_file: Path, dn: str = "", password: str = "", timeout_s: int = 5) -> ldap3.Connection:
    """A connection that has not been opened."""
    verified = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(ca_file))
    server = ldap3.Server(url, tls=verified, get_info=ldap3.NONE, connect_timeout=timeout_s)
    return ldap3.Connection(server, dn or None, password or None, receive_timeout=timeout_s)


def connect(url: str, ca_file: Path, dn: str = "", password: str = "", timeout_s: int = 5) -> ldap3.Connection:
    """A connection that has asked to bind: what became of it is in its `result`."""
    connection = line(url, ca_file, dn, password, timeout_s)
    connection.bind()
    return connection


def reader(server: slapd.Slapd, *, port: int | None = None, timeout_s: int = 5) -> ldap3.Connection:
    url = f"ldaps://localhost:{port or server.ldaps_port}"
    return connect(url, server.ca_file, slapd.READER_DN, slapd.READER_PASSWORD, timeout_s)


def member(server: samba.Samba, username: str, password: str) -> ldap3.Connection:
    return connect(server.ldaps, server.ca_file, f"{username}@{samba.DOMAIN}", password)


def values(connection: ldap3.Connection, dn: str, attribute: str) -> list[Any]:
    connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=[attribute])
    return list(connection.entries[0][attribute].values)


def names(connection: ldap3.Connection, base: str, wanted: str, attribute: str = "cn") -> set[str]:
    connection.search(base, wanted, attributes=[attribute])
    return {entry[attribute].value for entry in connection.entries}


# OpenLDAP


def test_openldap_says_whose_groups_a_member_is_in_also_of_a_group(slapd_server: slapd.Slapd) -> None:
    found = reader(slapd_server)
    assert values(found, slapd_server.dn_of("kofi"), "memberOf") == [slapd_server.dn_of("engineers")]
    assert values(found, slapd_server.dn_of("engineers"), "memberOf") == [slapd_server.dn_of("staff")]
    assert values(found, slapd_server.dn_of("kofi"), "manager") == [slapd_server.dn_of("lena")]


def test_a_moved_or_deleted_person_of_openldap_takes_what_points_to_them_along(slapd_server: slapd.Slapd) -> None:
    slapd_server.add_person("mover", "Mover", "x")
    slapd_server.add_person("led", "Led", "x", manager="mover")
    slapd_server.add_group("movers", ["mover", "led"])
    slapd_server.rename("mover", "uid=moved", slapd.GROUPS)
    moved, found = f"uid=moved,{slapd.GROUPS}", reader(slapd_server)
    assert values(found, slapd_server.dn_of("led"), "manager") == [moved]
    assert moved in values(found, slapd_server.dn_of("movers"), "member")
    assert values(found, moved, "memberOf") == [slapd_server.dn_of("movers")]
    slapd_server.rename("moved", "uid=Moved")
    assert values(found, moved, "uid") == ["Moved"]
    slapd_server.delete("moved")
    assert values(found, slapd_server.dn_of("led"), "manager") == []
    assert values(found, slapd_server.dn_of("movers"), "member") == [slapd_server.dn_of("led")]


def test_openldap_keeps_letters_and_photos_as_they_are(slapd_server: slapd.Slapd) -> None:
    photo = bytes(range(256))
    slapd_server.add_person("photo", "Zoë Ångström", "pässword", jpegPhoto=photo, l=" Köln")
    found, dn = reader(slapd_server), slapd_server.dn_of("photo")
    assert values(found, dn, "jpegPhoto") == [photo]
    assert (values(found, dn, "cn"), values(found, dn, "l")) == (["Zoë Ångström"], [" Köln"])
    assert connect(slapd_server.ldaps, slapd_server.ca_file, dn, "pässword").bound


def test_a_lock_by_the_password_policy_refuses_the_right_password_and_says_so(slapd_server: slapd.Slapd) -> None:
    slapd_server.add_person("locked", "Locked", "locked-password")
    assert slapd_server.accepts("locked", "locked-password")
    slapd_server.lock("locked")
    refused = line(slapd_server.ldaps, slapd_server.ca_file, slapd_server.dn_of("locked"), "locked-password")
    refused.bind(controls=[(PASSWORD_POLICY, False, None)])
    assert refused.result["result"] == INVALID_CREDENTIALS
    assert refused.result["controls"][PASSWORD_POLICY]["value"] == ACCOUNT_LOCKED
    slapd_server.replace("locked", pwdAccountLockedTime=None)
    assert slapd_server.accepts("locked", "locked-password")


def test_openldap_cuts_an_answer_at_its_size_limit_and_pages_beyond_it_where_it_may(tmp_path: Path) -> None:
    with slapd.start(tmp_path, size_limit=100) as server:
        server.add_many(5000)
        found = reader(server)
        assert len(names(found, slapd.PEOPLE, "(uid=person*)", "uid")) == 100
        assert found.result["result"] == SIZE_LIMIT_EXCEEDED
        pages = found.extend.standard.paged_search(
            slapd.PEOPLE, "(uid=*)", attributes=["uid", "manager"], paged_size=90
        )
        people = {page["dn"]: page["attributes"] for page in pages}
        assert len(people) == 5000
        led = [person["manager"][0] for person in people.values() if person["manager"]]
        assert len(led) == 4999
        assert set(led) < set(people)


def test_openldap_may_refuse_to_page(tmp_path: Path) -> None:
    with slapd.start(tmp_path, size_limit=20, paging=False) as server:
        server.add_many(30)
        found = reader(server)
        found.search(slapd.PEOPLE, "(uid=*)", paged_size=10)
        assert found.result["result"] != SUCCESS


def test_openldap_comes_back_on_its_ports_with_its_tree(tmp_path: Path) -> None:
    with slapd.start(tmp_path) as server:
        server.add_person("lena", "Lena Ortner", "lena-password")
        server.stop()
        with pytest.raises(LDAPException):
            reader(server)
        server.start()
        assert names(reader(server), slapd.PEOPLE, "(uid=*)", "uid") == {"lena"}


@pytest.mark.parametrize(
    ("wrong", "said"), [({"names": ("other.example",)}, "other.example"), ({"days": -1}, "certificate has expired")]
)
def test_a_certificate_can_be_wrong(wrong: dict[str, Any], said: str, tmp_path: Path) -> None:
    with slapd.start(tmp_path, **wrong) as server, pytest.raises(LDAPException, match=said):
        reader(server)


# A line that is slow, that stalls, that breaks


def test_an_answer_can_be_late(slapd_server: slapd.Slapd) -> None:
    with SlowProxy(slapd_server.ldaps_port, delay_s=0.2) as proxy:
        began = time.monotonic()
        assert reader(slapd_server, port=proxy.port).bound
        assert time.monotonic() - began > 0.4  # the handshake and the bind


def test_an_answer_can_be_held_and_let_go(slapd_server: slapd.Slapd) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        proxy.hold()
        with pytest.raises(LDAPException, match="timed out"):
            reader(slapd_server, port=proxy.port, timeout_s=1)
        proxy.go_on()
        assert reader(slapd_server, port=proxy.port).bound


@pytest.mark.parametrize("break_off", [SlowProxy.cut, lambda proxy: proxy.cut_after(BROKEN_OFF)])
def test_a_line_can_break(break_off: Callable[[SlowProxy], None], slapd_server: slapd.Slapd) -> None:
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        found = reader(slapd_server, port=proxy.port)
        break_off(proxy)
        with pytest.raises(LDAPException):
            found.search(slapd.PEOPLE, "(uid=lena)")
        with pytest.raises(LDAPException):
            reader(slapd_server, port=proxy.port)
        proxy.go_on()
        assert names(reader(slapd_server, port=proxy.port), slapd.PEOPLE, "(uid=lena)", "uid") == {"lena"}


# Active Directory


def test_active_directory_answers_over_verified_ldaps(samba_server: samba.Samba, tmp_path: Path) -> None:
    for name in (samba.SERVICE_DN, samba.SERVICE_UPN, "AURORA\\reader"):
        assert connect(samba_server.ldaps, samba_server.ca_file, name, samba.SERVICE_PASSWORD).bound
    make_authority(tmp_path)
    with pytest.raises(LDAPException, match="certificate verify failed"):
        connect(samba_server.ldaps, tmp_path / "ca.pem", samba.SERVICE_DN, samba.SERVICE_PASSWORD)


def test_active_directory_takes_no_password_in_plain_text(samba_server: samba.Samba) -> None:
    refused = connect(samba_server.ldap, samba_server.ca_file, samba.SERVICE_UPN, samba.SERVICE_PASSWORD)
    assert refused.result["result"] == STRONG_AUTHENTICATION_REQUIRED
    assert "encryption required" in refused.result["message"]


def test_active_directory_takes_it_after_starttls(samba_server: samba.Samba) -> None:
    found = line(samba_server.ldap, samba_server.ca_file, samba.SERVICE_UPN, samba.SERVICE_PASSWORD)
    assert found.start_tls()
    assert found.bind()


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (samba.Samba.disable, "533"),
        (samba.Samba.expire, "701"),
        (samba.Samba.must_change, "773"),
        (samba.Samba.lock_out, "775"),
        (samba.Samba.expire_password, "532"),
        (lambda server, username: server.replace(username, logonHours=bytes(21)), "530"),
        (lambda server, username: server.replace(username, userWorkstations="elsewhere"), "531"),
    ],
)
def test_active_directory_says_why_it_refuses(
    happens: Callable[[samba.Samba, str], None], code: str, samba_server: samba.Samba
) -> None:
    username = f"refused-{code}"
    samba_server.add_person(username, f"Refused {code}", "a-password")
    assert member(samba_server, username, "a-password").bound
    happens(samba_server, username)
    refused = member(samba_server, username, "a-password").result
    assert (refused["result"], refused["message"].split(", ")[2]) == (INVALID_CREDENTIALS, f"data {code}")


def test_active_directory_does_not_tell_a_wrong_password_from_an_unknown_person(samba_server: samba.Samba) -> None:
    """Windows may say 525 of the unknown person, as it is told to; Samba never does."""
    for username in ("lena", "nobody"):
        refused = member(samba_server, username, "wrong").result
        assert (refused["result"], refused["message"].split(", ")[2]) == (INVALID_CREDENTIALS, "data 52e")


def test_active_directory_finds_the_members_of_a_group_in_a_group(samba_server: samba.Samba) -> None:
    found, staff = member(samba_server, "reader", samba.SERVICE_PASSWORD), samba_server.dn_of("staff")
    assert names(found, samba.PEOPLE, f"(memberOf={staff})") == set()
    assert names(found, samba.PEOPLE, f"(memberOf:{IN_CHAIN}:={staff})") == {"Kofi Mensah"}


def test_active_directory_knows_people_by_a_guid_and_keeps_it_when_they_move(samba_server: samba.Samba) -> None:
    samba_server.add_person("mover", "Móver One", "x", manager="irene", thumbnailPhoto=b"\xff\xd8\x00")
    samba_server.add_group("movers", ["mover"])
    found = member(samba_server, "reader", samba.SERVICE_PASSWORD)

    def facts() -> tuple[list[Any], list[Any], list[Any]]:
        dn = samba_server.dn_of("mover")
        return (values(found, dn, "objectGUID"), values(found, dn, "memberOf"), values(found, dn, "manager"))

    before = facts()
    assert (len(before[0]), len(before[0][0])) == (1, 16)
    assert before[1:] == ([samba_server.dn_of("movers")], [samba_server.dn_of("irene")])
    samba_server.rename("mover", "CN=Móver Two", samba.GROUPS)
    assert samba_server.dn_of("mover") == f"CN=Móver Two,{samba.GROUPS}"
    assert facts() == before
    samba_server.delete("mover")
    assert values(found, samba_server.dn_of("movers"), "member") == []


def test_a_domain_of_the_tests_ends_with_them_and_disturbs_no_other(samba_server: samba.Samba, tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from intranet.testing import samba\n"
        "with samba.start(pathlib.Path(sys.argv[1])) as server:\n"
        "    print(server.address, server.home, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = tmp_path / ("a-long-name" * 12)
    folder.mkdir()
    killed = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    address, home = killed.stdout.split()
    assert address != samba_server.address
    until = time.monotonic() + 10
    with pytest.raises(ConnectionRefusedError):
        while time.monotonic() < until:
            socket.create_connection((address, 636)).close()
            time.sleep(0.1)
    shutil.rmtree(home)
    assert member(samba_server, "lena", "lena-password").bound


def test_a_port_that_is_taken_is_named(
    samba_server: samba.Samba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(samba, "PORTS", (port,))
        with pytest.raises(RuntimeError, match=f"port {port}"), samba.start(tmp_path):
            pass
