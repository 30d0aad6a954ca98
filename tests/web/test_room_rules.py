"""Rules bring people into rooms by their profile, and touch nothing that people or the directory decided."""

import re

import pytest

from intranet.core import people
from intranet.core.models import DirectoryAccount, Membership
from intranet.core.rooms import changes as room_changes
from intranet.features.rooms import bringing, jobs
from intranet.features.rooms.models import RoomException, RoomRule
from intranet.processes import answerer
from intranet.testing.house import House

HTMX = {"HX-Request": "true"}


def change(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        people.change(db, db.merge(house.person(username)), **fields)


def from_directory(house: House, username: str, *owned: str) -> None:
    """The directory fills these fields of the person."""
    with house.site.database.write() as db:
        db.add(
            DirectoryAccount(
                person_id=house.person(username).id,
                directory="directory",
                username=username,
                dn=f"uid={username}",
                owned=list(owned),
                role="",
            )
        )


def rule(house: House, slug: str, field: str = "department", value: str = "Sales", role: str = "member") -> int:
    keeper = "ines" if slug == "workshop" else "omar"
    said = house.program(keeper).post(
        f"/rooms/{house.room(slug).id}/rules", {"field": field, "value": value, "role": role}
    )
    assert said.status_code == 201
    return int(said.json["id"])  # type: ignore[index]


def work(house: House) -> None:
    """What the worker does: it answers what happened, and runs the jobs that this started."""
    answerer(house.site, house.app).catch_up()
    while task := house.site.jobs.queue.dequeue():
        house.site.jobs.queue.execute(task)


def role(house: House, username: str, slug: str = "library") -> str | None:
    with house.site.database.read() as db:
        found = db.get(Membership, (house.room(slug).id, house.person(username).id))
        return found.role if found else None


def mark(house: House, username: str, slug: str, **marks: bool) -> None:
    with house.site.database.write() as db:
        found = db.get_one(Membership, (house.room(slug).id, house.person(username).id))
        for name, value in marks.items():
            setattr(found, name, value)


def bring(house: House, username: str, slug: str = "library", role: str = "member") -> None:
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room(slug)), house.person(username), role, actor=None)


