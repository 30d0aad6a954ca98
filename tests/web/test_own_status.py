"""One's own status: set by hand, said under one's name on every page, cleared and brought back."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from intranet.features.chat.models import Status
from intranet.kernel import clock
from intranet.testing.house import House

FOOT = re.compile(r'<span id="own-status">.*?</a></span>', re.DOTALL)
NOON_ON_WEDNESDAY = datetime.fromisoformat("2026-11-11T12:00:00+01:00")
HTMX = {"HX-Request": "true"}


def foot(house: House, username: str, path: str = "/") -> str:
    found = FOOT.search(house.visitor(username).get(path).text)
    assert found
    return found[0]


def kept(house: House, username: str) -> Status | None:
    with house.site.database.read() as db:
        return db.get(Status, house.person(username).id)


@pytest.fixture
def wednesday(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOON_ON_WEDNESDAY)
    return NOON_ON_WEDNESDAY


def test_what_is_set_stands_under_ones_name_on_every_page_until_it_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Set a status" in foot(house, "ines")
    answer = house.visitor("ines").post("/me/status", {"words": "In the workshop", "lasts": "1h"})
    assert (answer.status_code, answer.location) == (303, "/me/status?saved=1")
    for path in ("/", "/people", "/me/look"):
        assert "In the workshop · until " in foot(house, "ines", path)
    assert "In the workshop" not in foot(house, "omar")
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Set a status" in foot(house, "ines")


@pytest.mark.parametrize(
    ("lasts", "ends"),
    [
        ("", None), ("30m", "2026-11-11T12:30+01:00"), ("1h", "2026-11-11T13:00+01:00"), ("4h", "2026-11-11T16:00+01:00"),
        ("today", "2026-11-11T23:59:59+01:00"), ("week", "2026-11-15T23:59:59+01:00"), ("until", "2026-11-20T09:30+01:00"),
    ],
)  # fmt: skip
def test_for_how_long_is_meant_by_the_companys_clock(
    house: House, wednesday: datetime, lasts: str, ends: str | None
) -> None:
    visitor = house.visitor("ines")
    visitor.post("/me/status", {"words": "Away", "lasts": lasts, "until": "2026-11-20T09:30"})
    status = kept(house, "ines")
    assert status
    assert status.until == (datetime.fromisoformat(ends) if ends else None)
    assert not status.is_quiet


def test_one_press_says_what_is_said_often_in_the_language_of_who_says_it(house: House, wednesday: datetime) -> None:
    visitor = house.visitor("ines")
    visitor.post("/me/look", {"language": "de"})
    visitor.post("/me/status", {"preset": "meeting", "words": "left aside"})
    status = kept(house, "ines")
    assert status
    assert (status.words, status.is_quiet, status.until) == (
        "In einer Besprechung",
        True,
        wednesday + timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": " "}, "words"), ({"words": "x" * 121}, "words"), ({"words": "Away", "lasts": "2h"}, "lasts"),
        ({"words": "Away", "lasts": "until"}, "until"), ({"words": "Away", "lasts": "until", "until": "soon"}, "until"),
        ({"words": "Away", "lasts": "until", "until": "2001-01-01T10:00"}, "until"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_lost(
    house: House, said: dict[str, str], field: str
) -> None:
    answer = house.visitor("ines").post("/me/status", said)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert 'value="Away"' in answer.text or said["words"] in answer.text
    assert kept(house, "ines") is None


def test_what_was_cleared_comes_back_as_it_was(house: House) -> None:
    visitor = house.visitor("ines")
    visitor.post("/me/status", {"words": "Ill & asleep", "lasts": "4h", "is_quiet": "on"})
    before = kept(house, "ines")
    answer = visitor.post("/me/status/clear", {}, headers=HTMX)
    assert kept(house, "ines") is None
    assert "Set a status" in answer.text
    fields = re.findall(r'<input type="hidden" name="(words|lasts|until|is_quiet)" value="([^"]*)">', answer.text)
    again = visitor.post("/me/status", {name: unescape(value) for name, value in fields}, headers=HTMX)
    assert "Ill &amp; asleep · until " in again.text
    after = kept(house, "ines")
    assert before
    assert before.until
    assert after
    assert (after.words, after.is_quiet, after.until) == (before.words, True, before.until)


def test_clearing_nothing_offers_nothing_to_bring_back(house: House) -> None:
    answer = house.visitor("ines").post("/me/status/clear", {}, headers=HTMX)
    assert answer.status_code == 200
    assert "Undo" not in answer.text


def test_the_form_shows_what_is_set_and_answers_as_a_page_without_scripts(house: House) -> None:
    visitor = house.visitor("ines")
    assert "Clear status" not in visitor.get("/me/status").text
    visitor.post("/me/status", {"words": "On the road", "is_quiet": "on"})
    page = visitor.get("/me/status").text
    assert 'value="On the road"' in page
    assert 'name="is_quiet" value="on" checked' in page
    assert "Clear status" in page
    assert "hx-post" not in page.split('id="own-status-form"')[1].split("</form>")[0]
    answer = visitor.post("/me/status/clear", {})
    assert (answer.status_code, answer.location) == (303, "/me/status?saved=1")
