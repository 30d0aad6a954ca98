"""Who is in a room: asking, letting in, roles, taking out and undoing it."""

import re

import pytest

from intranet.core import people
from intranet.core.models import JoinRequest, Membership
from intranet.core.rooms import changes as room_changes
from intranet.features.rooms.people_routes import SHOWN
from intranet.kernel.events import list_after, newest_id
from intranet.testing.house import House
from tests.worker import catch_up

HTMX = {"HX-Request": "true"}


def join(
    house: House, username: str, role: str = "member", slug: str = "workshop", *, sees_history: bool = True
) -> None:
    with house.site.database.write() as db:
        room_changes.set_member(
            db, db.merge(house.room(slug)), house.person(username), role, actor=None, sees_history=sees_history
        )


def membership(house: House, username: str, slug: str = "workshop") -> Membership | None:
    with house.site.database.read() as db:
        return db.get(Membership, (house.room(slug).id, house.person(username).id))


def role(house: House, username: str, slug: str = "workshop") -> str | None:
    found = membership(house, username, slug)
    return found.role if found else None


def asks(house: House, username: str, slug: str = "counter") -> bool:
    with house.site.database.read() as db:
        return db.get(JoinRequest, (house.room(slug).id, house.person(username).id)) is not None


def told(house: House, name: str) -> list[dict[str, object]]:
    with house.site.database.read() as db:
        return [each.data for each in list_after(db, 0, 10_000) if each.name == name]


def make_guest(house: House, username: str) -> None:
    with house.site.database.write() as db:
        people.set_guest(db, db.merge(house.person(username)), is_guest=True)


def disable(house: House, username: str) -> None:
    with house.site.database.write() as db:
        people.disable(db, db.merge(house.person(username)))


def names(page: str) -> list[str]:
    return re.findall(r'id="members">.*', page, re.S) and re.findall(
        r'class="strong" href="/people/([\w.-]+)"', page.split('id="members"')[1]
    )


def test_who_finds_a_closed_room_asks_with_a_line_of_words(house: House) -> None:
    pavel = house.visitor("pavel")
    assert pavel.post("/rooms/counter/join", {"words": "I work at the counter <now>"}).status_code == 303
    page = pavel.get("/rooms/counter").text
    assert "You asked to be let in" in page
    assert "I work at the counter &lt;now&gt;" in page
    assert told(house, "join.requested")[-1]["people"] == [house.person("omar").id]
    shown = house.visitor("omar").get("/rooms/counter/people").text
    assert "I work at the counter &lt;now&gt;" in shown
    assert re.search(r'class="count">1<span class="vh"> asks to be let in', shown)


def test_too_many_words_are_said_so_and_stay_in_the_field(house: House) -> None:
    answer = house.visitor("pavel").post("/rooms/counter/join", {"words": "w" * 301})
    assert answer.status_code == 422
    assert "w" * 301 in answer.text
    assert not asks(house, "pavel")


def test_a_request_is_withdrawn_by_who_made_it(house: House) -> None:
    pavel = house.visitor("pavel")
    pavel.post("/rooms/counter/join", {"words": "Hello"})
    assert house.visitor("ines").post("/rooms/counter/join/withdraw").status_code == 404
    assert asks(house, "pavel")
    assert pavel.post("/rooms/counter/join/withdraw").status_code == 303
    assert not asks(house, "pavel")


def test_a_keeper_lets_in_who_asks(house: House) -> None:
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Hello"})
    assert house.visitor("omar").post("/rooms/counter/requests/pavel", {"let_in": "1"}).status_code == 303
    assert (role(house, "pavel", "counter"), asks(house, "pavel")) == ("member", False)
    assert told(house, "join.answered")[-1]["let_in"] is True
    assert house.visitor("omar").post("/rooms/counter/requests/pavel", {"let_in": "1"}).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_declined_request_leaves_its_words_and_a_way_back(house: House, headers: dict[str, str]) -> None:
    house.visitor("pavel").post("/rooms/counter/join", {"words": "I work there now"})
    omar = house.visitor("omar")
    answer = omar.post("/rooms/counter/requests/pavel", {"let_in": "0"}, headers=headers)
    assert answer.status_code == 200
    assert "I work there now" in answer.text
    assert (role(house, "pavel", "counter"), asks(house, "pavel")) == (None, False)
    assert "Let in after all" in answer.text
    assert omar.post("/rooms/counter/people", {"username": "pavel", "role": "member"}).status_code == 303
    assert role(house, "pavel", "counter") == "member"


