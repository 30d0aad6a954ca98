"""The org chart: who reports to whom, and what of it is wrong."""

import time

import pytest

from intranet.core import orgchart, people
from intranet.core.models import Person
from intranet.core.orgchart import Branch
from intranet.testing.house import House


def reports(house: House, **managers: str | None) -> None:
    """`omar="ines"`: Omar reports to Ines."""
    with house.site.database.write() as db:
        for name, manager in managers.items():
            person = people.find_by_username(db, name)
            above = people.find_by_username(db, manager) if manager else None
            assert person
            people.change(db, person, manager_id=above.id if above else None)


def chart_page(house: House, viewer: str, query: str = "") -> str:
    answer = house.visitor(viewer).get(f"/people/chart{query}")
    assert answer.status_code == 200
    return answer.text[answer.text.index('<main id="main"') :]


def rows(*pairs: tuple[int, int | None]) -> list[tuple[int, str, int | None, bool]]:
    return [(each, f"Person {each:03}", above, False) for each, above in pairs]


def everyone(chart: orgchart.Chart) -> set[int]:
    branches = [chart.below(each, 10_000) for each in (*chart.tops, *chart.alone)]
    return orgchart.shown_ids(branches)


@pytest.mark.parametrize(
    ("pairs", "loops", "tops"),
    [
        ([(1, None), (2, 1), (3, 2)], [], [1]),
        ([(1, 1)], [{1}], []),
        ([(1, 2), (2, 1)], [{1, 2}], [1]),
        ([(5, 3), (3, 4), (4, 5), (6, 5), (7, 6)], [{3, 4, 5}], [3]),
        ([(1, 2), (2, 1), (3, 4), (4, 3), (5, None)], [{1, 2}, {3, 4}], [1, 3]),
        ([(1, 99), (2, 1)], [], [1]),
    ],
)
def test_a_loop_is_cut_at_its_lowest_id_and_nobody_gets_lost(
    pairs: list[tuple[int, int | None]], loops: list[set[int]], tops: list[int]
) -> None:
    chart = orgchart.build(rows(*pairs))
    assert [set(loop) for loop in chart.loops] == loops
    assert list(chart.tops) == tops
    assert everyone(chart) == {each for each, _ in pairs}


def test_a_part_of_the_chart_shows_two_levels_above_and_counts_what_it_hides() -> None:
    chart = orgchart.build(rows((1, None), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4), (7, 2), (8, 7), (9, 4), (10, 9)))
    drawn = chart.around(4, below=1)
    assert drawn.person_id == 2
    assert [each.person_id for each in drawn.branches] == [3, 7]
    assert drawn.branches[1] == Branch(7, (), 1)
    assert [each.person_id for each in drawn.branches[0].branches] == [4, 5]
    assert drawn.branches[0].branches[0] == Branch(4, [Branch(6), Branch(9, (), 1)], 0)
    assert chart.chain(10) == [9, 4, 3, 2, 1]


def test_a_broad_part_keeps_the_way_to_the_person_and_says_how_many_more_there_are() -> None:
    chart = orgchart.build(rows((1, None), *((number, 1) for number in range(2, 40)), (50, 39)))
    drawn = chart.around(50, widest=3)
    assert [each.person_id for each in drawn.branches] == [2, 3, 39]
    assert drawn.hidden_count == 35


def test_faults_are_told_by_kind(house: House) -> None:
    reports(house, ines="omar", omar="ines", pavel="rosa", rosa=None)
    with house.site.database.read() as db:
        found = {fault.kind: {person.username for person in fault.people} for fault in orgchart.find_faults(db)}
    assert found == {"loop": {"ines", "omar"}, "tops": {"ines", "rosa"}}
    with house.site.database.write() as db:
        people.add(db, username="zoe", name="Zoe")
        people.set_admin(db, people.find_by_username(db, "zoe"), is_admin=True)  # type: ignore[arg-type]
        people.disable(db, people.find_by_username(db, "rosa"))  # type: ignore[arg-type]
    with house.site.database.read() as db:
        found = {fault.kind: {person.username for person in fault.people} for fault in orgchart.find_faults(db)}
    assert found == {"loop": {"ines", "omar"}, "gone": {"pavel"}, "alone": {"pavel", "zoe"}}


def test_a_sound_chart_has_no_faults(house: House) -> None:
    reports(house, ines="rosa", omar="ines", pavel="rosa")
    with house.site.database.read() as db:
        assert orgchart.find_faults(db) == []


