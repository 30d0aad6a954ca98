"""What may listen no more is cut off at once, on a server that really runs (A11, A12)."""

from collections.abc import Iterator

import pytest

from intranet.core import tokens
from intranet.core.models import Token
from intranet.testing.house import PASSWORD, House
from intranet.testing.remote import Remote
from intranet.testing.running import Running

SOON_S = 5


@pytest.fixture
def running(house: House) -> Iterator[Running]:
    started = Running(house.site.settings.data)
    yield started
    started.stop()


def signed_in(running: Running, username: str) -> Remote:
    visitor = Remote(running.port)
    assert visitor.sign_in(username, PASSWORD) == 303
    return visitor


def test_signing_out_elsewhere_ends_the_other_streams_and_leaves_ones_own(house: House, running: Running) -> None:
    here, there, omar = (signed_in(running, name) for name in ("ines", "ines", "omar"))
    mine, other, omars = (each.listen("/live") for each in (here, there, omar))
    assert here.post("/me/devices", "/me/devices/end-others") == 303
    assert other.seconds_to_the_end() < SOON_S
    assert (there.get("/"), here.get("/")) == (302, 200)
    house.say("omar", "workshop", "still there?")
    for each in (mine, omars):
        each.hear("entry.added")
    with pytest.raises(PermissionError):
        there.listen("/live")


def test_signing_out_everywhere_with_the_programs_ends_all_of_them(house: House, running: Running) -> None:
    here, there = (signed_in(running, "ines") for _ in range(2))
    with house.site.database.write() as db:
        program = Remote(running.port, token=tokens.create(db, house.person("ines"), "wall clock"))
    streams = [here.listen("/live"), there.listen("/live"), program.listen("/api/v1/events")]
    assert here.post("/me/devices", "/me/devices/end-all", revokes_tokens="1") == 303
    assert all(each.seconds_to_the_end() < SOON_S for each in streams)
    assert (here.get("/"), there.get("/"), program.get("/api/v1/me")) == (302, 302, 401)


def test_a_revoked_token_ends_its_stream_and_no_other(house: House, running: Running) -> None:
    ines = signed_in(running, "ines")
    with house.site.database.write() as db:
        first, second = (
            Remote(running.port, token=tokens.create(db, house.person("ines"), name)) for name in ("one", "two")
        )
        token_id = db.query(Token).where(Token.name == "one").one().id
    ended, kept = first.listen("/api/v1/events"), second.listen("/api/v1/events")
    assert ines.post("/me/devices", f"/me/tokens/{token_id}/revoke") == 303
    assert ended.seconds_to_the_end() < SOON_S
    assert (first.get("/api/v1/me"), second.get("/api/v1/me")) == (401, 200)
    house.say("omar", "workshop", "who is there?")
    kept.hear("entry.added")


def test_wrong_passwords_are_counted_over_all_processes(house: House, running: Running) -> None:
    """A05: the house of this test and the server are two processes over one folder."""
    elsewhere = Remote(running.port)
    for _ in range(5):
        assert house.visitor().post("/login", {"username": "ines", "password": "wrong horse"}).status_code == 401
    assert elsewhere.sign_in("ines", PASSWORD) == 429
    assert elsewhere.sign_in("omar", PASSWORD) == 303
