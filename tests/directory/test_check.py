"""The tester against real servers: each trouble is told in words, with a likely fix."""

from pathlib import Path
from typing import Any

import pytest

from intranet.core.directory.advice import SIGN_IN
from intranet.core.directory.check import Checked, check
from intranet.core.directory.errors import AD_REASONS, ad_reason
from intranet.core.directory.settings import DirectorySettings, Rule, read_settings
from intranet.kernel.settings import SettingsError
from intranet.testing import samba, slapd
from intranet.testing.directories import changed
from intranet.testing.directories import openldap as openldap_of
from intranet.testing.proxies import SlowProxy
from intranet.testing.running import free_port


def failed(settings: DirectorySettings, **more: Any) -> tuple[str, str]:
    """The message and the fix of what went wrong."""
    checked = check(changed(settings, **more))
    assert not checked.is_fine
    step = next(step for step in checked.steps if step.outcome == "failed")
    return step.message % step.values, step.fix


def said(checked: Checked, outcome: str) -> str:
    return " ".join(step.message % step.values for step in checked.steps if step.outcome == outcome)


def test_all_is_well(either: DirectorySettings) -> None:
    checked = check(either, username="lena", password="lena-password")
    assert checked.is_fine
    fine = said(checked, "fine")
    assert "its certificate" in said(checked, "fine") + said(checked, "warning")
    for words in ("The service account may sign in.", "people found, for example", "Lena Ortner may sign in."):
        assert words in fine
    assert checked.people >= 3
    assert 3 <= len(checked.sample) <= 5
    lena = next((each for each in checked.sample if each.username == "lena"), None)
    assert lena is None or lena.fields["title"] == "Welder"