def test_an_admin_is_told_what_is_wrong_and_nobody_else_is(house: House) -> None:
    rosa = house.visitor("rosa")
    reports(house, ines="rosa", omar="ines", pavel="rosa")
    for path in ("/admin/overview", "/admin/people"):
        assert "org chart" not in rosa.get(path).text.partition('id="main"')[2], path
    reports(house, ines="omar", omar="ines", pavel="rosa")
    assert "The org chart has 2 faults." in rosa.get("/admin/overview").text
    assert 'href="/admin/people#chart"' in rosa.get("/admin/overview").text
    told = rosa.get("/admin/people").text.partition('id="chart"')[2].partition("</section>")[0]
    assert "These report to each other in a circle:" in told
    assert "Several people stand at the top:" in told
    with house.site.database.write() as db:
        people.set_admin(db, people.find_by_username(db, "ines"), is_admin=True)  # type: ignore[arg-type]
        people.disable(db, people.find_by_username(db, "rosa"))  # type: ignore[arg-type]
    told = house.visitor("ines").get("/admin/people").text.partition('id="chart"')[2].partition("</section>")[0]
    assert "The manager of these has left:" in told
    assert f'href="/admin/people/{house.person("pavel").id}"' in told
    assert "in a circle" not in house.visitor("pavel").get("/people/chart").text


def test_the_chart_begins_at_the_top_and_opens_by_links(house: House) -> None:
    with house.site.database.write() as db:
        people.add(db, username="zoe", name="Zoe Klein")
    reports(house, ines="rosa", omar="ines", pavel="omar")
    page = chart_page(house, "ines")
    assert page.index("Rosa Berg") < page.index("Ines Alba") < page.index("Omar Said")
    assert "Pavel Novak" not in page
    assert "Show 1 person who reports to Omar Said" in page
    assert 'href="/people/chart?around=omar" hx-get="/people/chart/omar/reports"' in page
    assert "Zoe Klein" in page.partition("Not in the chart")[2]


def test_around_a_person_stand_their_managers_their_peers_and_their_reports(house: House) -> None:
    reports(house, ines="rosa", omar="ines", pavel="omar")
    page = chart_page(house, "ines", "?around=pavel")
    assert "Further up: Rosa Berg" in page
    assert page.count('aria-current="true"') == 1
    for name in ("Ines Alba", "Omar Said", "Pavel Novak"):
        assert name in page
    profile = house.visitor("ines").get("/people/omar").text
    part = profile[profile.index("Where Omar works") :]
    assert all(name in part for name in ("Rosa Berg", "Ines Alba", "Omar Said", "Pavel Novak"))


def test_an_expander_brings_the_reports_of_one_person(house: House) -> None:
    reports(house, omar="ines", pavel="ines")
    visitor = house.visitor("rosa")
    piece = visitor.get("/people/chart/ines/reports", headers={"HX-Request": "true"})
    assert piece.text.strip().startswith("<ul>")
    assert "Omar Said" in piece.text
    assert visitor.get("/people/chart/ines/reports").headers["Location"] == "/people/chart?around=ines"
    assert visitor.get("/people/chart/omar/reports", headers={"HX-Request": "true"}).status_code == 404


def test_loops_and_gaps_are_drawn_and_break_nothing(house: House) -> None:
    reports(house, ines="omar", omar="ines", pavel="pavel", rosa="pavel")
    page = chart_page(house, "ines")
    for name in ("Ines Alba", "Omar Said", "Pavel Novak", "Rosa Berg"):
        assert name in page
    for name in ("ines", "omar", "pavel", "rosa"):
        chart_page(house, "ines", f"?around={name}")
        assert house.visitor("ines").get(f"/people/{name}").status_code == 200


def test_nobody_who_left_is_in_the_chart(house: House) -> None:
    reports(house, omar="ines", pavel="omar")
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "omar"))  # type: ignore[arg-type]
    assert "Omar Said" not in chart_page(house, "rosa")
    assert house.visitor("rosa").get("/people/chart?around=omar").status_code == 404
    assert house.visitor("rosa").get("/people/chart?around=nobody").status_code == 404


def test_a_guest_sees_only_those_they_share_a_room_with(house: House) -> None:
    reports(house, ines="rosa", omar="ines", pavel="ines")
    with house.site.database.write() as db:
        people.set_guest(db, people.find_by_username(db, "omar"), is_guest=True)  # type: ignore[arg-type]
    page = chart_page(house, "omar")
    assert "Ines Alba" in page
    assert "Rosa Berg" not in page
    assert "Pavel Novak" not in page
    visitor = house.visitor("omar")
    assert visitor.get("/people/chart?around=rosa").status_code == 404
    assert visitor.get("/people/chart/rosa/reports", headers={"HX-Request": "true"}).status_code == 404
    assert "Rosa Berg" in chart_page(house, "pavel")
    assert house.visitor().get("/people/chart").status_code == 302


def test_five_thousand_people_do_not_break_the_chart(house: House) -> None:
    with house.site.database.write() as db:
        ids = [person.id for person in db.query(Person)]
        for number in range(5000):
            person = Person(
                username=f"extra{number}", name=f"Extra {number}", created_at=house.person("ines").created_at,
                manager_id=ids[(number * 7919) % len(ids)] if number % 50 else ids[0],
            )  # fmt: skip
            db.add(person)
            if number % 50 == 0:
                db.flush()
                ids.append(person.id)
    for path in (
        "/people/chart",
        "/people/chart?around=extra4999",
        "/people/extra100",
        "/people",
        "/people?q=extra+42",
    ):
        started = time.perf_counter()
        assert house.visitor("ines").get(path).status_code == 200
        assert time.perf_counter() - started < 5, path
