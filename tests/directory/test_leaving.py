"""Who leaves the company's directory is out of a server that really runs: session, streams, program (S6: 60 s)."""

from collections.abc import Iterator

import pytest

from intranet.core import tokens
from intranet.core.directory.settings import DirectorySettings
from intranet.testing import samba, slapd
from intranet.testing.house import House
from intranet.testing.remote import Remote
from intranet.testing.running import Running, intranet

AT_ONCE_S = 10  # of the 60 that we promise


def written(settings: DirectorySettings) -> str:
    """As it stands in intranet.toml."""
    said = {
        "preset": settings.preset, "servers": ", ".join(settings.servers), "ca_file": settings.ca_file,
        "base_dn": settings.base_dn, "bind_dn": settings.bind_dn, "bind_password": settings.bind_password,
    }  # fmt: skip
    return "\n".join(["[directory]", "sync_minutes = 0", *(f'{name} = "{value}"' for name, value in said.items())])


@pytest.fixture
def server(request: pytest.FixtureRequest, either: DirectorySettings) -> slapd.Slapd | samba.Samba:
    found: slapd.Slapd | samba.Samba = request.getfixturevalue(
        "samba_server" if either.preset == "ad" else "slapd_server"
    )
    return found


@pytest.fixture
def running(house: House, either: DirectorySettings) -> Iterator[Running]:
    data = house.site.settings.data
    (data / "intranet.toml").write_text(written(either), encoding="utf-8")
    started = Running(data)
    yield started
    started.stop()


def test_a_leaver_is_cut_off_while_listening_and_the_others_are_not(
    house: House, server: slapd.Slapd | samba.Samba, running: Running
) -> None:
    server.add_person("leaver", "Lea Ver", "leaver-password", mail="leaver@aurora.example")
    lea, lena = Remote(running.port), Remote(running.port)
    assert lea.sign_in("leaver", "leaver-password") == lena.sign_in("lena", "lena-password") == 303
    with house.site.database.write() as db:
        program = Remote(running.port, token=tokens.create(db, house.person("leaver"), "wall clock"))
    streams, lenas = [lea.listen("/live"), program.listen("/api/v1/events")], lena.listen("/live")
    intranet("directory", "sync", data=running.data)
    assert (lea.get("/"), program.get("/api/v1/me")) == (200, 200)
    server.delete("leaver")
    assert "disabled: leaver (Lea Ver)" in intranet("directory", "sync", data=running.data)
    assert all(each.seconds_to_the_end() < AT_ONCE_S for each in streams)
    assert (lea.get("/"), program.get("/api/v1/me"), lena.get("/")) == (302, 401, 200)
    assert Remote(running.port).sign_in("leaver", "leaver-password") == 401
    house.say("ines", "everyone", "after Lea has left")
    lenas.hear("entry.added")
