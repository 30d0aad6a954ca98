"""The directory, profiles, one's own profile, who celebrates, and the API of people."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import event

from intranet.core import people, profiles
from intranet.core.models import DirectoryAccount, Person, Profile, Skill
from intranet.features.people import rules
from intranet.features.people.contact import vcard
from intranet.kernel import clock
from intranet.kernel.events import Reader
from intranet.testing.house import House

FORM = {"name": "Ines Alba"}
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the next day has begun where the company is
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def just_after_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def tell(house: House, username: str, **fields: Any) -> None:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        assert person
        profiles.save(db, person, fields)
    house.site.forget_people()  # as every process does when it reads the event


def add_skill(house: House, username: str, name: str) -> int:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        assert person
        profiles.add_skill(db, person, name, cap=30)
        return db.query(Skill).where(Skill.person_id == person.id, Skill.name == name).one().id


def make_guest(house: House, username: str) -> None:
    with house.site.database.write() as db:
        people.set_guest(db, people.find_by_username(db, username), is_guest=True)  # type: ignore[arg-type]


def disable(house: House, username: str) -> None:
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, username))  # type: ignore[arg-type]


def lock(house: House, username: str, *fields: str) -> None:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        assert person
        db.add(
            DirectoryAccount(
                person_id=person.id, directory="test", username=username, dn=f"uid={username}", owned=list(fields)
            )
        )


def found(house: House, viewer: str, typed: str) -> list[str]:
    page = house.visitor(viewer).get("/people", query_string={"q": typed}).text
    part = page[page.index('id="people-found"') :]
    return [name for name in ("ines", "omar", "pavel", "rosa") if f'href="/people/{name}"' in part]


# The directory


def test_everyone_stands_in_the_directory_under_their_letter(house: House) -> None:
    page = house.visitor("ines").get("/people").text
    places = [page.index(name) for name in ("Ines Alba</a>", "Omar Said</a>", "Pavel Novak</a>", "Rosa Berg</a>")]
    assert places == sorted(places)
    assert '<h2 class="letter">O</h2>' in page
    only = house.visitor("ines").get("/people?letter=O").text
    assert "Omar Said</a>" in only
    assert "Pavel Novak</a>" not in only


@pytest.mark.parametrize(
    "typed",
    ["omar", "OMÁR", "Said om", "fitter", "assembly", "34055", "+39 340", "340/55 501", "hydraul", "valves pumps"],
)
def test_people_are_found_by_name_title_department_number_and_skill(house: House, typed: str) -> None:
    tell(house, "omar", title="Fitter", department="Assembly", mobile="+39 340 55 50 11", about="Pumps of all kinds")
    add_skill(house, "omar", "Hydraulics")
    add_skill(house, "omar", "Valves")
    assert found(house, "ines", typed) == ["omar"]


@pytest.mark.parametrize("typed", ["zzz", "%", "_", "9999999", "omar pavel", "~", "\\"])
def test_nothing_is_found_by_what_stands_nowhere(house: House, typed: str) -> None:
    assert found(house, "ines", typed) == []
    assert "Nobody matches" in house.visitor("ines").get("/people", query_string={"q": typed}).text


def test_accents_do_not_hide_anybody(house: House) -> None:
    tell(house, "pavel", name="Pável Ñovák")
    assert found(house, "ines", "novak") == ["pavel"]
    assert '<h2 class="letter">P</h2>' in house.visitor("ines").get("/people").text


def test_filters_narrow_the_list_and_say_how_many_there_are(house: House) -> None:
    tell(house, "ines", department="Design", location="Hall A")
    tell(house, "omar", department="Design", location="Hall B")
    tell(house, "pavel", department="Sales", location="Hall B")
    visitor = house.visitor("ines")
    page = visitor.get("/people?department=Design").text
    assert "Design (2)" in page
    assert "Hall B (1)" in page
    assert "Pavel Novak</a>" not in page
    assert found_in(visitor.get("/people?department=Design&place=Hall B").text) == ["omar"]
    assert found_in(visitor.get("/people?room=workshop").text) == ["ines", "omar"]
    assert found_in(visitor.get("/people?department=Nowhere").text) == []


def found_in(page: str) -> list[str]:
    part = page[page.index('id="people-found"') :]
    return [name for name in ("ines", "omar", "pavel", "rosa") if f'href="/people/{name}"' in part]


def test_the_directory_cannot_be_filtered_by_a_room_that_is_not_the_viewers(house: House) -> None:
    assert house.visitor("omar").get("/people?room=workshop").status_code == 200
    hidden, missing = (house.visitor("pavel").get(f"/people?room={slug}") for slug in ("workshop", "nowhere"))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "Workshop" not in hidden.text


def test_show_more_goes_on_where_the_page_ended_and_repeats_nobody(house: House) -> None:
    with house.site.database.write() as db:
        for number in range(130):
            people.add(db, username=f"extra{number:03}", name=f"Extra {number:03}")
    visitor, seen, path = house.visitor("ines"), list[str](), "/people?q=extra"
    while path:
        page = visitor.get(path).text
        seen += [name for number in range(130) if (name := f"Extra {number:03}") + "</a>" in page]
        more = page.partition('id="people-more"><a class="btn default block" href="')[2]
        path = more.partition('"')[0].replace("&amp;", "&")
    assert seen == [f"Extra {number:03}" for number in range(130)]
    for strange in ("~", "x~y", "~" + "9" * 100, "\\"):
        assert visitor.get("/people", query_string={"after": strange}).status_code == 200


def test_the_directory_answers_scripts_with_a_clean_address_and_a_piece(house: House) -> None:
    visitor = house.visitor("ines")
    answer = visitor.get("/people?q=omar&department=&place=&room=", headers={"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == "/people?q=omar"
    piece = visitor.get("/people?after=a~1", headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert "Omar Said" in piece


def test_who_is_away_is_marked_for_as_long_as_they_are(house: House) -> None:
    tell(house, "omar", absent_from=TODAY - timedelta(days=2), absent_until=TODAY + timedelta(days=40))
    tell(house, "pavel", absent_from=TODAY - timedelta(days=9), absent_until=TODAY - timedelta(days=3))
    for path in ("/people", "/people?view=cards"):
        assert house.visitor("ines").get(path).text.count("Away until") == 1
    assert "Away until" in house.visitor("ines").get("/people/omar").text
    assert "Away until" not in house.visitor("ines").get("/people/pavel").text


def test_the_phone_list_holds_all_who_match_on_one_page(house: House) -> None:
    tell(house, "omar", title="Fitter", phone="231", mobile="+39 340 555 0100", email="omar@example.org")
    page = house.visitor("ines").get("/people/phone-list").text
    for words in ("Omar Said", "Fitter", "231", "tel:+393405550100", "omar@example.org", "Pavel Novak"):
        assert words in page
    assert "Pavel Novak" not in house.visitor("ines").get("/people/phone-list?q=omar").text


def test_guests_meet_only_those_they_share_a_room_with(house: House) -> None:
    add_skill(house, "rosa", "Secret skill")
    make_guest(house, "omar")
    omar = house.visitor("omar")
    for path in ("/people", "/people/phone-list", "/people/chart", "/people?view=cards"):
        page = omar.get(path).text
        assert "Ines Alba" in page
        assert "Rosa Berg" not in page, path
    for path in ("", "/posts", "/files", "/card", ".vcf"):
        assert omar.get(f"/people/ines{path}").status_code == 200
        assert omar.get(f"/people/rosa{path}").status_code == 404
    assert "Secret skill" not in omar.get("/me/profile").text
    assert [each["username"] for each in house.program("omar").get("/people").json["items"]] == ["ines", "omar"]  # type: ignore[index]


def test_five_hundred_people_cost_no_more_statements_than_five(house: House) -> None:
    visitor = house.visitor("ines")
    paths = ("/people", "/people?q=extra", "/people/phone-list", "/people/chart", "/people/ines")
    before = {path: statements(house, visitor, path) for path in paths}
    with house.site.database.write() as db:
        boss = people.find_by_username(db, "rosa")
        for number in range(500):
            people.add(db, username=f"extra{number}", name=f"Extra {number}", manager_id=boss.id if boss else None)
    assert {path: statements(house, visitor, path) for path in paths} == before


def statements(house: House, visitor: Any, path: str) -> int:
    seen: list[str] = []
    engine = house.site.database.engine
    note = lambda *said: seen.append(said[2])  # noqa: E731
    visitor.get(path)
    event.listen(engine, "before_cursor_execute", note)
    assert visitor.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


# Profiles


def test_a_profile_shows_what_the_person_tells_and_how_to_reach_them(house: House) -> None:
    tell(
        house, "omar", title="Fitter", department="Assembly", phone="231", mobile="+39 340 555 0100", about="Old pumps",
        email="omar@example.org", location="Hall B", languages="Arabic, Italian", experience="Ten years of pumps.",
        hours={"days": [1, 2, 3, 4, 5], "from": "07:30", "to": "16:30"},
    )  # fmt: skip
    page = house.visitor("ines").get("/people/omar").text
    for words in (
        "Fitter, Assembly", "ext. 231", "tel:231", "tel:+393405550100", "mailto:omar@example.org", "Hall B",
        "Arabic, Italian", "Old pumps", "Ten years of pumps.", "Mon to Fri, 07:30–16:30", "same time as you", "Workshop",
    ):  # fmt: skip
        assert words in page, words


def test_empty_fields_of_others_are_not_shown_and_ones_own_are_asked_for(house: House) -> None:
    asks = (
        "What may colleagues ask you about?",
        "When are you at work?",
        "A photo helps",
        "What have you done before?",
    )
    own, other = house.visitor("ines").get("/people/ines").text, house.visitor("ines").get("/people/omar").text
    for words in asks:
        assert words in own
        assert words not in other
    for words in ("Ask me about", "Experience", "Reach Omar"):
        assert words not in other


@pytest.mark.parametrize(
    ("at", "hours", "said"),
    [
        ("2026-05-04 09:00", {"days": [1], "from": "07:30", "to": "16:30"}, ("at_work", "16:30")),
        ("2026-05-04 16:30", {"days": [1], "from": "07:30", "to": "16:30"}, None),
        ("2026-05-04 06:00", {"days": [1], "from": "07:30", "to": "16:30"}, ("later", "07:30")),
        ("2026-05-05 09:00", {"days": [1], "from": "07:30", "to": "16:30"}, None),
        ("2026-05-04 23:00", {"days": [1], "from": "22:00", "to": "06:00"}, ("at_work", "06:00")),
        ("2026-05-05 05:59", {"days": [1], "from": "22:00", "to": "06:00"}, ("at_work", "06:00")),
        ("2026-05-06 05:59", {"days": [1], "from": "22:00", "to": "06:00"}, None),
        ("2026-05-04 09:00", {}, None),
    ],
)
def test_presence_follows_from_the_working_hours(at: str, hours: dict[str, Any], said: tuple[str, str] | None) -> None:
    found = rules.presence(Profile(hours=hours, time_zone=""), moment(at), ROME)
    assert (found and (found.kind, found.at)) == said


def test_presence_goes_by_the_clock_where_the_person_is() -> None:
    profile = Profile(hours={"days": [1], "from": "07:30", "to": "16:30"}, time_zone="Asia/Tokyo")
    assert rules.presence(profile, moment("2026-05-04 09:00"), ROME) == rules.Presence("at_work", at="16:30")
    assert rules.presence(profile, moment("2026-05-04 10:00"), ROME) is None


def moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=ROME)


def test_a_skill_is_confirmed_by_others_and_taken_back_but_not_by_oneself(house: House) -> None:
    skill = add_skill(house, "omar", "Hydraulics")
    path, ines = f"/people/omar/skills/{skill}/confirm", house.visitor("ines")
    for _ in range(2):
        assert ines.post(path, {"on": "1"}).status_code == 303
    assert "1 colleague confirms this" in ines.get("/people/omar").text
    assert 'aria-pressed="true"' in ines.get("/people/omar").text
    assert house.visitor("omar").post(path).status_code == 403
    piece = ines.post(path, {"on": "0"}, headers={"HX-Request": "true"}).text
    assert 'aria-pressed="false"' in piece
    assert "confirms this" not in piece
    assert ines.post(f"/people/pavel/skills/{skill}/confirm").status_code == 404
    assert ines.post("/people/omar/skills/999999/confirm").status_code == 404
    assert house.visitor().post(path).status_code in (302, 401, 403)


def test_a_guest_cannot_confirm_for_somebody_they_never_met(house: House) -> None:
    known, unknown = add_skill(house, "ines", "Gears"), add_skill(house, "rosa", "Keys")
    make_guest(house, "omar")
    assert house.visitor("omar").post(f"/people/ines/skills/{known}/confirm").status_code == 303
    assert house.visitor("omar").post(f"/people/rosa/skills/{unknown}/confirm").status_code == 404


def test_posts_and_files_are_only_those_that_the_viewer_may_read(house: House) -> None:
    files = {"body": "the plan", "files": (io.BytesIO(b"secret"), "plan.txt")}
    assert house.visitor("ines").post("/rooms/workshop/posts", files).status_code == 303
    house.say("ines", "everyone", "good morning all")
    omar, pavel = house.visitor("omar"), house.visitor("pavel")
    assert 'Posts <span class="num">2</span>' in omar.get("/people/ines").text
    assert 'Files <span class="num">1</span>' in omar.get("/people/ines").text
    assert 'Posts <span class="num">1</span>' in pavel.get("/people/ines").text
    assert 'Files <span class="num">0</span>' in pavel.get("/people/ines").text
    assert "the plan" in omar.get("/people/ines/posts").text
    assert "plan.txt" in omar.get("/people/ines/files").text
    assert "the plan" not in pavel.get("/people/ines/posts").text
    assert "good morning all" in pavel.get("/people/ines/posts").text
    assert "plan.txt" not in pavel.get("/people/ines/files").text


def test_rooms_in_common_hold_no_room_that_the_viewer_may_not_read(house: House) -> None:
    panel = 'aria-label="Rooms in common"'
    assert "Workshop" in house.visitor("omar").get("/people/ines").text.partition(panel)[2]
    assert "Workshop" not in house.visitor("pavel").get("/people/ines").text


def test_who_left_stays_readable_as_an_author_and_cannot_be_reached(house: House) -> None:
    tell(house, "omar", phone="231", email="omar@example.org", location="Hall B", about="Old pumps")
    add_skill(house, "omar", "Hydraulics")
    house.say("omar", "everyone", "my last words")
    disable(house, "omar")
    ines = house.visitor("ines")
    page = ines.get("/people/omar").text
    assert "No longer here" in page
    assert "Posts" in page
    for words in ("231", "omar@example.org", "Hall B", "Old pumps", "Hydraulics"):
        assert words not in page
    assert "my last words" in ines.get("/people/omar/posts").text
    assert ines.get("/people/omar.vcf").status_code == ines.get("/people/omar/card").status_code == 404
    assert "Omar Said</a>" not in ines.get("/people").text
    said = house.program("ines").get("/people/omar").json
    assert said is not None
    assert (said["disabled"], said["email"], said["phone"], said["name"]) == (True, "", "", "Omar Said")


def test_a_former_user_name_leads_to_the_new_one(house: House) -> None:
    with house.site.database.write() as db:
        people.rename(db, people.find_by_username(db, "omar"), "omar.said")  # type: ignore[arg-type]
    assert house.visitor("ines").get("/people/omar").headers["Location"] == "/people/omar.said"
    assert house.visitor("ines").get("/people/nobody").status_code == 404


def test_a_contact_card_can_be_downloaded_and_scanned(house: House) -> None:
    tell(house, "omar", phone="231", mobile="+39 340", email="omar@example.org", title="Fitter; pumps, all")
    answer = house.visitor("ines").get("/people/omar.vcf")
    assert answer.mimetype == "text/vcard"
    assert "filename=omar.vcf" in answer.headers["Content-Disposition"]
    for line in (
        "N:Said;Omar;;;",
        "FN:Omar Said",
        "TEL;TYPE=WORK:231",
        "EMAIL:omar@example.org",
        "TITLE:Fitter\\; pumps\\, all",
    ):
        assert line in answer.text.split("\r\n"), line
    assert "<svg" in house.visitor("ines").get("/people/omar/card").text.partition('class="qr"')[2]


def test_no_value_begins_a_line_of_its_own_in_a_contact_card() -> None:
    evil = Person(
        id=1, username="x", name="A;B,C\\ D\r\nTEL:666", title="t\nTEL:666", phone="1\r\nTEL:666", email="", mobile=""
    )
    lines = vcard(evil, "Co\nTEL:666", "").split("\r\n")
    assert not [line for line in lines if line.startswith("TEL:666")]
    assert lines[-2:] == ["END:VCARD", ""]


def test_the_clock_of_somebody_far_away_is_told(house: House) -> None:
    hours = {"days": [1], "from": "09:00", "to": "17:00"}
    tell(house, "omar", hours=hours, time_zone="Asia/Tokyo")
    assert "hours ahead of you" in house.visitor("ines").get("/people/omar").text
    tell(house, "ines", time_zone="Asia/Tokyo")
    assert "same time as you" in house.visitor("ines").get("/people/omar").text
    tell(house, "omar", time_zone="America/New_York")
    assert "hours behind you" in house.visitor("ines").get("/people/omar").text


@pytest.mark.parametrize(
    "path",
    ["/people", "/people/phone-list", "/people/omar", "/people/omar/card", "/people/chart", "/me/profile", "/me/data"],
)
def test_no_page_of_people_holds_inline_script_or_style(house: House, path: str) -> None:
    tell(house, "omar", name='<b onclick="x">Omar</b>', about="<script>alert(1)</script>", title="<img src=x>")
    page = house.visitor("ines").get(path).text
    for mark in (" style=", ' onclick="', "<script>", "<img src=x", "<b onclick"):
        assert mark not in page


# One's own profile


def test_a_profile_is_edited_and_everything_of_it_kept(house: House) -> None:
    ines = house.visitor("ines")
    sent = {
        **FORM, "title": "Designer", "department": "Design", "division": "Gears", "email": "ines@example.org", "phone": "218",
        "mobile": "+39 340", "location": "Hall A", "about": "Seals", "languages": "Italian", "experience": "Pumps",
        "days": ["1", "2", "5"], "hours_from": "08:00", "hours_to": "17:00", "time_zone": "Europe/Vienna",
        "absent_from": "2026-05-01", "absent_until": "2026-05-03", "absence_note": "Ask Omar", "birthday_day": "7",
        "birthday_month": "3", "shows_birthday": "on", "started_on": "2019-04-01",
    }  # fmt: skip
    assert ines.post("/me/profile", sent).status_code == 303
    with house.site.database.read() as db:
        profile = db.get_one(Profile, house.person("ines").id)
    assert profile.hours == {"days": [1, 2, 5], "from": "08:00", "to": "17:00"}
    assert (profile.birthday, profile.shows_birthday, profile.shows_anniversary) == ("03-07", True, False)
    assert (profile.absent_from, profile.absent_until) == (date(2026, 5, 1), date(2026, 5, 3))
    page = ines.get("/me/profile").text
    for words in (
        "Designer",
        "Gears",
        "Pumps",
        'value="08:00"',
        'value="2019-04-01"',
        "<option selected>Europe/Vienna",
    ):
        assert words in page, words
    assert page.count("checked") == 4


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": " "}, "Write something first."),
        ({"title": "x" * 121}, "This is too long."),
        ({"about": "x" * 1001}, "This is too long."),
        ({"experience": "x" * 4001}, "This is too long."),
        ({"phone": "1\0"}, "characters that cannot be kept"),
        ({"days": ["1"]}, "Say on which days"),
        ({"days": ["8"], "hours_from": "08:00", "hours_to": "17:00"}, "This value cannot be used here."),
        ({"hours_from": "08:00", "hours_to": "17:00"}, "Say on which days"),
        ({"days": ["1"], "hours_from": "8", "hours_to": "25:00"}, "Write a time as 07:30."),
        ({"time_zone": "Mars/Olympus"}, "Choose one of the offered time zones."),
        ({"time_zone": "../../etc/passwd"}, "Choose one of the offered time zones."),
        ({"absent_from": "2026-05-03"}, "Say until when."),
        ({"absent_from": "2026-05-03", "absent_until": "2026-05-01"}, "This is before the first day."),
        ({"absent_until": "soon"}, "This value cannot be used here."),
        ({"birthday_day": "31", "birthday_month": "2"}, "There is no such day."),
        ({"birthday_day": "3"}, "There is no such day."),
        ({"email": "nobody"}, "Write an address as name@example.org."),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(house: House, sent: dict[str, Any], words: str) -> None:
    answer = house.visitor("ines").post("/me/profile", {**FORM, "division": "Typed before", **sent})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text or "days" in sent or "hours_from" in sent
    assert 'value="Typed before"' in answer.text
    assert house.person("ines").division == ""


def test_nobody_takes_an_address_that_signs_somebody_else_in(house: House) -> None:
    tell(house, "omar", email="omar@example.org")
    answer = house.visitor("ines").post("/me/profile", {**FORM, "email": "Omar@Example.org", "title": "typed"})
    assert answer.status_code == 422
    assert "Somebody else signs in with this address." in answer.text
    assert 'value="typed"' in answer.text
    assert house.program("ines").ask("PATCH", "/me", json={"email": "omar@example.org"}).status_code == 403
    assert house.person("ines").email == ""
    sent = {"name": "Omar Said", "email": "OMAR@example.org"}
    assert house.visitor("omar").post("/me/profile", sent).status_code == 303


def test_an_absence_without_a_first_day_begins_today(house: House) -> None:
    until = TODAY + timedelta(days=3)
    house.visitor("ines").post("/me/profile", {**FORM, "absent_until": f"{until}"})
    assert "Away until" in house.visitor("omar").get("/people/ines").text


def test_fields_of_the_directory_are_locked_and_ignored_when_sent(house: House) -> None:
    tell(house, "ines", title="Designer", phone="218")
    lock(house, "ines", "name", "title", "photo")
    page = house.visitor("ines").get("/me/profile").text
    assert page.count(" readonly aria-readonly") == 2
    assert "From the company's directory." in page
    assert "The photo comes from the company's directory." in page
    sent = {"name": "Somebody Else", "title": "Boss", "phone": "999", "picture": (picture(), "me.png")}
    assert house.visitor("ines").post("/me/profile", sent).status_code == 303
    ines = house.person("ines")
    assert (ines.name, ines.title, ines.phone, ines.avatar) == ("Ines Alba", "Designer", "999", None)
    assert house.visitor("omar").get("/me/profile").text.count(" readonly aria-readonly") == 0


def test_what_is_missing_for_a_locked_field_is_no_error(house: House) -> None:
    lock(house, "ines", "name")
    assert house.visitor("ines").post("/me/profile", {"phone": "1"}).status_code == 303


def picture() -> io.BytesIO:
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(raw, "PNG")
    return io.BytesIO(raw.getvalue())


def test_a_photo_is_put_up_and_taken_down(house: House) -> None:
    ines = house.visitor("ines")
    assert ines.post("/me/profile", {**FORM, "picture": (picture(), "me.png")}).status_code == 303
    assert house.visitor("omar").get("/people/ines/picture").headers["Content-Type"] == "image/webp"
    assert ines.post("/me/profile", FORM).status_code == 303
    assert house.person("ines").avatar
    assert ines.post("/me/profile", {**FORM, "remove_picture": "on"}).status_code == 303
    assert house.visitor("omar").get("/people/ines/picture").status_code == 404
    broken = {**FORM, "about": "typed", "picture": (io.BytesIO(b"GIF89a broken"), "me.gif")}
    assert "cannot be read" in ines.post("/me/profile", broken).text


def test_skills_are_added_and_removed_one_by_one(house: House) -> None:
    add_skill(house, "omar", "Welding")
    ines = house.visitor("ines")
    assert '<option value="Welding">' in ines.get("/me/profile").text
    for name in ("Hydraulics", "  hydraulics ", "HYDRÁULICS"):
        assert ines.post("/me/skills", {"name": name}).status_code == 303
    with house.site.database.read() as db:
        (skill,) = db.query(Skill).where(Skill.person_id == house.person("ines").id)
    assert skill.name == "Hydraulics"
    assert house.visitor("omar").post(f"/me/skills/{skill.id}/remove").status_code == 404
    piece = ines.post("/me/skills", {"name": "Gears"}, headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert "Gears" in piece
    assert ines.post(f"/me/skills/{skill.id}/remove").status_code == 303
    assert "Hydraulics" not in house.visitor("omar").get("/people/ines").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\0b"])
def test_a_wrong_skill_is_refused_in_words(house: House, name: str) -> None:
    answer = house.visitor("ines").post("/me/skills", {"name": name}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'id="f-skill-error"' in answer.text


def test_a_profile_holds_at_most_thirty_skills(house: House) -> None:
    for number in range(30):
        add_skill(house, "ines", f"Skill {number}")
    assert house.visitor("ines").post("/me/skills", {"name": "One more"}).status_code == 422
    assert "One more" not in house.visitor("omar").get("/people/ines").text


def test_nothing_of_ones_own_profile_is_open_to_who_is_signed_out(house: House) -> None:
    for path in ("/me/profile", "/me/data", "/me/export"):
        assert house.visitor().get(path).status_code == 302


# Today


def card(house: House, viewer: str) -> str:
    page = house.visitor(viewer).get("/").text
    return page.partition('class="today plain"')[2].partition("</section>")[0]


def test_only_who_wants_it_known_has_a_birthday_on_others_home_pages(house: House) -> None:
    for name in ("omar", "pavel"):
        tell(house, name, birthday=f"{TODAY + timedelta(days=1):%m-%d}")
    assert card(house, "ines") == ""
    tell(house, "omar", shows_birthday=True)
    assert "Omar Said" in card(house, "ines")
    assert "Birthday tomorrow" in card(house, "ines")
    assert "Pavel Novak" not in card(house, "ines")
    tell(house, "omar", birthday=f"{TODAY + timedelta(days=7):%m-%d}")
    assert card(house, "ines") == ""


def test_only_who_wants_it_known_has_an_anniversary(house: House) -> None:
    begun = TODAY.replace(year=TODAY.year - 5)
    for name in ("omar", "pavel", "rosa"):
        tell(house, name, started_on=begun, shows_anniversary=name != "pavel")
    tell(house, "rosa", started_on=TODAY)
    assert "5 years here, today" in card(house, "ines")
    assert "Pavel Novak" not in card(house, "ines")
    assert "0 year" not in card(house, "ines")


def test_only_who_wants_it_known_is_new_and_for_two_weeks(house: House) -> None:
    for name, days in (("omar", 3), ("pavel", 3), ("rosa", 14)):
        tell(house, name, started_on=TODAY - timedelta(days=days), shows_anniversary=name != "pavel")
    said = card(house, "ines")
    assert "Omar Said" in said
    assert "New here since 22 November" in said
    assert "Pavel Novak" not in said
    assert "Rosa Berg" not in said
    tell(house, "omar", started_on=TODAY)
    assert "First day here today" in card(house, "ines")
    tell(house, "omar", started_on=TODAY + timedelta(days=1))
    assert card(house, "ines") == ""


def test_who_is_away_is_told_to_their_rooms_and_department_only(house: House) -> None:
    tell(house, "omar", absent_from=TODAY, absent_until=TODAY + timedelta(days=2))
    assert "Away until" in card(house, "ines")
    assert card(house, "pavel") == ""
    assert "Omar Said" not in card(house, "omar")
    tell(house, "omar", department="Design")
    tell(house, "pavel", department="Design")
    assert "Omar Said" in card(house, "pavel")


def test_guests_are_told_of_nobody_they_never_met(house: House) -> None:
    for name in ("ines", "rosa"):
        tell(house, name, birthday=f"{TODAY:%m-%d}", shows_birthday=True)
        tell(house, name, started_on=TODAY, shows_anniversary=True)
    make_guest(house, "omar")
    assert "Ines Alba" in card(house, "omar")
    assert "Rosa Berg" not in card(house, "omar")


def test_who_left_celebrates_no_more(house: House) -> None:
    tell(house, "omar", birthday=f"{TODAY:%m-%d}", shows_birthday=True)
    assert "Has a birthday today" in card(house, "ines")
    disable(house, "omar")
    house.site.forget_people()
    assert card(house, "ines") == ""


def test_what_the_company_tells_is_forgotten_when_a_person_changes(house: House) -> None:
    assert card(house, "ines") == ""
    reader = Reader(house.site.database, house.site.settings.run, lambda batch: [react(each) for each in batch])
    react = house.site.hub.on_event
    with house.site.database.write() as db:
        omar = people.find_by_username(db, "omar")
        assert omar
        profiles.save(db, omar, {"birthday": f"{TODAY:%m-%d}", "shows_birthday": True})
    reader.catch_up()
    reader.inbox.close()
    assert "Omar Said" in card(house, "ines")


def test_home_pages_ask_once_for_what_the_whole_company_tells(house: House) -> None:
    seen: list[str] = []
    note = lambda *said: seen.append(said[2])  # noqa: E731
    visitors = [house.visitor("ines"), house.visitor("omar")]
    event.listen(house.site.database.engine, "before_cursor_execute", note)
    for visitor in visitors:
        visitor.get("/")
    event.remove(house.site.database.engine, "before_cursor_execute", note)
    assert len([said for said in seen if "FROM people JOIN profiles" in said.replace("\n", "").replace('"', "")]) == 1


# The API


def test_the_api_gives_a_person_with_all_that_the_contract_names(house: House) -> None:
    tell(house, "omar", division="Gears", mobile="+39 340", absent_from=TODAY, absent_until=TODAY)
    add_skill(house, "omar", "Hydraulics")
    said = house.program("ines").get("/people/omar").json
    assert said is not None
    assert set(said) >= {
        "id", "username", "name", "email", "title", "department", "phone", "location", "manager", "avatar_url", "disabled",
    }  # fmt: skip
    assert (said["division"], said["mobile"], said["skills"]) == ("Gears", "+39 340", ["Hydraulics"])
    assert said["absent_until"] == f"{TODAY}"
    assert house.program("ines").get("/people?q=hydraul").json["items"] == [said]  # type: ignore[index]
    assert house.program("omar").get("/me").json == said


def test_the_api_lists_people_page_by_page(house: House) -> None:
    program, names, cursor = house.program("ines"), list[str](), ""
    while True:
        said = program.get("/people", query_string={"limit": 2, "cursor": cursor}).json
        assert said is not None
        names += [each["username"] for each in said["items"]]
        cursor = said["next"]
        if not cursor:
            break
    assert names == ["ines", "omar", "pavel", "rosa"]


def test_one_changes_ones_own_fields_by_the_api_and_no_others(house: House) -> None:
    tell(house, "ines", title="Designer", about="Seals")
    lock(house, "ines", "title")
    program = house.program("ines")
    answer = program.ask("PATCH", "/me", json={"phone": "218", "title": "Boss", "is_admin": True, "username": "rosa"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["phone"], answer.json["title"], answer.json["username"]) == ("218", "Designer", "ines")
    ines = house.person("ines")
    assert (ines.about, ines.is_admin) == ("Seals", False)
    assert (
        program.ask("PATCH", "/me", json={"days": [1], "hours_from": "08:00", "hours_to": "17:00"}).status_code == 200
    )
    assert program.ask("PATCH", "/me", json={"hours_to": "16:00"}).status_code == 200
    with house.site.database.read() as db:
        assert db.get_one(Profile, ines.id).hours == {"days": [1], "from": "08:00", "to": "16:00"}
    for wrong in ({"name": ""}, {"absent_until": "x"}, {"days": [9]}, {"phone": 5}, {"about": "x" * 1001}):
        refused = program.ask("PATCH", "/me", json=wrong)
        assert refused.status_code == 422, wrong
        assert list(refused.json["error"]["fields"]) == list(wrong)  # type: ignore[index]
    assert house.app.test_client().patch("/api/v1/me", json={"phone": "1"}).status_code in (401, 403)
