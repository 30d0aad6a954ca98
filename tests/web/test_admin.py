"""The administration: only for admins, all or nothing, and somebody who administers is always left."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from intranet.core import house as values
from intranet.core import people, sessions
from intranet.core.models import AuditRow, DirectoryAccount, Person
from intranet.core.signin import passwords
from intranet.features.admin.audit.words import ACTIONS
from intranet.kernel import clock
from intranet.testing.house import PASSWORD, House, Visitor
from intranet.web.routing import list_routes

PAGES = [
    "/admin/overview", "/admin/people", "/admin/people/new", "/admin/people/import", "/admin/people/people.csv",
    "/admin/people/1", "/admin/directory", "/admin/directory/new", "/admin/security", "/admin/audit",
    "/admin/audit/audit.csv",
]  # fmt: skip

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"')


def put(house: House, username: str, **fields: object) -> Person:
    """Changes a person straight in the database."""
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        assert person is not None
        for name, value in fields.items():
            setattr(person, name, value)
        return person


def audited(house: House) -> list[tuple[str, str]]:
    with house.site.database.read() as db:
        return [(row.action, row.subject) for row in db.query(AuditRow).order_by(AuditRow.id)]


def in_directory(house: House, username: str, *, owned: tuple[str, ...] = ("name", "email"), role: str = "") -> Person:
    """Makes somebody a person of a directory, as a sync would."""
    person = put(house, username, directory_id=f"id-{username}", password_hash=None)
    with house.site.database.write() as db:
        db.add(
            DirectoryAccount(
                person_id=person.id, directory="directory", username=username, dn=f"uid={username},dc=x", owned=list(owned),
                role=role,
            )
        )  # fmt: skip
    return person


def bulk(visitor: Visitor, do: str, *ids: object, confirmed: bool = True) -> TestResponse:
    return visitor.post(
        "/admin/people/bulk", {"do": do, "ids": list(ids), **({"confirmed": "true"} if confirmed else {})}
    )


def rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


# Who gets in


@pytest.mark.parametrize("path", PAGES)
def test_an_admin_opens_every_page(house: House, path: str) -> None:
    assert house.visitor("rosa").get(path).status_code == 200


def test_for_everybody_else_the_administration_does_not_exist(house: House) -> None:
    put(house, "pavel", is_guest=True)
    routes = [route for route in list_routes(house.app) if route.path.startswith("/admin")]
    assert len(routes) > 30
    assert {route.rule for route in routes} == {"admin"}
    for username in ("ines", "pavel"):
        visitor = house.visitor(username)
        for path in PAGES:
            assert visitor.get(path).status_code == 404
            assert TOKEN.sub("", visitor.get(path).text) == TOKEN.sub("", visitor.get("/nowhere").text)
        for route in routes:
            if route.method == "POST" and "<" not in route.path:
                assert visitor.post(route.path).status_code == 404
        page = visitor.get("/")
        assert 'href="/admin' not in page.text


def test_who_is_not_signed_in_is_asked_to(house: House) -> None:
    for path in PAGES:
        answer = house.visitor().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=/admin")


def test_the_sidebar_shows_the_sections_below_admin_alone(house: House) -> None:
    rosa = house.visitor("rosa")
    inside, outside = rosa.get("/admin/overview").text, rosa.get("/rooms").text
    assert "<h2>Administration</h2>" in inside
    assert "/admin/audit" in inside
    assert "Your rooms" not in inside
    assert "Your rooms" in outside
    assert "/admin/audit" not in outside
    assert 'href="/admin"' in outside
    assert 'href="/admin"' in rosa.get("/me/look").text
    assert rosa.get("/admin").headers["Location"] == "/admin/overview"


def test_the_pages_need_no_inline_script_or_style(house: House) -> None:
    for path in PAGES:
        if not path.endswith(".csv"):
            page = house.visitor("rosa").get(path).text
            assert " style=" not in page
            assert " onclick" not in page


# The overview


def test_the_overview_says_what_wants_a_look_with_a_way_there(house: House) -> None:
    page = house.visitor("rosa").get("/admin/overview").text
    assert "There is one admin." in page
    assert "No directory is connected." in page
    assert "4 people can sign in." in page
    assert 'href="/admin/directory"' in page
    put(house, "ines", is_admin=True)
    assert "There is one admin." not in house.visitor("rosa").get("/admin/overview").text


# The table of people


def test_the_table_filters_searches_and_sorts(house: House) -> None:
    put(house, "pavel", is_guest=True)
    put(house, "omar", department="Welding")
    rosa = house.visitor("rosa")
    guests = rosa.get("/admin/people?show=guests").text
    assert "Pavel Novak" in guests
    assert "Ines Alba" not in guests
    assert "Omar Said" in rosa.get("/admin/people?q=weld").text
    assert "Ines Alba" not in rosa.get("/admin/people?q=weld").text
    newest = rosa.get("/admin/people?sort=newest").text
    assert newest.index("Rosa Berg</bdi>") < newest.index("Ines Alba</bdi>")
    seen = rosa.get("/admin/people?sort=seen").text
    assert seen.index("Rosa Berg</bdi>") < seen.index("Ines Alba</bdi>")
    assert "Nobody matches" in rosa.get("/admin/people?show=disabled").text


def test_whoever_was_never_here_is_found(house: House) -> None:
    house.visitor("ines")
    page = house.visitor("rosa").get("/admin/people?show=never").text
    assert "Omar Said" in page
    assert "Ines Alba" not in page


@pytest.mark.parametrize("sort", ["name", "username", "seen", "newest"])
def test_the_table_goes_on_where_a_page_ended(house: House, sort: str) -> None:
    with house.site.database.write() as db:
        for number in range(60):
            people.add(db, username=f"p{number:02}", name=f"Émile {number % 3}")
    rosa, path, seen = house.visitor("rosa"), f"/admin/people?sort={sort}", list[str]()
    for _ in range(2):
        page = rosa.get(path).text
        seen += re.findall(r'name="ids" value="(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert path == ""
    assert len(seen) == len(set(seen)) == 64


def test_a_strange_place_in_the_address_shows_the_beginning(house: House) -> None:
    for after in ("x~y", "1~", "9" * 30 + "~a", "1~2026-13-99", "%00"):
        for sort in ("name", "seen", "newest", "nonsense"):
            assert house.visitor("rosa").get(f"/admin/people?sort={sort}&after={after}").status_code == 200


# Acts on several people


def test_disabling_is_asked_about_by_name_and_then_done(house: House) -> None:
    ines, omar = house.visitor("ines"), house.person("omar")
    rosa, ids = house.visitor("rosa"), (house.person("ines").id, omar.id)
    asked = bulk(rosa, "disable", *ids, confirmed=False)
    assert asked.status_code == 200
    assert "Disable 2 people?" in asked.text
    assert "Ines Alba" in asked.text
    assert not house.person("ines").disabled_at
    assert bulk(rosa, "disable", *ids).status_code == 303
    assert house.person("ines").disabled_at
    assert house.person("omar").disabled_at
    assert ines.get("/").status_code == 302
    assert ("person.disabled", "ines") in audited(house)
    assert bulk(rosa, "enable", *ids).status_code == 303
    assert not house.person("omar").disabled_at


def test_one_id_that_is_nobodys_stops_the_whole_act(house: House) -> None:
    rosa, ines = house.visitor("rosa"), house.person("ines")
    for foreign in (999_999, "x", -1):
        for do in ("disable", "enable", "sign_out", "make_admin", "take_admin", "new_password"):
            assert bulk(rosa, do, ines.id, foreign).status_code == 404
    assert house.person("ines").disabled_at is None
    assert not house.person("ines").is_admin
    assert not house.person("ines").must_change_password


def test_nobody_ticked_or_no_such_act_is_said_in_words(house: House) -> None:
    rosa = house.visitor("rosa")
    nobody = bulk(rosa, "disable")
    assert nobody.status_code == 422
    assert "Choose at least one person." in nobody.text
    assert bulk(rosa, "erase", house.person("ines").id).status_code == 422
    assert bulk(rosa, "disable", *range(1, 200)).status_code == 422


@pytest.mark.parametrize("do", ["disable", "take_admin"])
def test_the_last_admin_stays(house: House, do: str) -> None:
    rosa = house.person("rosa")
    answer = bulk(house.visitor("rosa"), do, rosa.id, house.person("ines").id)
    assert answer.status_code == 409
    assert "Make someone else admin first." in answer.text
    assert house.person("rosa").is_admin
    assert not house.person("rosa").disabled_at
    assert not house.person("ines").disabled_at


@pytest.mark.parametrize("do", ["disable", "take_admin"])
def test_an_admin_does_not_shut_themselves_out(house: House, do: str) -> None:
    put(house, "ines", is_admin=True)
    answer = bulk(house.visitor("rosa"), do, house.person("rosa").id)
    assert answer.status_code == 409
    assert "You cannot take the administration from yourself." in answer.text
    assert bulk(house.visitor("ines"), do, house.person("rosa").id).status_code == 303
    assert do == "disable" or not house.person("rosa").is_admin


def test_admins_are_made_and_signed_out_and_asked_for_passwords(house: House) -> None:
    rosa, omar = house.visitor("rosa"), house.person("omar")
    browser = house.visitor("omar")
    assert bulk(rosa, "make_admin", omar.id).status_code == 303
    assert browser.get("/admin/overview").status_code == 200
    assert bulk(rosa, "sign_out", omar.id).status_code == 303
    assert browser.get("/").status_code == 302
    assert bulk(rosa, "new_password", omar.id).status_code == 303
    assert house.person("omar").must_change_password
    assert {("person.role", "omar"), ("sessions.ended", "omar"), ("password.required", "omar")} <= set(audited(house))


def test_a_password_of_the_directory_is_not_ours_to_ask_for(house: House) -> None:
    ines = in_directory(house, "ines")
    answer = bulk(house.visitor("rosa"), "new_password", ines.id, house.person("omar").id)
    assert answer.status_code == 409
    assert not house.person("omar").must_change_password


# One person


def test_a_persons_page_saves_name_address_and_role(house: House) -> None:
    rosa, ines = house.visitor("rosa"), house.person("ines")
    path = f"/admin/people/{ines.id}"
    assert rosa.post(path, {"name": "Inés Alba", "email": "ines@x.example", "role": "admin"}).status_code == 303
    saved = house.person("ines")
    assert (saved.name, saved.email, saved.is_admin) == ("Inés Alba", "ines@x.example", True)
    assert {("person.changed", "ines"), ("person.role", "ines")} <= set(audited(house))


def test_what_is_wrong_about_a_person_is_said_at_the_field_and_kept(house: House) -> None:
    rosa, path = house.visitor("rosa"), f"/admin/people/{house.person('ines').id}"
    answer = rosa.post(path, {"name": "New Name", "email": "nonsense", "role": "person"})
    assert answer.status_code == 422
    assert 'value="New Name"' in answer.text
    assert "This is no email address." in answer.text
    assert rosa.post(path, {"name": "", "role": "person"}).status_code == 422
    assert rosa.post(path, {"name": "x", "role": "king"}).status_code == 422
    assert house.person("ines").name == "Ines Alba"
    assert rosa.post("/admin/people/999999", {"name": "x", "role": "person"}).status_code == 404


def test_the_last_admin_cannot_be_made_less_on_the_page_either(house: House) -> None:
    rosa = house.person("rosa")
    answer = house.visitor("rosa").post(f"/admin/people/{rosa.id}", {"name": "Rosa", "role": "guest"})
    assert answer.status_code == 409
    assert "Make someone else admin first." in answer.text
    assert house.person("rosa").is_admin
    assert house.person("rosa").name == "Rosa Berg"


def test_a_guest_leaves_the_companys_rooms_and_comes_back(house: House) -> None:
    rosa, path = house.visitor("rosa"), f"/admin/people/{house.person('ines').id}"
    assert house.sees("ines", "everyone")
    rosa.post(path, {"name": "Ines Alba", "role": "guest"})
    assert house.person("ines").is_guest
    assert not house.sees("ines", "everyone")
    assert house.sees("ines", "workshop")
    rosa.post(path, {"name": "Ines Alba", "role": "person"})
    assert house.sees("ines", "everyone")


def test_what_the_directory_owns_stays_as_the_directory_says(house: House) -> None:
    ines = in_directory(house, "ines", role="admin")
    put(house, "ines", is_admin=True)
    rosa, path = house.visitor("rosa"), f"/admin/people/{ines.id}"
    page = rosa.get(path).text
    assert "come from the company" in page
    assert "A rule of the directory gives this role." in page
    assert rosa.post(path, {"name": "Mallory", "email": "m@x.example", "role": "guest"}).status_code == 303
    assert house.person("ines").name == "Ines Alba"
    assert house.person("ines").is_admin
    assert bulk(rosa, "take_admin", ines.id).status_code == 409


def test_a_one_time_password_is_shown_once_and_must_be_changed(house: House) -> None:
    rosa, ines = house.visitor("rosa"), house.person("ines")
    browser = house.visitor("ines")
    answer = rosa.post(f"/admin/people/{ines.id}/password")
    password = re.search(r'class="secret">([^<]+)<', answer.text)
    assert password is not None
    assert passwords.matches(password[1], house.person("ines").password_hash)
    assert house.person("ines").must_change_password
    assert browser.get("/").status_code == 302
    assert password[1] not in rosa.get(f"/admin/people/{ines.id}").text
    assert ("password.set", "ines") in audited(house)
    omar = in_directory(house, "omar")
    assert rosa.post(f"/admin/people/{omar.id}/password").status_code == 409


@pytest.mark.parametrize("do", ["disable", "enable", "sign_out", "new_password", "factors/reset"])
def test_each_act_on_a_person_works_and_is_refused_for_nobody(house: House, do: str) -> None:
    rosa, ines = house.visitor("rosa"), house.person("ines")
    assert rosa.post(f"/admin/people/{ines.id}/{do}").status_code == 303
    assert rosa.post(f"/admin/people/999999/{do}").status_code == 404
    assert rosa.post(f"/admin/people/{ines.id}/erase").status_code == 404


def test_an_admin_disables_not_themselves_on_their_page(house: House) -> None:
    put(house, "ines", is_admin=True)
    rosa = house.person("rosa")
    assert house.visitor("rosa").post(f"/admin/people/{rosa.id}/disable").status_code == 409
    assert not house.person("rosa").disabled_at


def test_a_second_factor_is_taken_away_for_who_lost_it(house: House) -> None:
    ines = put(house, "ines", has_second_factor=True)
    house.visitor("rosa").post(f"/admin/people/{ines.id}/factors/reset")
    assert not house.person("ines").has_second_factor
    assert ("factor.reset", "ines") in audited(house)


def test_who_signed_in_long_ago_says_again_who_they_are(house: House) -> None:
    rosa, ines = house.visitor("rosa"), house.person("ines")
    with house.site.database.write() as db:
        for row in sessions.list_for(db, house.person("rosa").id):
            row.created_at -= timedelta(hours=1)
    acts: list[tuple[str, dict[str, Any]]] = [
        (f"/admin/people/{ines.id}/password", {}),
        (f"/admin/people/{ines.id}/factors/reset", {}),
        (f"/admin/people/{ines.id}", {"name": "Ines Alba", "role": "admin"}),
        ("/admin/people/bulk", {"do": "make_admin", "ids": [str(ines.id)], "confirmed": "true"}),
        ("/admin/people/new", {"username": "new.one", "name": "New One", "role": "admin"}),
        ("/admin/security", {"second_factor": "off"}),
    ]  # fmt: skip
    for path, form in acts:
        assert "Confirm that it is you" in rosa.post(path, form).text
    assert house.person("ines").password_hash == house.person("omar").password_hash
    assert not house.person("ines").is_admin
    path, form = acts[3]
    assert rosa.post(path, {**form, "proof": "wrong"}).status_code != 303
    assert rosa.post(path, {**form, "proof": PASSWORD}).status_code == 303
    assert house.person("ines").is_admin


# New people


def test_a_new_person_gets_a_one_time_password(house: House) -> None:
    answer = house.visitor("rosa").post(
        "/admin/people/new", {"username": "New.One", "name": "New One", "role": "person"}
    )
    assert answer.status_code == 201
    password = re.search(r'class="secret">([^<]+)<', answer.text)
    assert password is not None
    assert passwords.matches(password[1], house.person("new.one").password_hash)
    assert house.person("new.one").must_change_password
    assert house.sees("new.one", "everyone")


def test_a_taken_or_strange_name_is_refused_with_what_was_typed(house: House) -> None:
    rosa = house.visitor("rosa")
    for username, status in (("ines", 409), ("ＩＮＥＳ", 409), ("a b", 422), ("", 422)):
        answer = rosa.post("/admin/people/new", {"username": username, "name": "Twin Soul", "role": "person"})
        assert answer.status_code == status
        assert 'value="Twin Soul"' in answer.text
    assert rosa.post("/admin/people/new", {"username": "z", "name": "Z", "by": "mail"}).status_code == 422


def test_an_invitation_goes_out_by_mail_and_opens_a_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = with_mail(house, monkeypatch)
    form = {"username": "new.one", "name": "New One", "email": "new@x.example", "role": "guest", "by": "mail"}
    answer = house.visitor("rosa").post("/admin/people/new", form)
    assert answer.status_code == 303
    ((job, to, _subject, text),) = sent
    assert (job, to) == ("core.mail", "new@x.example")
    link = re.search(r"https://box\.example(/card/\S+)", text)
    assert link is not None
    assert house.person("new.one").password_hash is None
    assert house.visitor().get(link[1]).status_code == 200
    assert ("person.invited", "new.one") in audited(house)


def test_who_has_a_password_is_not_invited(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = put(house, "ines", email="ines@x.example")
    assert house.visitor("rosa").post(f"/admin/people/{ines.id}/invite").status_code == 409
    sent = with_mail(house, monkeypatch)
    assert house.visitor("rosa").post(f"/admin/people/{ines.id}/invite").status_code == 409
    assert not sent
    put(house, "ines", password_hash=None)
    assert house.visitor("rosa").post(f"/admin/people/{ines.id}/invite").status_code == 303
    assert len(sent) == 1


def with_mail(house: House, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """A house that can write letters; what it would send is in the list."""
    from intranet.kernel.settings import MailSection

    sent: list[tuple[str, ...]] = []
    house.site.mailer.section = MailSection(server="mail.example", sender="box@x.example")
    house.site.settings = house.site.settings.model_copy(update={"base_url": "https://box.example"})
    monkeypatch.setattr(house.site.jobs, "start", lambda *said: sent.append(said))
    return sent


# Lists


def upload(visitor: Visitor, text: str, name: str = "people.csv") -> TestResponse:
    file = (io.BytesIO(text.encode()), name)
    return visitor.post("/admin/people/import", {"file": file}, content_type="multipart/form-data")


def run_import(visitor: Visitor, text: str, **more: str) -> TestResponse:
    return visitor.post("/admin/people/import/run", {"text": text, **more}, content_type="multipart/form-data")


GOOD = "username,name,email,title,department,phone,manager\nnew.one,New One,n@x.example,Welder,Workshop,'+39 02,ines\n"


def test_a_list_is_looked_at_and_then_brought_in(house: House) -> None:
    rosa = house.visitor("rosa")
    looked = upload(rosa, GOOD)
    assert "One person would be added." in looked.text
    with house.site.database.read() as db:
        assert people.find_by_username(db, "new.one") is None
    assert run_import(rosa, GOOD).status_code == 303
    person = house.person("new.one")
    assert (person.title, person.phone, person.manager_id) == ("Welder", "+39 02", house.person("ines").id)
    assert person.password_hash is None
    again = upload(rosa, GOOD)
    assert "One person stays as they are." in again.text


def test_nothing_is_written_while_a_line_is_wrong(house: House) -> None:
    rosa = house.visitor("rosa")
    text = (
        GOOD + "a b,Wrong,,,,,\nomar,,,,,,nobody.here\nnew.one,Twice,,,,,\nx.y,X Y,nonsense,,,,\nsolo,Solo,,,,,solo\n"
    )
    answer = run_import(rosa, text)
    assert answer.status_code == 422
    for words in ("needs letters, digits", "neither here nor in the file", "twice", "no email address", "own manager"):
        assert words in answer.text
    with house.site.database.read() as db:
        assert people.find_by_username(db, "new.one") is None
    assert run_import(rosa, text, skip="1").status_code == 303
    with house.site.database.read() as db:
        assert people.find_by_username(db, "new.one") is not None
        assert people.find_by_username(db, "x.y") is None


def test_a_list_changes_local_people_and_never_those_of_the_directory(house: House) -> None:
    in_directory(house, "omar")
    text = "username;name;title\nines;Ines Alba;Foreman\nomar;Mallory;Boss\n"
    rosa = house.visitor("rosa")
    answer = run_import(rosa, text)
    assert answer.status_code == 422
    assert "comes from the directory" in answer.text
    assert run_import(rosa, text, skip="1").status_code == 303
    assert house.person("ines").title == "Foreman"
    assert house.person("omar").name == "Omar Said"


@pytest.mark.parametrize(
    "text", ["", "nonsense", "name\nx\n", "username,name\n", 'username,name\n"x', "username,name\n" + "x,y\n" * 3000]
)
def test_what_is_no_list_is_refused_in_words(house: House, text: str) -> None:
    answer = upload(house.visitor("rosa"), text)
    assert answer.status_code == 422
    assert 'class="err"' in answer.text
    assert house.visitor("rosa").post("/admin/people/import", {}).status_code == 422
    assert run_import(house.visitor("rosa"), text).status_code == 422


def test_the_list_of_people_comes_out_with_formulas_made_harmless(house: House) -> None:
    put(house, "ines", title="=HYPERLINK(1)", manager_id=house.person("rosa").id, phone="+39 02")
    found = {row["username"]: row for row in rows(house.visitor("rosa").get("/admin/people/people.csv"))}
    assert len(found) == 4
    assert found["ines"]["title"] == "'=HYPERLINK(1)"
    assert found["ines"]["manager"] == "rosa"
    assert found["rosa"]["role"] == "admin"
    assert ("people.exported", "people.csv") in audited(house)


# Security


def test_the_rules_of_signing_in_are_kept_and_noted(house: House) -> None:
    rosa = house.visitor("rosa")
    put(house, "rosa", has_second_factor=True)
    assert rosa.post("/admin/security", {"second_factor": "admins"}).status_code == 303
    with house.site.database.read() as db:
        assert values.read_value(db, "security.second_factor") == "admins"
        assert values.read_value(db, "people.keepers_add_people") is False
    assert ("setting.changed", "security.second_factor") in audited(house)
    rosa.post("/admin/security", {"second_factor": "off", "keepers_add_people": "true"})
    with house.site.database.read() as db:
        assert values.read_value(db, "people.keepers_add_people") is True
    assert rosa.post("/admin/security", {"second_factor": "sometimes"}).status_code == 422


def test_a_name_that_was_tried_too_often_is_let_in_again(house: House) -> None:
    door = house.visitor()
    for _ in range(12):
        door.post("/login", {"username": "ines", "password": "wrong password"})
    rosa = house.visitor("rosa")
    assert "Waits until" in rosa.get("/admin/security").text
    assert rosa.post("/admin/security/held", {"name": "ines"}).status_code == 303
    assert "Nobody waits." in rosa.get("/admin/security").text
    assert ("signin.allowed", "ines") in audited(house)
    assert rosa.post("/admin/security/held", {"name": "ines"}).status_code == 404
    assert rosa.post("/admin/security/held", {}).status_code == 422


# The audit log


def test_the_log_says_who_did_what_and_filters(house: House) -> None:
    rosa = house.visitor("rosa")
    rosa.post(f"/admin/people/{house.person('ines').id}/disable")
    rosa.post(f"/admin/people/{house.person('ines').id}/enable")
    page = rosa.get("/admin/audit").text
    assert "Disabled a person" in page
    assert "Rosa Berg" in page
    only = rosa.get("/admin/audit?action=person.disabled").text
    assert '<bdi class="subject">ines</bdi>' in only
    assert '<span class="strong">Let a person in again' not in only
    assert "Nothing matches" in rosa.get("/admin/audit?until=2001-01-01").text
    assert "Nothing matches" in rosa.get("/admin/audit?person=omar&action=person.disabled").text
    assert rosa.get("/admin/audit?since=yesterday").status_code == 422
    assert rosa.get("/admin/audit?until=9999-12-31&since=0001-01-01").status_code == 200
    assert rosa.get("/admin/audit?cursor=x").status_code == 400


def test_every_action_that_the_code_notes_has_words() -> None:
    written = re.compile(r'audit\.write\(\s*\w+,\s*"([a-z_.]+)"')
    found = {
        action for path in (ROOT / "intranet").rglob("*.py") for action in written.findall(path.read_text("utf-8"))
    }
    assert len(found) > 30
    assert not found - set(ACTIONS)


def test_the_log_goes_on_where_a_page_ended(house: House) -> None:
    with house.site.database.write() as db:
        for number in range(120):
            db.add(AuditRow(at=clock.now(), action="made.up", subject=f"s{number}", address="", detail={}))
    rosa, path, seen = house.visitor("rosa"), "/admin/audit?action=made.up", list[str]()
    while path:
        page = rosa.get(path).text
        seen += re.findall(r'class="subject">(s\d+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"s{number}" for number in reversed(range(120))]


def test_what_strangers_typed_is_data_in_the_log(house: House) -> None:
    house.visitor().post("/login", {"username": "=cmd|'/c calc'!a1<script>alert(1)</script>", "password": "x"})
    rosa = house.visitor("rosa")
    page = rosa.get("/admin/audit").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    failed = [row for row in rows(rosa.get("/admin/audit/audit.csv")) if row["action"] == "signin.failed"]
    assert failed[0]["subject"].startswith("'=cmd")
    assert ("audit.exported", "audit.csv") in audited(house)
    assert [row["action"] for row in rows(rosa.get("/admin/audit/audit.csv?action=audit.exported"))] == [
        "audit.exported"
    ] * 2


def test_sessions_are_counted(house: House) -> None:
    with house.site.database.write() as db:
        sessions.start(db, house.person("ines"), agent="", address="", keep=False)
    assert "2 sessions are open." in house.visitor("rosa").get("/admin/security").text
