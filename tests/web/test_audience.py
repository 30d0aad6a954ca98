"""Who can see this? The page, the dialog and the programs say what is true."""

import re

from intranet.core import people
from intranet.core.models import Entry
from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House

HTMX = {"HX-Request": "true"}


def join(
    house: House, username: str, role: str = "member", slug: str = "workshop", *, sees_history: bool = True
) -> None:
    with house.site.database.write() as db:
        room_changes.set_member(
            db, db.merge(house.room(slug)), house.person(username), role, actor=None, sees_history=sees_history
        )


def readers(house: House, viewer: str, slug: str, entry: Entry | None = None) -> dict[str, str]:
    asked = f"?entry={entry.id}" if entry else ""
    said = house.program(viewer).get(f"/rooms/{house.room(slug).id}/audience{asked}").json
    return {each["person"]["username"]: each["why"] for each in said["items"]}  # type: ignore[index]


def words(house: House, viewer: str, path: str) -> str:
    page = house.visitor(viewer).get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.split("<main")[-1]))


def test_an_open_room_is_seen_by_everyone_who_works_here(house: House) -> None:
    assert readers(house, "pavel", "library") == {
        "ines": "everyone",
        "omar": "keeper",
        "pavel": "everyone",
        "rosa": "everyone",
    }
    said = words(house, "pavel", "/rooms/library/audience")
    assert "everyone who works here can read it" in said
    assert "4 people see it" in said
    assert "Looked after by Omar Said" in said


def test_a_private_room_is_seen_by_its_members_alone(house: House) -> None:
    assert readers(house, "omar", "workshop") == {"ines": "keeper", "omar": "member"}
    assert "only they know that it exists" in words(house, "omar", "/rooms/workshop/audience")


def test_outsiders_do_not_learn_who_sees_a_room(house: House) -> None:
    for slug in ("workshop", "counter"):
        assert house.visitor("pavel").get(f"/rooms/{slug}/audience").status_code == 404
        assert house.program("pavel").get(f"/rooms/{house.room(slug).id}/audience").status_code == 404


def test_who_came_later_without_the_older_posts_does_not_see_them(house: House) -> None:
    old = house.say("ines", "workshop", "old")
    answer = house.say("omar", "workshop", "answer", parent=old)
    join(house, "pavel", sees_history=False)
    new = house.say("ines", "workshop", "new")
    for entry in (old, answer):
        assert set(readers(house, "ines", "workshop", entry)) == {"ines", "omar"}
        assert house.visitor("pavel").get(f"/rooms/workshop/audience?entry={entry.id}").status_code == 404
    assert set(readers(house, "pavel", "workshop", new)) == {"ines", "omar", "pavel"}
    said = words(house, "ines", f"/rooms/workshop/audience?entry={old.id}")
    assert "1 member came later" in said
    assert "came later" not in words(house, "ines", f"/rooms/workshop/audience?entry={new.id}")


def test_an_entry_of_another_room_is_not_there(house: House) -> None:
    post = house.say("ines", "workshop", "post")
    for said in (str(post.id), "999999", "x", "99999999999999999999", "-1"):
        assert house.visitor("ines").get(f"/rooms/library/audience?entry={said}").status_code == 404, said
    assert house.visitor("ines").get(f"/rooms/workshop/audience?entry={post.id}").status_code == 200


def test_an_entry_leads_to_its_audience(house: House) -> None:
    post = house.say("ines", "workshop", "post")
    for path in (f"/p/{post.id}/audience", f"/entries/{post.id}/audience"):
        led = house.visitor("omar").get(path)
        assert (led.status_code, led.headers["Location"]) == (302, f"/rooms/workshop/audience?entry={post.id}")
        assert house.visitor("pavel").get(path).status_code == 404
    assert f'href="/entries/{post.id}/audience"' in house.visitor("omar").get(f"/entries/{post.id}/menu").text


def test_guests_are_counted_and_shown_only_whom_they_share_the_room_with(house: House) -> None:
    with house.site.database.write() as db:
        people.set_guest(db, db.merge(house.person("pavel")), is_guest=True)
    join(house, "pavel", "guest", "library")
    assert "1 guest from outside the company" in words(house, "omar", "/rooms/library/audience")
    assert set(readers(house, "pavel", "library")) == {"omar", "pavel"}
    page = house.visitor("pavel").get("/rooms/library/audience").text
    assert "Rosa Berg" not in page
    assert "4 people" not in page


def test_who_cannot_sign_in_sees_nothing(house: House) -> None:
    with house.site.database.write() as db:
        people.disable(db, db.merge(house.person("omar")))
    assert readers(house, "ines", "workshop") == {"ines": "keeper"}


def test_a_dialog_gets_the_same_words_without_the_page(house: House) -> None:
    piece = house.visitor("omar").get("/rooms/workshop/audience", headers=HTMX).text
    assert "<html" not in piece
    assert "2 people see it" in piece
    assert "Ines Alba" in piece


def test_many_readers_come_page_by_page_each_once(house: House) -> None:
    with house.site.database.write() as db:
        for number in range(5):
            people.add(db, username=f"extra-{number}", name=f"Extra {number}")
    program, path, seen, cursor = house.program("pavel"), f"/rooms/{house.room('library').id}/audience", list[str](), ""
    while cursor is not None:
        said = program.get(path, query_string={"limit": 4, "cursor": cursor}).json
        seen, cursor = seen + [each["person"]["username"] for each in said["items"]], said["next"]  # type: ignore[index]
        assert said["count"] == 9  # type: ignore[index]
    assert seen == sorted(["ines", "omar", "pavel", "rosa", *(f"extra-{number}" for number in range(5))])


def test_the_head_and_the_composer_lead_to_it_before_anything_is_said(house: House) -> None:
    page = house.visitor("omar").get("/rooms/workshop").text
    assert page.count('href="/rooms/workshop/audience"') == 2