def test_programs_ask_and_answer_too(house: House) -> None:
    room, pavel, omar = house.room("counter").id, house.program("pavel"), house.program("omar")
    assert pavel.post(f"/rooms/{room}/join", {"words": "Hello"}).status_code == 202
    assert pavel.get(f"/rooms/{room}").json["asked"] is True  # type: ignore[index]
    (item,) = omar.get(f"/rooms/{room}/requests").json["items"]  # type: ignore[index]
    assert (item["person"]["username"], item["words"]) == ("pavel", "Hello")
    assert pavel.get(f"/rooms/{room}/requests").status_code == 404
    assert omar.ask("DELETE", f"/rooms/{room}/requests/pavel").status_code == 204
    assert omar.ask("DELETE", f"/rooms/{room}/requests/pavel").status_code == 404
    pavel.post(f"/rooms/{room}/join")
    assert pavel.ask("DELETE", f"/rooms/{room}/requests/pavel").status_code == 204, "one's own is withdrawn"
    assert omar.get(f"/rooms/{room}/requests").json["items"] == []  # type: ignore[index]
    pavel.post(f"/rooms/{room}/join")
    assert pavel.ask("PUT", f"/rooms/{room}/requests/pavel").status_code == 404, "nobody lets themselves in"
    assert omar.ask("PUT", f"/rooms/{room}/requests/pavel").json["role"] == "member"  # type: ignore[index]
    assert pavel.post(f"/rooms/{room}/join").status_code == 200


def test_who_cannot_sign_in_any_more_is_not_listed_and_not_counted(house: House) -> None:
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Hello"})
    disable(house, "pavel")
    page = house.visitor("omar").get("/rooms/counter/people").text
    assert "Pavel" not in page
    assert 'class="count">1<span class="vh"> asks' not in page
    assert house.program("omar").get(f"/rooms/{house.room('counter').id}/requests").json["items"] == []  # type: ignore[index]
    assert house.visitor("omar").post("/rooms/counter/requests/pavel", {"let_in": "1"}).status_code == 404


def test_guests_cannot_ask(house: House) -> None:
    make_guest(house, "pavel")
    assert house.visitor("pavel").post("/rooms/counter/join", {"words": "Hello"}).status_code == 404
    assert house.program("pavel").post(f"/rooms/{house.room('counter').id}/join").status_code == 404
    assert not asks(house, "pavel")


def test_a_secret_room_cannot_be_asked_for(house: House) -> None:
    assert house.visitor("pavel").post("/rooms/workshop/join", {"words": "Hello"}).status_code == 404
    assert not asks(house, "pavel", "workshop")


def test_joining_an_open_room_needs_no_asking(house: House) -> None:
    assert house.visitor("pavel").post("/rooms/library/join").status_code == 303
    assert role(house, "pavel", "library") == "member"


def test_a_keeper_gives_roles_and_the_last_keeper_stays(house: House) -> None:
    ines = house.visitor("ines")
    last = ines.post("/rooms/workshop/people/ines/role", {"role": "member"})
    assert last.status_code == 409
    assert "A room needs a keeper" in last.text
    assert ines.post("/rooms/workshop/people/omar/role", {"role": "keeper"}).status_code == 303
    assert ines.post("/rooms/workshop/people/ines/role", {"role": "member"}).status_code == 303
    assert (role(house, "ines"), role(house, "omar")) == ("member", "keeper")
    assert ines.post("/rooms/workshop/people/omar/role", {"role": "member"}).status_code == 403