def test_who_matches_comes_in_and_goes_when_it_is_no_longer_so(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    assert (role(house, "pavel"), role(house, "rosa")) == ("member", None)
    change(house, "rosa", department="Sales")
    work(house)
    assert role(house, "rosa") == "member"
    change(house, "pavel", department="Purchase")
    work(house)
    assert (role(house, "pavel"), role(house, "rosa")) == (None, "member")


def test_somebody_new_comes_in(house: House) -> None:
    rule(house, "library")
    with house.site.database.write() as db:
        people.add(db, username="nina", name="Nina", department="Sales")
    work(house)
    assert role(house, "nina") == "member"


def test_a_removed_rule_takes_out_whom_it_brought_and_nobody_else(house: House) -> None:
    change(house, "pavel", department="Sales")
    bring(house, "ines")
    rule_id = rule(house, "library")
    work(house)
    assert house.program("omar").ask("DELETE", f"/rooms/{house.room('library').id}/rules/{rule_id}").status_code == 204
    work(house)
    assert (role(house, "pavel"), role(house, "ines"), role(house, "omar")) == (None, "member", "keeper")


def test_guests_and_disabled_people_are_never_brought_in(house: House) -> None:
    change(house, "pavel", department="Sales")
    change(house, "rosa", department="Sales")
    with house.site.database.write() as db:
        people.set_guest(db, db.merge(house.person("pavel")), is_guest=True)
        people.disable(db, db.merge(house.person("rosa")))
    rule(house, "library")
    work(house)
    assert (role(house, "pavel"), role(house, "rosa")) == (None, None)
    with house.site.database.write() as db:
        people.enable(db, db.merge(house.person("rosa")))
    work(house)
    assert role(house, "rosa") == "member"


def test_who_becomes_a_guest_goes_out_again(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    with house.site.database.write() as db:
        people.set_guest(db, db.merge(house.person("pavel")), is_guest=True)
    work(house)
    assert role(house, "pavel") is None


def test_who_was_taken_out_by_hand_stays_out_until_somebody_brings_them_back(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    assert house.visitor("omar").post("/rooms/library/people/pavel/remove").status_code == 200
    change(house, "pavel", department="Sales", location="Hall 1")
    with house.app.app_context():
        jobs.heal()
    assert role(house, "pavel") is None
    house.visitor("omar").post("/rooms/library/people", {"username": "pavel"})
    change(house, "pavel", department="Purchase")
    work(house)
    assert role(house, "pavel") == "member", "by hand now"


def test_who_leaves_is_not_brought_back(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    house.visitor("pavel").post("/rooms/library/leave")
    with house.app.app_context():
        jobs.heal()
    assert role(house, "pavel") is None


def test_who_was_in_the_room_by_hand_is_not_touched(house: House) -> None:
    change(house, "pavel", department="Sales")
    bring(house, "pavel", role="keeper")
    rule(house, "library")
    work(house)
    assert role(house, "pavel") == "keeper"
    change(house, "pavel", department="Purchase")
    work(house)
    assert role(house, "pavel") == "keeper"


def test_a_role_given_by_hand_wins_over_the_rules(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    house.visitor("omar").post("/rooms/library/people/pavel/role", {"role": "keeper"})
    with house.app.app_context():
        jobs.heal()
    assert role(house, "pavel") == "keeper"


def test_what_the_directory_gave_is_the_directorys(house: House) -> None:
    bring(house, "pavel")
    mark(house, "pavel", "library", by_rule=True)
    change(house, "pavel", department="Sales")
    rule_id = rule(house, "library")
    work(house)
    house.program("omar").ask("DELETE", f"/rooms/{house.room('library').id}/rules/{rule_id}")
    change(house, "pavel", department="Purchase")
    work(house)
    assert role(house, "pavel") == "member"
    with house.site.database.read() as db:
        found = db.get_one(Membership, (house.room("library").id, house.person("pavel").id))
        assert (found.by_rule, found.by_profile) == (True, False)


def test_a_keeper_by_rule_who_is_the_last_one_stays(house: House) -> None:
    change(house, "pavel", employee_type="head")
    rule(house, "library", "employee_type", "head", "keeper")
    work(house)
    assert role(house, "pavel") == "keeper"
    house.visitor("pavel").post("/rooms/library/people/omar/role", {"role": "member"})
    change(house, "pavel", employee_type="")
    work(house)
    assert role(house, "pavel") == "keeper"


@pytest.mark.parametrize(("slug", "given"), [("workshop", "member"), ("counter", "member"), ("library", "keeper")])
def test_what_people_write_of_themselves_opens_no_closed_room_and_makes_no_keeper(
    house: House, slug: str, given: str
) -> None:
    rule(house, slug, role=given)
    typed = {"name": "Pavel Novak", "department": "Sales"}
    assert house.visitor("pavel").post("/me/profile", typed).status_code == 303
    work(house)
    assert role(house, "pavel", slug) is None
    from_directory(house, "pavel", "department")
    with house.app.app_context():
        jobs.heal()
    assert role(house, "pavel", slug) == given


def test_a_room_that_closes_lets_go_of_who_only_said_so(house: House) -> None:
    change(house, "pavel", department="Sales")
    change(house, "rosa", department="Sales")
    from_directory(house, "rosa", "department")
    rule(house, "library")
    work(house)
    assert (role(house, "pavel"), role(house, "rosa")) == ("member", "member")
    house.visitor("omar").post("/rooms/library/settings/access", {"access": "closed"})
    work(house)
    assert (role(house, "pavel"), role(house, "rosa")) == (None, "member")


def test_of_two_rules_the_higher_role_counts(house: House) -> None:
    change(house, "pavel", department="Sales", employee_type="head")
    rule(house, "library")
    rule(house, "library", "employee_type", "head", "keeper")
    work(house)
    assert role(house, "pavel") == "keeper"


def test_before_a_rule_is_made_it_is_said_who_comes_in(house: House) -> None:
    change(house, "pavel", department="Sales")
    change(house, "rosa", department="Sales")
    change(house, "omar", department="Sales")
    omar = house.visitor("omar")
    page = omar.get("/rooms/library/settings/rules?match=department:Sales&role=member", headers=HTMX).text
    assert "2 people will come in." in page
    assert "Pavel Novak, Rosa Berg" in page
    assert "1 person is in the room already." in page
    closed = omar.get("/rooms/counter/settings/rules?match=department:Sales&role=member", headers=HTMX).text
    assert "Nobody comes in now" in closed
    assert "3 people wrote it in their own profiles" in closed
    with house.site.database.read() as db:
        assert db.query(RoomRule).count() == 0
    assert "2 people will come in." in omar.get("/rooms/library/settings/rules?match=department:Sales").text


def test_a_keeper_makes_and_removes_a_rule_on_the_page(house: House) -> None:
    change(house, "pavel", department="Sales: abroad")
    omar = house.visitor("omar")
    assert 'value="department:Sales: abroad"' in omar.get("/rooms/library/settings").text
    made = omar.post("/rooms/library/settings/rules", {"match": "department:Sales: abroad", "role": "member"})
    assert made.status_code == 303
    page = omar.get("/rooms/library/settings").text
    assert "Department is Sales: abroad" in page
    (address,) = re.findall(r'action="(/rooms/library/settings/rules/\d+/remove)"', page)
    assert house.visitor("ines").post(address.replace("library", "workshop")).status_code == 404, (
        "a rule of another room"
    )
    assert omar.post(address).status_code == 303
    assert "Department is Sales" not in omar.get("/rooms/library/settings").text


@pytest.mark.parametrize("match", ["", "department:", "shoe_size:42", "department"])
def test_a_rule_about_nothing_is_refused(house: House, match: str) -> None:
    assert (
        house.visitor("omar").post("/rooms/library/settings/rules", {"match": match, "role": "member"}).status_code
        == 422
    )
    said = {"field": "password_hash", "value": "x"}
    assert house.program("omar").post(f"/rooms/{house.room('library').id}/rules", said).status_code == 422


def test_the_same_rule_twice_is_one_rule_and_there_is_an_end_to_rules(house: House) -> None:
    assert rule(house, "library") == rule(house, "library")
    for number in range(19):
        rule(house, "library", value=f"Department {number}")
    said = {"field": "department", "value": "One too many"}
    assert house.program("omar").post(f"/rooms/{house.room('library').id}/rules", said).status_code == 409


def test_the_companys_room_has_no_rules(house: House) -> None:
    bring(house, "ines", "everyone", "keeper")
    said = {"field": "department", "value": "Sales"}
    assert house.program("ines").post(f"/rooms/{house.room('everyone').id}/rules", said).status_code == 409


def test_many_people_come_in_by_small_transactions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    batches: list[int] = []
    put_right = bringing.put_room_right

    def counting(*given: object, limit: int) -> int:
        batches.append(put_right(*given, limit=limit))  # type: ignore[arg-type]
        return batches[-1]

    monkeypatch.setattr(bringing, "put_room_right", counting)
    with house.site.database.write() as db:
        for number in range(7):
            people.add(db, username=f"extra-{number}", name=f"Extra {number}", department="Sales")
    rule(house, "library")
    with house.app.app_context():
        jobs.put_right(house.room("library").id)
    assert batches == [3, 3, 1]
    assert role(house, "extra-6") == "member"


def test_a_person_who_is_erased_leaves_nothing_in_the_exceptions(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    house.visitor("pavel").post("/rooms/library/leave")
    with house.site.database.write() as db:
        assert db.query(RoomException).count() == 1
        list(house.site.plugins.ask("person_erased", db=db, person=house.person("pavel")))
        assert db.query(RoomException).count() == 0


def test_whoever_takes_their_data_along_reads_where_rules_do_not_bring_them(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    house.visitor("pavel").post("/rooms/library/leave")
    with house.site.database.read() as db:
        files = {
            each.path: each.content
            for each in house.site.plugins.ask("person_exports", db=db, person=house.person("pavel"))
        }
    assert b"library" in files["rooms-left.json"]
    house.visitor("omar").post("/rooms/library/settings/access", {"access": "secret"})
    with house.site.database.read() as db:
        files = {
            each.path: each.content
            for each in house.site.plugins.ask("person_exports", db=db, person=house.person("pavel"))
        }
    assert "rooms-left.json" not in files


def test_admins_are_led_to_the_groups_of_the_directory(house: House) -> None:
    bring(house, "rosa", "library", "keeper")
    assert 'href="/admin/directory"' in house.visitor("rosa").get("/rooms/library/settings").text.split("<main")[1]
    assert 'href="/admin/directory"' not in house.visitor("omar").get("/rooms/library/settings").text.split("<main")[1]


def test_a_room_in_the_bin_is_left_as_it_is(house: House) -> None:
    change(house, "pavel", department="Sales")
    rule(house, "library")
    work(house)
    house.visitor("omar").post("/rooms/library/remove")
    change(house, "pavel", department="Purchase")
    work(house)
    assert role(house, "pavel") == "member"
    house.visitor("omar").post("/rooms/library/restore")
    work(house)
    assert role(house, "pavel") is None
