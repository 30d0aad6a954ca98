"""Announcements to the whole company, or to a part of it; and the pictures and files that they bring."""

import io
import json

import pytest
from PIL import Image
from sqlalchemy import select

from intranet.app import create_app
from intranet.core import people
from intranet.core.entries import queries as entry_queries
from intranet.core.models import Attachment, Blob, Entry
from intranet.core.rooms import changes as room_changes
from intranet.demo import CONTENT, fill
from intranet.kernel.settings import load
from intranet.testing.house import PASSWORD, House
from tests.web.test_announcements import asked, day, has_on_top, number


@pytest.fixture
def company(house: House) -> House:
    """Ines keeps the company's room; Omar and Pavel are of two departments."""
    with house.site.database.write() as db:
        everyone = db.merge(house.room("everyone"))
        room_changes.set_member(db, everyone, house.person("ines"), "keeper", actor=None)
        for name, department in (("omar", "Production"), ("pavel", "Sales")):
            people.change(db, db.merge(house.person(name)), department=department)
    return house


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    made.seek(0)
    return made


def test_who_keeps_the_companys_room_asks_everyone_or_some(company: House) -> None:
    room_id = company.room("everyone").id
    all_of_us = company.program("ines").post(f"/rooms/{room_id}/announcements", {"body": "For all of us"})
    assert set(asked(company, number(all_of_us))) == {"omar", "pavel", "rosa"}
    assert all(has_on_top(company, each) for each in ("omar", "pavel", "rosa"))
    some = {"body": "For production", "departments": ["Production"]}
    assert set(asked(company, number(company.program("ines").post(f"/rooms/{room_id}/announcements", some)))) == {
        "omar"
    }


def test_who_does_not_keep_it_asks_nobody(company: House) -> None:
    path = f"/rooms/{company.room('everyone').id}/announcements"
    assert company.program("omar").post(path, {"body": "Listen"}).status_code == 403
    assert company.visitor("omar").post("/announcements", {"room": "everyone", "body": "Listen"}).status_code == 403
    assert company.visitor("omar").post("/announcements/whom", {"room": "everyone"}).status_code == 403


def test_the_form_offers_the_companys_room_to_its_keeper_and_announces_there(company: House) -> None:
    ines = company.visitor("ines")
    assert 'value="everyone"' in ines.get("/announcements/new").text
    led = ines.post("/announcements", {"room": "everyone", "body": "From the form", "until": day(3)})
    assert led.status_code == 303
    assert "From the form" in company.visitor("pavel").get("/").text


def test_an_announcement_brings_pictures_with_their_words_and_files(company: House) -> None:
    said = {
        "room": "everyone", "body": "Look", "until": day(3), "alt": ["A green door", ""],
        "files": [(picture(), "door.png"), (io.BytesIO(b"plan"), "plan.txt")],
    }  # fmt: skip
    led = company.visitor("ines").post("/announcements", said, content_type="multipart/form-data")
    assert led.status_code == 303
    page = company.visitor("pavel").get("/").text
    assert 'alt="A green door"' in page
    assert "plan.txt" in page


def test_a_program_sends_them_in_a_form(company: House) -> None:
    ines = company.program("ines")
    said = {"body": "Look", "departments": ["Sales"], "alt": ["A door"], "files": [(picture(), "door.png")]}
    path = f"/rooms/{company.room('everyone').id}/announcements"
    answer = ines.ask("POST", path, data=said, content_type="multipart/form-data")
    assert set(asked(company, number(answer))) == {"pavel"}
    with company.site.database.read() as db:
        assert [
            each.alt for each in entry_queries.attachments(db, [db.get_one(Entry, number(answer))])[number(answer)]
        ] == ["A door"]


def test_a_broken_picture_is_said_beside_its_field_and_no_words_are_lost(company: House) -> None:
    said = {"room": "everyone", "body": "Look here", "files": [(io.BytesIO(b"no picture"), "door.png")]}
    answer = company.visitor("ines").post("/announcements", said, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'id="f-files-error"' in answer.text
    assert "This picture cannot be read" in answer.text
    assert "Look here" in answer.text
    assert "Choose your pictures and files once more" in answer.text


def test_nothing_is_kept_of_what_somebody_sends_who_may_not_announce(company: House) -> None:
    for username, slug, refusal in (("omar", "everyone", 403), ("pavel", "workshop", 404)):
        said = {"room": slug, "body": "Listen", "files": [(io.BytesIO(b"plan"), "plan.txt")]}
        answer = company.visitor(username).post("/announcements", said, content_type="multipart/form-data")
        assert answer.status_code == refusal
    with company.site.database.read() as db:
        assert db.scalars(select(Attachment)).all() == []
        assert db.scalars(select(Blob)).all() == []
    assert not [each for each in (company.site.settings.data / "blobs").rglob("*") if each.is_file()]


def test_half_of_the_trials_company_has_read_its_open_announcement(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(load(tmp_path_factory.mktemp("trial")))
    trial = House(app, app.extensions["intranet"])
    visitor = fill(trial.site, PASSWORD)
    said = [json.loads(line) for line in (CONTENT / "posts.jsonl").read_text(encoding="utf-8").splitlines()]
    author = next(each["author"] for each in said if each.get("announcement"))
    items = trial.program(author).get("/announcements").json["items"]
    found = trial.program(visitor).get("/announcements").json["items"]
    assert items == []
    assert [each["has_ended"] for each in found] == [False]
    read = asked(trial, found[0]["id"], author)
    assert abs(sum(read.values()) - len(read) / 2) <= 1
    assert has_on_top(trial, visitor)
    trial.site.database.close()
