"""Directories that are laid out as FreeIPA and lldap lay them out, served by OpenLDAP: the presets fit them as they are."""

from collections.abc import Iterator

import pytest

from intranet.core.directory.check import check
from intranet.core.directory.directory import Directory
from intranet.core.directory.errors import WrongCredentials
from intranet.core.directory.settings import DirectorySettings, Rule
from intranet.testing import slapd

ACCOUNTS = f"cn=accounts,{slapd.BASE}"
FREEIPA = f"""dn: {ACCOUNTS}
objectClass: applicationProcess

dn: cn=users,{ACCOUNTS}
objectClass: applicationProcess

dn: cn=groups,{ACCOUNTS}
objectClass: applicationProcess

dn: uid=lena,cn=users,{ACCOUNTS}
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: ipaObject
uid: lena
cn: Lena Ortner
displayName: Lena Ortner
sn: Ortner
mail: lena@aurora.example
ou: Workshop
uidNumber: 1001
gidNumber: 1001
homeDirectory: /home/lena
ipaUniqueID: 6f2c1a38-0000-11ee-8001-000000000001
userPassword: lena-password

dn: uid=gone,cn=users,{ACCOUNTS}
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: ipaObject
uid: gone
cn: Gone Away
sn: Away
uidNumber: 1002
gidNumber: 1002
homeDirectory: /home/gone
ipaUniqueID: 6f2c1a38-0000-11ee-8001-000000000002
nsAccountLock: TRUE
userPassword: gone-password

dn: cn=welders,cn=groups,{ACCOUNTS}
objectClass: groupOfNames
objectClass: ipaUserGroup
member: uid=lena,cn=users,{ACCOUNTS}

dn: cn=ipausers,cn=groups,{ACCOUNTS}
objectClass: groupOfNames
objectClass: ipaUserGroup
member: cn=welders,cn=groups,{ACCOUNTS}
"""
LLDAP = f"""dn: uid=kofi,{slapd.PEOPLE}
objectClass: inetOrgPerson
uid: kofi
cn: Kofi Mensah
sn: Mensah
mail: kofi@aurora.example
userPassword: kofi-password

dn: cn=staff,{slapd.GROUPS}
objectClass: groupOfUniqueNames
objectClass: extensibleObject
uniqueMember: uid=kofi,{slapd.PEOPLE}
member: uid=kofi,{slapd.PEOPLE}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Slapd]:
    with slapd.start(tmp_path_factory.mktemp("layouts")) as running:
        running.add(FREEIPA)
        running.add(LLDAP)
        yield running


def settings(server: slapd.Slapd, preset: str, base: str, group: str) -> DirectorySettings:
    return DirectorySettings.model_validate({
        "preset": preset, "servers": (server.ldaps,), "ca_file": server.ca_file, "bind_dn": slapd.READER_DN,
        "bind_password": slapd.READER_PASSWORD, "base_dn": base, "rules": (Rule(value=group, gives="admin"),),
    })  # fmt: skip


def test_freeipa_people_nested_groups_and_locked_accounts(server: slapd.Slapd) -> None:
    freeipa = settings(server, "freeipa", ACCOUNTS, "ipausers")
    directory = Directory(freeipa)
    lena = directory.authenticate("lena", "lena-password")
    assert lena.directory_id == "6f2c1a38-0000-11ee-8001-000000000001"
    assert (lena.fields["name"], lena.fields["department"], lena.groups) == ("Lena Ortner", "Workshop", {"ipausers"})
    with pytest.raises(WrongCredentials):
        directory.authenticate("gone", "gone-password")
    assert [each.username for each in directory.list_people()] == ["lena"]
    assert check(freeipa).is_fine


def test_lldap_people_and_groups(server: slapd.Slapd) -> None:
    lldap = settings(server, "lldap", slapd.BASE, "staff")
    directory = Directory(lldap)
    kofi = directory.authenticate("kofi@aurora.example", "kofi-password")
    assert (kofi.username, kofi.fields["email"], kofi.groups) == ("kofi", "kofi@aurora.example", {"staff"})
    assert len(kofi.directory_id) == 36
    found = {each.username: each.groups for each in directory.list_people()}
    assert found["kofi"] == {"staff"}
    assert directory.list_photo_owners() == set()
    assert check(lldap).is_fine
