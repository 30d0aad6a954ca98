"""Announcements: who may make them, who is asked, who sees who has read them, and that nobody else is disturbed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select
from werkzeug.test import TestResponse

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Notification
from intranet.core.rooms import changes as room_changes
from intranet.features.announcements import plugin
from intranet.features.announcements.forms import today
from intranet.features.announcements.models import Announcement, Reading
from intranet.kernel import clock
from intranet.kernel.events import list_after
from intranet.testing.house import House
from tests.worker import catch_up

ON_TOP = "I have read it"


@pytest.fixture
def works(house: House) -> Iterator[House]:
    """Ines keeps the workshop, in which are Omar (production), Pavel and Rosa (sales), and a guest."""
    with house.site.database.write() as db:
        guest = people.add(db, username="gast", name="Gesa Gast", is_guest=True, department="Sales")
        people.add(db, username="lena", name="Lena Luft", department="Production", location="Graz")
        for person, role in ((house.person("pavel"), "member"), (house.person("rosa"), "member"), (guest, "guest")):
            room_changes.set_member(db, db.merge(house.room("workshop")), db.merge(person), role, actor=None)
    for name, department, place in (
        ("omar", "Production", "Graz"), ("pavel", "Sales", "Como"), ("rosa", "Sales", "Graz"),
    ):  # fmt: skip
        with house.site.database.write() as db:
            people.change(db, db.merge(house.person(name)), department=department, location=place)
    catch_up(house)
    with house.site.database.write() as db:
        db.query(Notification).delete()
    yield house
    assert not house.site.plugins.failures


def day(days: int) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


def announce(
    house: House, username: str = "ines", slug: str = "workshop", body: str = "Read this", **said: Any
) -> TestResponse:
    return house.program(username).post(f"/rooms/{house.room(slug).id}/announcements", {"body": body, **said})


def number(answer: TestResponse) -> int:
    assert answer.status_code == 201, answer.text
    assert answer.json
    return int(answer.json["id"])


def asked(house: House, entry_id: int, username: str = "ines") -> dict[str, bool]:
    """Who is asked, and whether they have read it."""
    found = house.program(username).get(f"/announcements/{entry_id}").json
    assert found
    return {each["person"]["username"]: each["read_at"] is not None for each in found["people"]}


def has_on_top(house: House, username: str, path: str = "/") -> bool:
    return ON_TOP in house.visitor(username).get(path).text


def bell(house: House, username: str) -> list[str]:
    catch_up(house)
    with house.site.database.read() as db:
        query = select(Notification.kind).where(Notification.person_id == house.person(username).id)
        return list(db.scalars(query.order_by(Notification.id)))


def test_an_announcement_stays_on_top_until_it_is_read_and_then_is_a_post(works: House) -> None:
    entry_id = number(announce(works, body="**Hard hats** from Monday"))
    works.say("ines", "workshop", "newer")
    for path in ("/", "/rooms/workshop"):
        page = works.visitor("omar").get(path).text
        assert page.count(f'id="post-{entry_id}"') == 1
        assert page.index(f'id="post-{entry_id}"') < page.index('id="composer"') < page.index("newer")
        assert not has_on_top(works, "ines", path), "the author knows it"
    assert works.visitor("omar").post(f"/announcements/{entry_id}/read").headers["Location"] == "/"
    page = works.visitor("omar").get("/").text
    assert ON_TOP not in page
    assert page.index("newer") < page.index(f'id="post-{entry_id}"')
    assert has_on_top(works, "pavel")


def test_it_asks_the_members_of_the_room_whom_it_names_and_nobody_else(works: House) -> None:
    for sets, wanted in (
        ({}, {"omar", "pavel", "rosa", "gast"}),
        ({"departments": ["Sales"]}, {"pavel", "rosa", "gast"}),
        ({"departments": ["Production"]}, {"omar"}),
        ({"locations": ["Graz"]}, {"omar", "rosa"}),
        ({"departments": ["Production"], "locations": ["Como"]}, {"omar", "pavel"}),
        ({"roles": ["admin"]}, {"rosa"}),
        ({"roles": ["keeper"]}, set()),
        ({"departments": ["Nobody's"]}, set()),
    ):
        entry_id = number(announce(works, body=f"{sets}", **sets))
        assert set(asked(works, entry_id)) == wanted, sets
        page = [name for name in ("omar", "pavel", "rosa", "gast") if f"post-{entry_id}" in top_of(works, name)]
        assert set(page) == wanted, sets
        works.visitor("ines").post(f"/announcements/{entry_id}/end", {"now": "1"})


def top_of(house: House, username: str) -> str:
    return house.visitor(username).get("/").text.split('id="feed"')[0]


def test_an_open_room_asks_its_members_and_not_the_whole_company(works: House) -> None:
    entry_id = number(announce(works, "omar", "library"))
    assert asked(works, entry_id, "omar") == {}
    works.visitor("pavel").post("/rooms/library/join")
    assert set(asked(works, entry_id, "omar")) == {"pavel"}
    assert not has_on_top(works, "lena")


def test_who_leaves_the_set_the_room_or_the_house_is_asked_no_more(works: House) -> None:
    entry_id = number(announce(works, departments=["Sales"]))
    with works.site.database.write() as db:
        people.change(db, db.merge(works.person("pavel")), department="Production")
        people.disable(db, db.merge(works.person("gast")))
        room_changes.remove_member(db, db.merge(works.room("workshop")), works.person("rosa"), actor=None)
    assert asked(works, entry_id) == {}
    assert not has_on_top(works, "pavel")
    assert works.visitor("rosa").get(f"/announcements/{entry_id}").status_code == 404


def test_who_came_later_without_the_history_is_not_asked(works: House) -> None:
    entry_id = number(announce(works))
    with works.site.database.write() as db:
        room, lena = db.merge(works.room("workshop")), works.person("lena")
        room_changes.set_member(db, room, lena, "member", actor=None, sees_history=False)
    assert "lena" not in asked(works, entry_id)
    assert not has_on_top(works, "lena")


def test_keepers_and_admins_announce_and_nobody_else(works: House) -> None:
    for username, slug, status in (
        ("ines", "workshop", 201), ("rosa", "workshop", 201), ("rosa", "everyone", 201),
        ("omar", "workshop", 403), ("gast", "workshop", 403), ("ines", "everyone", 403), ("ines", "library", 403),
        ("lena", "workshop", 404), ("rosa", "counter", 404), ("lena", "counter", 404),
    ):  # fmt: skip
        assert announce(works, username, slug).status_code == status, (username, slug)
    for username, status in (("ines", 200), ("rosa", 200), ("omar", 200), ("pavel", 403), ("gast", 403)):
        assert works.visitor(username).get("/announcements/new").status_code == status, username
        for path in ("/", "/posts/new"):
            assert ("Make an announcement" in works.visitor(username).get(path).text) == (status == 200), username
    assert "Make an announcement" not in works.visitor("omar").get("/rooms/workshop").text
    assert "Make an announcement" in works.visitor("ines").get("/rooms/workshop").text
    sent = {"room": "workshop", "body": "x", "until": day(3)}
    assert works.visitor("pavel").post("/announcements", sent).status_code == 403
    assert works.visitor("lena").post("/announcements", sent).status_code == 404
    assert works.visitor("lena").post("/announcements/whom", sent).status_code == 404
    assert works.visitor("pavel").post("/announcements/whom", sent).status_code == 403
    with works.site.database.write() as db:
        room_changes.archive(db, db.merge(works.room("workshop")), works.person("ines"), archived=True)
    assert announce(works).status_code == 403


def test_the_last_day_is_within_a_month(works: House) -> None:
    with works.app.app_context():
        now = today()
    for days, status in ((0, 422), (-1, 422), (1, 201), (30, 201), (31, 422)):
        assert announce(works, until=(now + timedelta(days=days)).isoformat()).status_code == status, days
    for wrong in ("tomorrow", "2026-13-01", "9999-12-31"):
        assert announce(works, until=wrong).status_code == 422
    number(announce(works))
    with works.site.database.read() as db:
        newest = db.scalars(select(Announcement).order_by(Announcement.entry_id.desc())).first()
        assert newest
        assert timedelta(days=7) < newest.ends_at - clock.now() < timedelta(days=8)


def test_what_is_wrong_is_said_in_the_form_and_nothing_typed_is_lost(works: House) -> None:
    visitor = works.visitor("ines")
    sent = {"room": "workshop", "body": "", "departments": ["Sales"], "roles": ["admin"], "until": "never"}
    answered = visitor.post("/announcements", sent)
    assert answered.status_code == 422
    assert answered.text.count("checked") == 2
    assert 'value="never"' in answered.text
    answered = visitor.post("/announcements", {**sent, "body": "My long words", "until": day(90)})
    assert answered.status_code == 422
    assert "My long words" in answered.text
    assert "Asks 3 people to read it." in answered.text
    for wrong in (
        {"roles": ["king"]},
        {"departments": ["x"] * 51},
        {"departments": ["x" * 121]},
        {"departments": "Sales"},
    ):
        assert announce(works, **wrong).status_code == 422, wrong
    assert works.program("ines").get("/feed").json["items"] == []


def test_the_form_counts_whom_it_asks_before_it_is_sent(works: House) -> None:
    visitor = works.visitor("ines")
    page = visitor.get("/announcements/new?room=workshop").text
    assert "Asks 4 people to read it." in page
    answered = visitor.post(
        "/announcements", {"room": "workshop", "departments": "Sales", "preview": "1", "body": "kept"}
    )
    assert answered.status_code == 200
    assert "Asks 3 people to read it." in answered.text
    assert "kept" in answered.text
    counted = visitor.post("/announcements/whom", {"room": "workshop", "locations": "Como"}).text
    assert "Asks 1 person to read it." in counted
    assert "Pavel Novak" in counted
    assert works.program("ines").get("/feed").json["items"] == []


def test_the_same_key_announces_once(works: House) -> None:
    program, path = works.program("ines"), f"/rooms/{works.room('workshop').id}/announcements"
    first, again = (program.post(path, {"body": "once"}, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert number(first) == number(again)
    visitor, sent = works.visitor("ines"), {"room": "workshop", "body": "form", "until": day(3), "client_key": "k2"}
    places = {visitor.post("/announcements", sent).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    catch_up(works)
    assert bell(works, "omar") == ["announcement", "announcement"]


def test_those_who_are_asked_hear_of_it_once_even_in_a_muted_room_and_nobody_else_does(works: House) -> None:
    with works.site.database.write() as db:
        for name, loudness in (("pavel", "muted"), ("rosa", "all")):
            room_changes.set_loudness(db, works.room("workshop").id, works.person(name).id, loudness)
    number(announce(works, departments=["Sales"], body="Hello @rosa"))
    assert [bell(works, name) for name in ("pavel", "rosa", "gast")] == [["announcement"]] * 3
    assert [bell(works, name) for name in ("ines", "omar", "lena")] == [[]] * 3
    words = works.program("pavel").get("/notifications").json["items"][0]
    assert words["text"] == "Ines Alba asks you to read an announcement in Workshop"
    assert works.visitor("pavel").get(words["url"]).text.count(ON_TOP) == 1


def test_a_reminder_reaches_exactly_those_who_have_not_read_it(works: House) -> None:
    entry_id = number(announce(works))
    for name in ("omar", "gast"):
        assert works.program(name).ask("PUT", f"/announcements/{entry_id}/read").status_code == 204
    catch_up(works)
    with works.site.database.write() as db:
        db.query(Notification).delete()
        before = list_after(db, 0, 10_000)[-1].id
    said = works.program("ines").post(f"/announcements/{entry_id}/reminders")
    assert [each["username"] for each in said.json["reminded"]] == ["pavel", "rosa"]
    bells = {name: bell(works, name) for name in ("ines", "omar", "pavel", "rosa", "gast", "lena")}
    assert {name for name, kinds in bells.items() if kinds} == {"pavel", "rosa"}
    assert bells["pavel"] == ["announcement.reminder"]
    assert disturbed(works, before) == {works.person(name).id for name in ("pavel", "rosa")}


def disturbed(house: House, after: int) -> set[int]:
    """Whom the live streams tell anything since then."""
    from intranet.web import delivery

    with house.site.database.read() as db:
        told = [each for each in list_after(db, after, 10_000) if each.name in delivery.SHOWN]
        return set().union(*delivery.reached(db, told))


def test_reading_ending_and_looking_disturb_nobody(works: House) -> None:
    entry_id = number(announce(works, departments=["Sales"]))
    catch_up(works)
    with works.site.database.read() as db:
        before = list_after(db, 0, 10_000)[-1].id
    omar = works.visitor("omar").get("/notifications/bell").text
    works.visitor("pavel").post(f"/announcements/{entry_id}/read")
    works.visitor("ines").post(f"/announcements/{entry_id}/end", {"until": day(3)})
    works.visitor("ines").post(f"/announcements/{entry_id}/end", {"now": "1"})
    catch_up(works)
    assert disturbed(works, before) == {works.person("pavel").id}, "their own other devices"
    assert works.visitor("omar").get("/notifications/bell").text == omar


def test_a_reminder_waits_an_hour_and_for_somebody_to_remind(works: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry_id = number(announce(works, departments=["Production"]))
    visitor = works.visitor("ines")
    page = visitor.post(f"/announcements/{entry_id}/remind")
    assert page.status_code == 200
    assert "1 person is reminded: Omar Said." in page.text
    assert visitor.post(f"/announcements/{entry_id}/remind").status_code == 409
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert visitor.post(f"/announcements/{entry_id}/remind").status_code == 200
    assert works.program("omar").ask("PUT", f"/announcements/{entry_id}/read").status_code == 204
    much_later = later + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    answered = visitor.post(f"/announcements/{entry_id}/remind")
    assert (answered.status_code, "Everyone has read it." in answered.text) == (409, True)


def test_who_looks_after_it_sees_who_has_read_it_and_others_do_not(works: House) -> None:
    entry_id = number(announce(works, departments=["Sales"]))
    works.program("pavel").ask("PUT", f"/announcements/{entry_id}/read")
    for name in ("ines", "rosa"):
        page = works.visitor(name).get(f"/announcements/{entry_id}").text
        assert "1 of 3 have read it." in page
        assert (
            page.index("Rosa Berg")
            < page.index('id="read-title"')
            < page.index("Pavel Novak", page.index('id="read-title"'))
        )
    reader = works.visitor("pavel").get(f"/announcements/{entry_id}").text
    assert "You read it" in reader
    assert "Rosa Berg" not in reader
    assert "people" not in works.program("pavel").get(f"/announcements/{entry_id}").json
    paths = ("remind", "end", "readers.csv")
    for name, status in (("pavel", 403), ("omar", 403), ("lena", 404)):
        visitor = works.visitor(name)
        assert {status} == {
            (visitor.get if path.endswith("csv") else visitor.post)(f"/announcements/{entry_id}/{path}").status_code
            for path in paths
        }, name
        assert works.program(name).post(f"/announcements/{entry_id}/reminders").status_code == status
        assert (
            works.program(name).ask("PATCH", f"/announcements/{entry_id}", json={"until": day(2)}).status_code == status
        )
    assert works.visitor("omar").get(f"/announcements/{entry_id}").status_code == 403
    assert works.visitor("omar").post(f"/announcements/{entry_id}/read").status_code == 403
    assert works.visitor("ines").post(f"/announcements/{entry_id}/read").status_code == 403
    with works.site.database.read() as db:
        assert [row.person_id for row in db.scalars(select(Reading))] == [works.person("pavel").id]


def test_the_list_is_a_table_that_calculates_nothing(works: House) -> None:
    with works.site.database.write() as db:
        people.change(db, db.merge(works.person("pavel")), name="=1+1")
    entry_id = number(announce(works, departments=["Sales"]))
    works.program("pavel").ask("PUT", f"/announcements/{entry_id}/read")
    table = works.visitor("ines").get(f"/announcements/{entry_id}/readers.csv")
    assert table.mimetype == "text/csv"
    lines = table.text.strip().splitlines()
    assert len(lines) == 4
    assert re.search(r"^'=1\+1,pavel,Sales,\d{4}-\d\d-\d\d \d\d:\d\d\r$", table.text, re.M)
    assert "Rosa Berg,rosa,Sales,\r\n" in table.text


def test_it_ends_is_taken_back_and_ends_by_itself(works: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry_id = number(announce(works))
    visitor = works.visitor("ines")
    ended = visitor.post(f"/announcements/{entry_id}/end", {"now": "1"}).headers["Location"]
    assert not has_on_top(works, "omar")
    page = visitor.get(ended).text
    assert "From now on it is a post like any other" in page
    assert visitor.post(f"/announcements/{entry_id}/remind").status_code == 409
    was = re.search(r"was=([\d-]+)", ended)
    assert was
    assert visitor.post(f"/announcements/{entry_id}/end", {"until": was[1]}).status_code == 303
    assert has_on_top(works, "omar")
    assert visitor.post(f"/announcements/{entry_id}/end", {"until": "never"}).status_code == 422
    assert visitor.get(f"/announcements/{entry_id}?was=<script>").text.count("<script>") == 0
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not has_on_top(works, "omar")
    program = works.program("omar")
    assert program.get("/announcements").json["items"][0]["has_ended"]


def test_reading_can_be_taken_back_and_twice_is_once(works: House) -> None:
    entry_id = number(announce(works))
    program = works.program("omar")
    for method, read in (("PUT", True), ("PUT", True), ("DELETE", False), ("DELETE", False)):
        assert program.ask(method, f"/announcements/{entry_id}/read").status_code == 204
        assert asked(works, entry_id)["omar"] == read
        assert has_on_top(works, "omar") != read
    visitor = works.visitor("omar")
    answered = visitor.post(f"/announcements/{entry_id}/read", headers={"HX-Request": "true"}).text
    assert f'id="announcement-{entry_id}"' in answered
    assert "Undo" in answered
    back = visitor.post(f"/announcements/{entry_id}/read", {"on": "0"}, headers={"HX-Request": "true"}).text
    assert ON_TOP in back


def test_reading_it_reads_its_lines_in_the_bell(works: House) -> None:
    entry_id = number(announce(works))
    catch_up(works)
    assert 'data-unread="1"' in works.visitor("omar").get("/people").text
    works.program("omar").ask("PUT", f"/announcements/{entry_id}/read")
    assert 'data-unread="0"' in works.visitor("omar").get("/people").text


def test_all_that_were_for_me_are_kept_in_a_list(works: House) -> None:
    ids = [number(announce(works, body=f"for sales {place}", departments=["Sales"])) for place in range(3)]
    number(announce(works, body="for production", departments=["Production"]))
    works.program("pavel").ask("PUT", f"/announcements/{ids[0]}/read")
    works.visitor("ines").post(f"/announcements/{ids[1]}/end", {"now": "1"})
    page = works.visitor("pavel").get("/announcements").text
    assert (page.count("for sales"), page.count("for production")) == (3, 0)
    assert page.count(ON_TOP) == 1
    first = works.program("pavel").get("/announcements?limit=2").json
    rest = works.program("pavel").get(f"/announcements?limit=2&cursor={first['next']}").json
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert works.program("lena").get("/announcements").json["items"] == []
    assert "No announcements" in works.visitor("lena").get("/announcements").text
    assert 'href="/announcements"' in works.visitor("lena").get("/").text


def test_a_removed_announcement_is_gone_and_comes_back_with_its_post(works: House) -> None:
    entry_id = number(announce(works))
    with works.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, entry_id), works.person("ines"))
    works.site.forget_people()
    assert not has_on_top(works, "omar")
    assert works.visitor("ines").get(f"/announcements/{entry_id}").status_code == 404
    with works.site.database.write() as db:
        entry_changes.restore(db, db.get_one(Entry, entry_id), works.person("ines"))
    works.site.forget_people()
    assert has_on_top(works, "omar")


def test_another_process_hears_of_a_new_announcement_at_once(works: House) -> None:
    assert not has_on_top(works, "omar")
    kept = dict(works.site._remembered)
    number(announce(works))
    works.site._remembered.update(kept)
    assert not has_on_top(works, "omar"), "another process remembers that there was none"
    with works.site.database.read() as db:
        works.site.hub.handle([each for each in list_after(db, 0, 10_000) if each.name == "announcement.added"])
    assert has_on_top(works, "omar")


def test_readings_are_taken_along_and_forgotten(works: House) -> None:
    entry_id = number(announce(works))
    works.program("omar").ask("PUT", f"/announcements/{entry_id}/read")
    with works.site.database.write() as db:
        (said,) = plugin.person_exports(db, works.person("omar"))
        assert str(entry_id).encode() in said.content
        assert plugin.person_exports(db, works.person("pavel")) == []
        plugin.person_erased(db, works.person("omar"))
        assert db.scalars(select(Reading)).all() == []


def statements(house: House, username: str, path: str) -> int:
    visitor, said = house.visitor(username), list[str]()
    visitor.get(path)
    visitor.get(path)

    def note(*given: object) -> None:
        said.append(str(given[2]))

    sql_event.listen(house.site.database.engine, "before_cursor_execute", note)
    assert visitor.get(path).status_code == 200
    sql_event.remove(house.site.database.engine, "before_cursor_execute", note)
    return len(said)


def test_announcements_cost_a_page_nothing_while_none_is_for_me_and_one_statement_else(works: House) -> None:
    works.say("ines", "workshop", "a post")
    none = statements(works, "omar", "/")
    assert none <= 8
    for place in range(9):
        number(announce(works, body=f"{place}", departments=["Production"]))
    assert statements(works, "omar", "/") == none + 1
    assert statements(works, "pavel", "/") == none
    assert works.visitor("omar").get("/").text.count(ON_TOP) == 3
    assert statements(works, "omar", "/rooms/workshop") == statements(works, "pavel", "/rooms/workshop") + 1


def test_the_fragment_of_an_announcement_is_the_same_for_everyone(works: House) -> None:
    entry_id = number(announce(works, departments=["Sales"]))
    pieces = set()
    for name in ("ines", "pavel", "omar", "rosa"):
        page = works.visitor(name).get("/").text
        found = re.search(rf'<article class="card pad post" id="post-{entry_id}".*?</article>', page, re.S)
        assert found
        pieces.add(re.sub(r'value="[^"]*"', "", found[0]))
    assert len(pieces) == 1
