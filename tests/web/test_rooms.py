"""Rooms: made, dressed, renamed, turned into another kind, archived, put into the bin and brought back."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from intranet.core import purging
from intranet.core.models import Membership, Room
from intranet.core.rooms import changes as room_changes
from intranet.features.rooms import hues, icons
from intranet.kernel import clock
from intranet.testing.house import House

ROOM = "/rooms/workshop"


def join(
    house: House, username: str, role: str = "member", slug: str = "workshop", *, sees_history: bool = True
) -> None:
    with house.site.database.write() as db:
        room_changes.set_member(
            db, db.merge(house.room(slug)), house.person(username), role, actor=None, sees_history=sees_history
        )


def archive(house: House, slug: str = "workshop") -> None:
    with house.site.database.write() as db:
        room_changes.archive(db, db.merge(house.room(slug)), house.person("ines"), archived=True)


def picture() -> tuple[io.BytesIO, str]:
    raw = io.BytesIO()
    Image.new("RGB", (40, 10), "teal").save(raw, "PNG")
    return io.BytesIO(raw.getvalue()), "cover.png"


def removed_by(house: House, username: str) -> list[str]:
    page = house.visitor(username).get("/rooms/bin").text
    return re.findall(r'action="/rooms/([\w-]+)/restore"', page)


def test_a_room_is_made_with_a_kind_an_access_and_a_look(house: House) -> None:
    typed = {
        "name": "Night shift",
        "description": "Swaps",
        "kind": "channel",
        "access": "closed",
        "icon": "moon-star",
        "hue": "22",
    }
    made = house.visitor("pavel").post("/rooms", typed)
    assert (made.status_code, made.headers["Location"]) == (303, "/rooms/night-shift")
    room = house.room("night-shift")
    assert (room.kind, room.access, room.icon, room.hue) == ("channel", "closed", "moon-star", 22)
    assert house.program("pavel").get(f"/rooms/{room.id}").json["role"] == "keeper"  # type: ignore[index]


@pytest.mark.parametrize(
    ("field", "value"),
    [("icon", "skull"), ("hue", "36"), ("hue", "-1"), ("kind", "direct"), ("access", "public"), ("name", "")],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(house: House, field: str, value: str) -> None:
    typed = {"name": "Night shift", "description": "Swaps and coffee", field: value}
    answer = house.visitor("pavel").post("/rooms", typed)
    assert answer.status_code == 422
    assert "Swaps and coffee" in answer.text
    assert house.program("pavel").post("/rooms", typed).status_code == 422


def test_sending_the_form_twice_makes_one_room(house: House) -> None:
    pavel = house.visitor("pavel")
    (key,) = re.findall(r'name="client_key" value="([^"]+)"', pavel.get("/rooms/new").text)
    places = {pavel.post("/rooms", {"name": "Once", "client_key": key}).headers["Location"] for _ in range(2)}
    assert places == {"/rooms/once"}


def test_every_icon_is_in_the_sprite_and_every_colour_has_a_name(house: House) -> None:
    page = house.visitor("ines").get("/rooms/new").text
    assert len(icons.ICONS) == 40
    assert [each.name for each in icons.ICONS if f'id="i-{each.name}"' not in page] == []
    assert (len(hues.HUES), len(set(hues.HUES))) == (36, 36)


def test_a_keeper_dresses_the_room_and_whoever_may_know_of_it_sees_the_picture(house: House) -> None:
    ines = house.visitor("ines")
    look = {"icon": "wrench", "hue": "3", "cover": picture()}
    assert ines.post(f"{ROOM}/settings/look", look).status_code == 303
    room = house.room("workshop")
    assert (room.icon, room.hue) == ("wrench", 3)
    assert f"{ROOM}/cover?v=" in ines.get(ROOM).text
    seen = house.visitor("omar").get(f"{ROOM}/cover")
    assert (seen.status_code, seen.mimetype) == (200, "image/webp")
    never = house.visitor("pavel").get("/rooms/nowhere/cover")
    hidden = house.visitor("pavel").get(f"{ROOM}/cover")
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert ines.post(f"{ROOM}/settings/look", {"removes_cover": "true"}).status_code == 303
    assert house.room("workshop").cover is None
    assert "/theme/default/img/covers/" in ines.get(ROOM).text


def test_the_cover_of_a_closed_room_is_seen_by_who_may_ask(house: House) -> None:
    room = house.room("counter").id
    put = house.program("omar").ask(
        "PUT", f"/rooms/{room}/cover", data={"picture": picture()}, content_type="multipart/form-data"
    )
    assert put.status_code == 200
    assert house.visitor("pavel").get("/rooms/counter/cover").status_code == 200
    assert house.program("omar").ask("DELETE", f"/rooms/{room}/cover").status_code == 204
    assert house.visitor("pavel").get("/rooms/counter/cover").status_code == 404


def test_what_is_no_picture_is_no_cover(house: House) -> None:
    answer = house.visitor("ines").post(f"{ROOM}/settings/look", {"cover": (io.BytesIO(b"<svg/>"), "x.png")})
    assert answer.status_code == 422
    assert house.room("workshop").cover is None


KEEPERS_FORMS = [
    "settings", "settings/look", "settings/access", "settings/rules", "archive", "remove", "people", "people/ines/role",
    "people/ines/remove", "requests/ines",
]  # fmt: skip


@pytest.mark.parametrize("path", KEEPERS_FORMS)
def test_members_are_refused_what_is_for_keepers_and_outsiders_find_nothing(house: House, path: str) -> None:
    typed = {"name": "Mine", "access": "open", "username": "pavel", "role": "keeper", "match": "department:Sales"}
    assert house.visitor("omar").post(f"{ROOM}/{path}", typed).status_code == 403
    assert house.visitor("pavel").post(f"{ROOM}/{path}", typed).status_code == 404
    room = house.room("workshop")
    assert (room.name, room.access, room.archived_at, room.removed_at) == ("Workshop", "secret", None, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", ""), ("DELETE", ""), ("DELETE", "/cover"), ("PUT", "/cover"), ("GET", "/requests"), ("PUT", "/requests/pavel"),
        ("DELETE", "/requests/pavel"), ("GET", "/rules"), ("POST", "/rules"), ("DELETE", "/rules/1"), ("PUT", "/members/pavel"),
    ],
)  # fmt: skip
def test_programs_of_members_and_outsiders_are_refused_the_same(house: House, method: str, path: str) -> None:
    body = {"name": "Mine", "role": "keeper", "field": "department", "value": "Sales"}
    room = house.room("workshop").id
    assert house.program("omar").ask(method, f"/rooms/{room}{path}", json=body).status_code == 403
    assert house.program("pavel").ask(method, f"/rooms/{room}{path}", json=body).status_code == 404


def test_the_settings_page_is_the_keepers(house: House) -> None:
    assert house.visitor("ines").get(f"{ROOM}/settings").status_code == 200
    assert house.visitor("omar").get(f"{ROOM}/settings").status_code == 403
    assert house.visitor("pavel").get(f"{ROOM}/settings").status_code == 404
    assert "/settings" not in house.visitor("omar").get(ROOM).text.split("<main")[1]


def test_the_pages_of_a_renamed_room_lead_on_for_who_may_know_of_it(house: House) -> None:
    renamed = house.visitor("ines").post(f"{ROOM}/settings", {"name": "Machine hall", "description": "All of it"})
    assert renamed.headers["Location"] == "/rooms/machine-hall/settings?saved=1"
    for path in ("", "/people?q=om", "/audience", "/settings"):
        led = house.visitor("ines").get(f"{ROOM}{path}")
        assert (led.status_code, led.headers["Location"]) == (302, f"/rooms/machine-hall{path}")
    pavel = house.visitor("pavel")
    never, hidden = pavel.get("/rooms/nowhere"), pavel.get(ROOM)
    assert (hidden.status_code, hidden.text.split("<main")[1]) == (404, never.text.split("<main")[1])
    assert house.visitor("ines").post(f"{ROOM}/remove").status_code == 404, "only what is looked at leads on"
    assert house.visitor().get(ROOM).headers["Location"].startswith("/login")


def test_pages_of_other_features_below_a_renamed_room_lead_on_too(house: House) -> None:
    house.visitor("ines").post(f"{ROOM}/settings", {"name": "Machine hall"})
    assert house.visitor("ines").get(f"{ROOM}/cards").headers["Location"] == "/rooms/machine-hall/cards"


def test_the_companys_room_keeps_its_address_and_its_kind(house: House) -> None:
    join(house, "ines", "keeper", "everyone")
    ines = house.visitor("ines")
    assert (
        ines.post("/rooms/everyone/settings", {"name": "All of us"}).headers["Location"].startswith("/rooms/everyone/")
    )
    room = house.room("everyone").id
    for said in ({"access": "secret"}, {"kind": "channel"}, {"archived": True}):
        assert house.program("ines").ask("PATCH", f"/rooms/{room}", json=said).status_code == 409, said
    assert ines.post("/rooms/everyone/remove").status_code == 409
    assert "settings/access" not in ines.get("/rooms/everyone/settings").text


def effects(house: House, asked: str, slug: str = "workshop", username: str = "ines") -> str:
    page = house.visitor(username).get(f"/rooms/{slug}/settings/access?{asked}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_before_a_room_opens_it_is_said_who_reads_it_then(house: House) -> None:
    house.say("ines", "workshop", "old")
    house.say("omar", "workshop", "older")
    said = effects(house, "access=open")
    assert "2 people more than today" in said
    assert "the 2 older posts" in said
    assert house.room("workshop").access == "secret", "looking changes nothing"
    assert house.visitor("ines").post(f"{ROOM}/settings/access", {"access": "open"}).status_code == 303
    assert house.sees("pavel", "workshop")


def test_before_a_room_closes_it_is_said_who_loses_it(house: House) -> None:
    house.say("omar", "library", "open words")
    said = effects(house, "access=closed", "library", "omar")
    assert "3 people who are not in it can no longer read it" in said
    assert "ask to be let in" in said
    hidden = effects(house, "access=secret", "library", "omar")
    assert "out of sight for 3 people" in hidden
    house.visitor("omar").post("/rooms/library/settings/access", {"access": "closed"})
    assert not house.sees("pavel", "library")
    assert house.visitor("pavel").get("/rooms/library").status_code == 200
    house.visitor("omar").post("/rooms/library/settings/access", {"access": "secret"})
    assert house.visitor("pavel").get("/rooms/library").status_code == 404


def test_nothing_is_said_when_nothing_differs(house: House) -> None:
    assert effects(house, "access=secret&kind=team").strip() == ""
    assert "What changes" not in house.visitor("ines").get(f"{ROOM}/settings").text


def test_without_scripts_the_same_words_stand_in_the_page(house: House) -> None:
    page = house.visitor("ines").get(f"{ROOM}/settings/access?access=open").text
    assert "What changes" in page
    assert '<input type="hidden" name="access" value="open">' in page


def test_a_channel_has_no_posts_and_becomes_a_room_with_them_again(house: House) -> None:
    post = house.say("ines", "workshop", "a post of before")
    assert "1 post that is there keeps its address" in effects(house, "kind=channel")
    ines = house.visitor("ines")
    assert ines.post(f"{ROOM}/settings/access", {"kind": "channel"}).status_code == 303
    page = ines.get(ROOM).text
    assert "a post of before" not in page
    assert 'id="composer"' not in page
    assert ines.get(f"/p/{post.id}").status_code == 200
    assert ines.post(f"{ROOM}/posts", {"body": "no"}).status_code == 403
    assert (
        house.program("ines").ask("PATCH", f"/rooms/{house.room('workshop').id}", json={"kind": "team"}).status_code
        == 200
    )
    assert "a post of before" in ines.get(ROOM).text


def test_an_archived_room_is_read_and_not_written_in_until_it_is_restored(house: House) -> None:
    house.say("ines", "workshop", "old words")
    ines = house.visitor("ines")
    assert ines.post(f"{ROOM}/archive", {"on": "1"}).status_code == 303
    page = house.visitor("omar").get(ROOM).text
    assert "old words" in page
    assert "nobody writes in it" in page
    assert 'id="composer"' not in page
    assert house.visitor("omar").post(f"{ROOM}/posts", {"body": "new"}).status_code == 403
    assert ines.post(f"{ROOM}/archive", {"on": "0"}).status_code == 303
    assert 'id="composer"' in house.visitor("omar").get(ROOM).text


def test_a_room_goes_into_the_bin_and_its_keeper_brings_it_back(house: House) -> None:
    house.say("ines", "workshop", "kept words")
    ines, omar = house.visitor("ines"), house.visitor("omar")
    gone = ines.post(f"{ROOM}/remove")
    assert gone.headers["Location"] == "/rooms?removed=workshop"
    assert f'action="{ROOM}/restore"' in ines.get(gone.headers["Location"]).text
    assert (ines.get(ROOM).status_code, omar.get(ROOM).status_code) == (404, 404)
    assert removed_by(house, "ines") == ["workshop"]
    assert "Goes for good on" in ines.get("/rooms/bin").text
    assert (removed_by(house, "omar"), removed_by(house, "pavel")) == ([], [])
    assert (omar.post(f"{ROOM}/restore").status_code, house.visitor("pavel").post(f"{ROOM}/restore").status_code) == (
        404,
        404,
    )
    assert ines.post(f"{ROOM}/restore").headers["Location"] == ROOM
    assert "kept words" in omar.get(ROOM).text


def test_programs_use_the_bin_too(house: House) -> None:
    room, ines = house.room("workshop").id, house.program("ines")
    assert ines.ask("DELETE", f"/rooms/{room}").status_code == 204
    (item,) = ines.get("/rooms/bin").json["items"]  # type: ignore[index]
    assert (item["id"], item["ends_at"] > item["removed_at"]) == (room, True)
    assert house.program("omar").get("/rooms/bin").json == {"items": [], "next": None}
    assert house.program("omar").post(f"/rooms/{room}/restore").status_code == 404
    assert ines.post(f"/rooms/{room}/restore").json["slug"] == "workshop"  # type: ignore[index]


def test_what_a_room_has_of_its_own_goes_with_it_for_good(house: House) -> None:
    house.program("ines").post(f"/rooms/{house.room('workshop').id}/rules", {"field": "department", "value": "Sales"})
    room = house.room("workshop")
    house.visitor("ines").post(f"{ROOM}/remove")
    purging.empty_bin(house.site.database, clock.now() + timedelta(seconds=1))
    with house.site.database.read() as db:
        assert db.get(Room, room.id) is None


def test_guests_make_no_rooms_and_see_no_button_for_it(house: House) -> None:
    with house.site.database.write() as db:
        db.merge(house.person("pavel")).is_guest = True
    pavel = house.visitor("pavel")
    assert 'href="/rooms/new"' not in pavel.get("/rooms").text
    assert pavel.post("/rooms", {"name": "Mine"}).status_code == 403


def sections(house: House, username: str, query: str = "") -> dict[str, list[str]]:
    page = house.visitor(username).get(f"/rooms{query}").text.split('id="rooms-found"')[1]
    found: dict[str, list[str]] = {}
    title = ""
    for group, slug in re.findall(r'class="group-title">([\w ]+)|<h3><a href="/rooms/([\w-]+)"', page):
        if group:
            title = group.strip()
        else:
            found.setdefault(title, []).append(slug)
    return found


def test_the_list_shows_mine_then_what_i_may_find_and_never_secret_rooms(house: House) -> None:
    assert sections(house, "ines") == {"Your rooms": ["everyone", "workshop"], "More rooms": ["counter", "library"]}
    assert sections(house, "pavel") == {"Your rooms": ["everyone"], "More rooms": ["counter", "library"]}
    archive(house, "library")
    assert sections(house, "pavel")["Archived"] == ["library"]


def test_the_list_is_searched_by_name(house: House) -> None:
    assert sections(house, "pavel", "?q=lib") == {"More rooms": ["library"]}
    page = house.visitor("pavel").get("/rooms?q=worksh").text
    assert "No room has this name" in page
    assert "Workshop" not in page


def test_what_one_asks_for_says_so(house: House) -> None:
    assert "Asked" not in house.visitor("pavel").get("/rooms").text
    house.visitor("pavel").post("/rooms/counter/join", {"words": "Let me in"})
    assert "Asked" in house.visitor("pavel").get("/rooms").text
    assert "Asked" not in house.visitor("ines").get("/rooms").text


def side(house: House, username: str) -> list[tuple[str, bool]]:
    page = house.visitor(username).get("/").text.split("<main")[0]
    found = re.findall(r'<a href="/rooms/([\w-]+)"( class="unread")?', page)
    return [(slug, bool(bold)) for slug, bold in found if slug != "new"]


def test_a_muted_room_is_never_bold_and_stands_last(house: House) -> None:
    join(house, "ines", slug="library")
    house.say("omar", "library", "news")
    house.say("omar", "workshop", "news")
    assert side(house, "ines") == [("everyone", False), ("library", True), ("workshop", True)]
    assert house.visitor("ines").post("/rooms/library/loudness", {"loudness": "muted"}).status_code == 303
    assert side(house, "ines") == [("everyone", False), ("workshop", True), ("library", False)]


def test_how_loud_a_room_is_can_be_said_by_members_only(house: House) -> None:
    room, ines = house.room("workshop").id, house.program("ines")
    assert ines.ask("PUT", f"/rooms/{room}/loudness", json={"loudness": "all"}).status_code == 204
    assert ines.get(f"/rooms/{room}").json["loudness"] == "all"  # type: ignore[index]
    assert ines.ask("PUT", f"/rooms/{room}/loudness", json={"loudness": "deafening"}).status_code == 422
    assert house.program("pavel").ask("PUT", f"/rooms/{room}/loudness", json={"loudness": "all"}).status_code == 404
    library = house.room("library").id
    assert house.program("pavel").ask("PUT", f"/rooms/{library}/loudness", json={"loudness": "all"}).status_code == 403
    assert house.program("omar").get(f"/rooms/{room}").json["loudness"] == "normal"  # type: ignore[index]


def test_where_only_keepers_post_members_are_told_and_not_shown_the_form(house: House) -> None:
    typed = {"name": "Workshop", "posting": "keepers"}
    assert house.visitor("ines").post(f"{ROOM}/settings", typed).status_code == 303
    page = house.visitor("omar").get(ROOM).text
    assert "Only keepers write posts here" in page
    assert 'id="composer"' not in page
    assert 'id="composer"' in house.visitor("ines").get(ROOM).text
    assert house.visitor("omar").post(f"{ROOM}/posts", {"body": "no"}).status_code == 403


def test_that_keepers_look_first_is_a_setting_and_is_said(house: House) -> None:
    ines = house.visitor("ines")
    ines.post(f"{ROOM}/settings", {"name": "Workshop", "posting": "members", "approves_posts": "true"})
    assert house.room("workshop").approves_posts
    assert "A keeper looks at posts before others see them" in house.visitor("omar").get(ROOM).text
    ines.post(f"{ROOM}/settings", {"name": "Workshop", "posting": "members"})
    assert not house.room("workshop").approves_posts


def test_a_reader_who_is_not_in_the_room_is_told_to_join(house: House) -> None:
    page = house.visitor("pavel").get("/rooms/library").text
    assert "Join to write" in page
    assert 'action="/rooms/library/join"' in page
    assert 'id="composer"' not in page


def test_settings_with_a_wrong_name_lose_nothing_typed(house: House) -> None:
    answer = house.visitor("ines").post(f"{ROOM}/settings", {"name": "", "description": "Typed with care"})
    assert answer.status_code == 422
    assert "Typed with care" in answer.text
    assert house.room("workshop").description == ""


def test_the_first_thing_to_do_about_people_is_the_rooms_first_button(house: House) -> None:
    head = house.visitor("ines").get(ROOM).text.split('class="room-head"')[1].split("</nav>")[0]
    assert re.search(r'<a class="btn primary" href="/rooms/workshop/\w+">', head)
    other = house.visitor("omar").get(ROOM).text.split('class="room-head"')[1].split("</nav>")[0]
    assert '<a class="btn primary"' not in other


def test_a_closed_room_shows_an_outsider_who_keeps_it_and_nothing_of_the_rest(house: House) -> None:
    join(house, "ines", slug="counter")
    page = house.visitor("pavel").get("/rooms/counter").text.split("<main")[1]
    assert "Omar Said" in page
    assert "Ines Alba" not in page
    assert "/rooms/counter/people" not in page
    assert "/rooms/counter/audience" not in page
    with house.site.database.read() as db:
        assert db.get(Membership, (house.room("counter").id, house.person("ines").id))