def test_people_without_mail_are_named(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    slapd_server.add_person("nomail", "Nora Nomail", "nora-password")
    checked = check(openldap)
    assert "Nora Nomail" in checked.without_email
    assert "Nora Nomail" in said(checked, "warning")


def test_a_closed_port_a_wrong_name_and_a_silent_server(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    message, fix = failed(openldap, servers=(f"ldaps://localhost:{free_port()}",))
    assert "does not answer" in message
    assert "636" in fix
    assert "no server named" in failed(openldap, servers=("ldaps://ldap.aurora.invalid",))[0]
    with SlowProxy(slapd_server.ldaps_port) as proxy:
        proxy.hold()
        assert "in time" in failed(openldap, servers=(f"ldaps://localhost:{proxy.port}",), timeout_s=1)[0]


def test_one_dead_server_of_two_is_told_and_the_rest_goes_on(
    slapd_server: slapd.Slapd, openldap: DirectorySettings
) -> None:
    dead = f"ldaps://localhost:{free_port()}"
    checked = check(changed(openldap, servers=(dead, slapd_server.ldaps)))
    assert [step.outcome for step in checked.steps[:1]] == ["failed"]
    assert "people found" in said(checked, "fine")


def test_certificates_are_looked_at(openldap: DirectorySettings, tmp_path: Path) -> None:
    slapd.make_authority(tmp_path)
    message, fix = failed(openldap, ca_file=tmp_path / "ca.pem")
    assert "cannot be trusted" in message
    assert "CA file" in fix


@pytest.mark.parametrize(
    ("names", "days", "words"), [(("elsewhere",), 2, "for another name"), (("localhost",), -1, "cannot be trusted")]
)
def test_a_certificate_for_another_name_or_that_ran_out(
    tmp_path: Path, names: tuple[str, ...], days: int, words: str
) -> None:
    with slapd.start(tmp_path, names=names, days=days) as server:
        assert words in failed(openldap_of(server))[0]


def test_encryption_that_the_server_does_not_speak(slapd_server: slapd.Slapd, openldap: DirectorySettings) -> None:
    assert "encryption" in failed(openldap, servers=(f"ldaps://localhost:{slapd_server.ldap_port}",))[0]


def test_active_directory_wants_encryption(samba_server: samba.Samba, active_directory: DirectorySettings) -> None:
    plain = {"servers": (samba_server.ldap,), "plain_text_passwords_on_the_wire": True, "bind_dn": samba.SERVICE_DN}
    message, fix = failed(active_directory, **plain)
    assert "without encryption" in message
    assert "StartTLS" in fix


def test_the_service_account_the_base_the_filter_and_the_limit(either: DirectorySettings, tmp_path: Path) -> None:
    assert "service account is refused" in failed(either, bind_password="wrong")[0]
    assert "nothing at the place" in failed(either, base_dn=f"ou=nowhere,{either.base_dn}")[0]
    assert "Nobody was found" in failed(either, people_filter="(objectClass=dnsZone)")[0]
    assert "no uidNumber" in failed(either, id_attribute="uidNumber")[0]


def test_an_answer_that_was_cut_is_no_answer(tmp_path: Path) -> None:
    with slapd.start(tmp_path, size_limit=20, paging=False) as server:
        server.add_many(60)
        message, fix = failed(openldap_of(server))
        assert "only a part" in message
        assert "size limit" in fix


def test_a_group_that_a_rule_names_in_vain(either: DirectorySettings) -> None:
    rules = (Rule(value="staff", gives="admin"), Rule(value="stuff", gives="admin"))
    checked = check(changed(either, rules=rules))
    assert "stuff" in said(checked, "warning")
    assert "staff" not in said(checked, "warning")
    assert "Every group" not in said(checked, "fine")
    assert "Every group" in said(check(changed(either, rules=rules[:1])), "fine")


def test_active_directorys_sub_codes_become_words(
    samba_server: samba.Samba, active_directory: DirectorySettings
) -> None:
    for username in ("disabled", "expired", "must", "locked", "old", "night", "bench"):
        samba_server.add_person(f"t.{username}", f"Test {username}", "tested-password")
    samba_server.disable("t.disabled")
    samba_server.expire("t.expired")
    samba_server.must_change("t.must")
    samba_server.lock_out("t.locked")
    samba_server.expire_password("t.old")
    samba_server.replace("t.night", logonHours=bytes(21))
    samba_server.replace("t.bench", userWorkstations="elsewhere")
    with_disabled = changed(active_directory, people_filter="(&(objectCategory=person)(objectClass=user))")

    def words(username: str, password: str = "tested-password") -> str:
        return said(check(with_disabled, username=username, password=password), "failed")

    assert "password is wrong" in words("lena", "wrong")
    assert "nobody under this name" in words("nobody")
    assert "disabled" in words("t.disabled")
    assert "account has run out" in words("t.expired")
    assert "must be changed" in words("t.must")
    assert "locked" in words("t.locked")
    assert "password has run out" in words("t.old")
    assert "at this hour" in words("t.night")
    assert "certain computers only" in words("t.bench")
    assert "nobody under this name" in said(
        check(active_directory, username="t.disabled", password="tested-password"), "failed"
    )


def test_every_sub_code_is_understood() -> None:
    told = "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {}, v1db1"
    assert {code: ad_reason(told.format(code)) for code in AD_REASONS} == AD_REASONS
    assert set(AD_REASONS.values()) <= SIGN_IN.keys()
    assert all(message and fix for message, fix in SIGN_IN.values())
    assert ad_reason(told.format("999")) == ""
    assert ad_reason("invalidCredentials") == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"servers": ["ldap://x"]}, "plain text"),
        ({"servers": []}, "at least one server"),
        ({"servers": ["https://x"]}, "does not start with"),
        ({"base_dn": ""}, "base_dn"),
        ({"people_filter": "objectClass=person"}, "brackets"),
        ({"ca_file": "/no/such/file.pem"}, "does not exist"),
        ({"people_may_edit": ["salary"]}, "no field salary"),
        ({"rules": [{"value": "x", "gives": "room"}]}, "names it"),
        ({"direct_bind_template": "uid=x"}, "username"),
        ({"colour": "red"}, "colour"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"preset": "novell"}, "preset"),
    ],
)
def test_a_wrong_setting_is_named(wrong: dict[str, Any], words: str) -> None:
    right = {"servers": ["ldaps://ldap.example.com"], "base_dn": "dc=example,dc=com"}
    assert read_settings("x", right).preset == "openldap"
    with pytest.raises(SettingsError, match=words):
        read_settings("x", {**right, **wrong})


def test_a_preset_fills_what_is_not_said() -> None:
    ad = read_settings(
        "x", {"preset": "ad", "servers": "ldaps://a, ldaps://b", "base_dn": "dc=x", "location_attribute": "l"}
    )
    assert ad.servers == ("ldaps://a", "ldaps://b")
    assert (ad.id_attribute, ad.username_attribute, ad.location_attribute) == ("objectGUID", "sAMAccountName", "l")
    assert "1.2.840.113556.1.4.803" in ad.people_filter
