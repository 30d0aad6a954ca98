"""The two kinds of directory that the tests meet, each with one cast."""

from collections.abc import Iterator

import pytest

from intranet.core.directory.settings import DirectorySettings
from intranet.testing import directories, samba, slapd


@pytest.fixture(scope="session")
def slapd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Slapd]:
    """An OpenLDAP: `lena` (Lena Ortner, welder in the Workshop), `kofi`, led by her, and `irene`.

    Their passwords are `lena-password` and so on. The group `engineers` holds kofi, `staff` holds the group
    `engineers`, and nobody is in `barred`. One server serves the whole run: a test that changes something
    adds people and groups of its own, and counts nobody else.
    """
    with slapd.start(tmp_path_factory.mktemp("slapd")) as server:
        fill(server, department="departmentNumber")
        yield server


@pytest.fixture(scope="session")
def samba_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[samba.Samba]:
    """An Active Directory with the cast of `slapd_server`, under the same promise."""
    if lack := samba.missing():
        pytest.skip(lack)
    with samba.start(tmp_path_factory.mktemp("samba")) as server:
        fill(server, department="department")
        yield server


@pytest.fixture
def openldap(slapd_server: slapd.Slapd) -> DirectorySettings:
    return directories.openldap(slapd_server)


@pytest.fixture
def active_directory(samba_server: samba.Samba) -> DirectorySettings:
    return directories.active_directory(samba_server)


@pytest.fixture(params=["openldap", "active_directory"])
def either(request: pytest.FixtureRequest) -> DirectorySettings:
    """Both kinds, one after the other."""
    found: DirectorySettings = request.getfixturevalue(request.param)
    return found


def fill(server: slapd.Slapd | samba.Samba, *, department: str) -> None:
    workshop = {"title": "Welder", department: "Workshop", "telephoneNumber": "300"}
    server.add_person("lena", "Lena Ortner", "lena-password", mail="lena@aurora.example", **workshop)
    server.add_person("kofi", "Kofi Mensah", "kofi-password", mail="kofi@aurora.example", manager="lena")
    server.add_person("irene", "Irène Østergård", "irene-password", mail="irene@aurora.example")
    server.add_group("engineers", ["kofi"])
    server.add_group("staff", ["engineers"])
    server.add_group("barred", [])