def test_a_conflict_is_a_note_for_who_has_scripts(house: House) -> None:
    answer = house.visitor("ines").post("/rooms/workshop/people/ines/role", {"role": "guest"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#toasts")
    assert role(house, "ines") == "keeper"


def test_nobody_gets_a_role_in_a_room_by_that_door_who_is_not_in_it(house: House) -> None:
    assert house.visitor("ines").post("/rooms/workshop/people/pavel/role", {"role": "member"}).status_code == 404
    assert role(house, "pavel") is None
    assert house.visitor("ines").post("/rooms/workshop/people/pavel/remove").status_code == 404


def test_a_guest_of_the_house_is_a_guest_in_every_room(house: House) -> None:
    make_guest(house, "pavel")
    join(house, "pavel", "guest")
    room = house.room("workshop").id
    assert house.program("ines").ask("PUT", f"/rooms/{room}/members/pavel", json={"role": "keeper"}).status_code == 409
    assert role(house, "pavel") == "guest"
    assert house.program("ines").ask("PUT", f"/rooms/{room}/members/omar", json={"role": "guest"}).status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_who_was_taken_out_comes_back_by_undo_as_they_were(house: House, headers: dict[str, str]) -> None:
    old = house.say("ines", "workshop", "before they came")
    join(house, "pavel", sees_history=False)
    ines = house.visitor("ines")
    answer = ines.post("/rooms/workshop/people/pavel/remove", headers=headers)
    if not headers:
        assert answer.status_code == 303
        answer = ines.get(answer.headers["Location"])
    assert role(house, "pavel") is None
    form = answer.text.split("is no longer in this room")[1].split("</form>")[0]
    undo = dict(re.findall(r'type="hidden" name="(username|role|history_from)" value="([^"]*)"', form))
    assert undo == {"username": "pavel", "role": "member", "history_from": str(old.id)}
    ines.post("/rooms/workshop/people", undo)
    again = membership(house, "pavel")
    assert again
    assert (again.role, again.history_from) == ("member", old.id)
    assert house.visitor("pavel").get(f"/p/{old.id}").status_code == 404, "what was hidden stays hidden"


def test_an_address_alone_makes_nobody_look_taken_out(house: House) -> None:
    for username in ("omar", "nobody"):
        assert (
            "is no longer in this room" not in house.visitor("ines").get(f"/rooms/workshop/people?out={username}").text
        )
    assert "is no longer in this room" not in house.visitor("omar").get("/rooms/workshop/people?out=pavel").text


def test_a_wrong_name_is_said_and_stays_in_the_field(house: House) -> None:
    answer = house.visitor("ines").post("/rooms/workshop/people", {"username": "nobdy"})
    assert answer.status_code == 422
    assert 'value="nobdy"' in answer.text
    assert "Nobody here has this user name" in answer.text
    disable(house, "pavel")
    assert house.visitor("ines").post("/rooms/workshop/people", {"username": "pavel"}).status_code == 422


def test_a_keeper_adds_somebody_by_name(house: House) -> None:
    assert house.visitor("ines").post("/rooms/workshop/people", {"username": "pavel"}).status_code == 303
    assert role(house, "pavel") == "member"
    row = house.visitor("ines").post("/rooms/workshop/people", {"username": "rosa", "role": "guest"}, headers=HTMX)
    assert 'class="list-row member"' in row.text
    assert role(house, "rosa") == "guest"


def test_nobody_is_brought_into_or_taken_out_of_the_companys_room(house: House) -> None:
    join(house, "ines", "keeper", "everyone")
    make_guest(house, "pavel")
    ines = house.visitor("ines")
    assert ines.post("/rooms/everyone/people", {"username": "pavel", "role": "guest"}).status_code == 409
    assert ines.post("/rooms/everyone/people/omar/remove").status_code == 403
    assert ines.post("/rooms/everyone/people/omar/role", {"role": "keeper"}).status_code == 303
    assert (role(house, "pavel", "everyone"), role(house, "omar", "everyone")) == (None, "keeper")


def test_members_are_searched(house: House) -> None:
    assert names(house.visitor("omar").get("/rooms/workshop/people").text) == ["ines", "omar"]
    assert names(house.visitor("omar").get("/rooms/workshop/people?q=ALB").text) == ["ines"]
    assert "Nobody matches" in house.visitor("omar").get("/rooms/workshop/people?q=%25").text
    found = house.program("omar").get(f"/rooms/{house.room('workshop').id}/members?q=said").json["items"]  # type: ignore[index]
    assert [each["person"]["username"] for each in found] == ["omar"]


def test_many_members_come_page_by_page_each_once(house: House) -> None:
    with house.site.database.write() as db:
        room = db.merge(house.room("workshop"))
        for number in range(SHOWN + 5):
            person = people.add(db, username=f"extra-{number:03}", name=f"Extra {number}")
            room_changes.set_member(db, room, person, "member", actor=None)
    visitor, seen, address = house.visitor("omar"), list[str](), "/rooms/workshop/people"
    pages = 0
    while address:
        page = visitor.get(address, headers=HTMX if pages else {}).text
        seen += names(page) if not pages else re.findall(r'class="strong" href="/people/([\w.-]+)"', page)
        found = re.search(r'hx-get="(/rooms/workshop/people\?after=[^"]+)"', page)
        address, pages = found[1] if found else "", pages + 1
    assert pages == 2
    assert seen == sorted([*(f"extra-{number:03}" for number in range(SHOWN + 5)), "ines", "omar"])


def test_only_keepers_see_requests_and_buttons(house: House) -> None:
    join(house, "ines", slug="counter")
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Hello"})
    page = house.visitor("ines").get("/rooms/counter/people").text
    assert "Hello" not in page
    assert "/requests/" not in page
    assert "/role" not in page
    assert house.visitor("ines").post("/rooms/counter/requests/pavel", {"let_in": "1"}).status_code == 403


def test_everyone_leaves_by_themselves_and_the_last_keeper_does_not(house: House) -> None:
    assert house.visitor("omar").post("/rooms/workshop/leave").status_code == 303
    assert role(house, "omar") is None
    assert house.visitor("ines").post("/rooms/workshop/leave").status_code == 409
    assert role(house, "ines") == "keeper"


def test_keepers_ask_how_many_wait_and_nobody_else_learns_it(house: House) -> None:
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Let me in"})
    join(house, "ines", slug="counter")
    assert "1<span" in house.visitor("omar").get("/rooms/counter/asking", headers=HTMX).text
    assert 'hx-get="/rooms/counter/asking"' in house.visitor("omar").get("/rooms/counter").text
    assert house.visitor("ines").get("/rooms/counter/asking", headers=HTMX).status_code == 403
    assert "asking-count" not in house.visitor("ines").get("/rooms/counter").text
    assert house.visitor("ines").get("/rooms/workshop/asking").status_code == 200
    assert house.visitor("pavel").get("/rooms/workshop/asking").status_code == 404


def test_every_keepers_page_is_told_when_a_request_comes_and_when_it_is_answered(house: House) -> None:
    join(house, "rosa", "keeper", slug="counter")
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Let me in"})
    catch_up(house)
    keepers = {house.person("omar").id, house.person("rosa").id}
    assert keepers <= heard(house)
    house.visitor("rosa").post("/notifications/read")
    with house.site.database.read() as db:
        before = newest_id(db)
    house.visitor("omar").post("/rooms/counter/requests/pavel", {"let_in": "0"})
    catch_up(house)
    assert keepers <= heard(house, before)


def heard(house: House, after: int = 0) -> set[int]:
    """Whose open pages heard that something is new."""
    with house.site.database.read() as db:
        happened = [each for each in list_after(db, after, 10_000) if each.name == "notifications.changed"]
    return {person_id for each in happened for person_id in each.data["people"]}
