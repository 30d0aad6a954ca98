"""The home page: in time order or by what was talked about, with an end, in few statements."""

import re
from datetime import timedelta

from sqlalchemy import event

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry
from intranet.kernel import clock
from intranet.testing.house import House
from intranet.web import caps

EXPLAINED = "Posts of the last seven days, by how many people reacted or commented."


def shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'<article [^>]*id="post-(\d+)"', page)]


def test_what_was_talked_about_comes_first_and_says_why(house: House) -> None:
    quiet, loud, warm = (house.say("ines", "workshop", words) for words in ("quiet", "loud", "warm"))
    old = house.say("ines", "workshop", "long ago")
    with house.site.database.write() as db:
        for username in ("omar", "rosa"):
            entry_changes.react(db, db.get_one(Entry, loud.id), house.person(username), "👍", on=True)
        entry_changes.react(db, db.get_one(Entry, old.id), house.person("omar"), "👍", on=True)
        db.get_one(Entry, old.id).created_at = clock.now() - timedelta(days=8)
    house.say("omar", "workshop", "a comment", parent=warm)
    omar = house.visitor("omar")
    assert shown(omar.get("/").text) == [old.id, warm.id, loud.id, quiet.id]
    page = omar.get("/?order=talked").text
    assert shown(page) == [loud.id, warm.id]
    assert EXPLAINED in page
    assert EXPLAINED not in omar.get("/").text
    assert shown(house.visitor("pavel").get("/?order=talked").text) == []


def test_the_order_is_remembered_for_each_person(house: House) -> None:
    omar, ines = house.visitor("omar"), house.visitor("ines")
    assert omar.get("/?order=talked").status_code == 200
    assert EXPLAINED not in omar.get("/").text
    assert omar.post("/order", {"order": "talked"}).status_code == 303
    assert EXPLAINED in omar.get("/").text
    assert EXPLAINED not in ines.get("/").text
    assert EXPLAINED not in omar.get("/?show=rooms").text
    omar.post("/me/look", {"theme": "dark"})
    assert EXPLAINED in omar.get("/").text
    omar.post("/order", {"order": "newest"})
    assert EXPLAINED not in omar.get("/").text
    assert 'data-theme="dark"' in omar.get("/").text
    assert omar.post("/order", {"order": "loudest"}).status_code == 422


def test_the_feed_goes_on_page_by_page_and_ends(house: House) -> None:
    posts = [house.say("ines", "workshop", f"post {number}").id for number in range(caps.PAGE + 3)]
    omar = house.visitor("omar")
    first = omar.get("/").text
    cursor = re.search(r'href="/\?cursor=(\d+)"', first)
    assert cursor
    second = omar.get(f"/?cursor={cursor[1]}").text
    assert shown(first) + shown(second) == posts[::-1]
    assert "You are all caught up." in second
    piece = omar.get(f"/?cursor={cursor[1]}", headers={"HX-Request": "true"}).text
    assert shown(piece) == shown(second)
    assert "<html" not in piece


def test_one_is_caught_up_only_when_nothing_new_stands_further_down(house: House) -> None:
    house.say("ines", "workshop", "new and far down")
    for number in range(caps.PAGE + 1):
        house.say("omar", "library", f"mine {number}")
    omar = house.visitor("omar")
    assert "all caught up" not in omar.get("/").text
    omar.post("/rooms/workshop/read")
    assert "You are all caught up. Older posts are one click away." in omar.get("/").text
    house.say("ines", "workshop", "new and on top")
    assert "You are all caught up. Older posts are one click away." in omar.get("/").text


def test_the_greeting_tells_one_fact(house: House) -> None:
    house.say("ines", "workshop", "one")
    assert "1 new post in your rooms." in house.visitor("omar").get("/").text
    assert "Nothing is waiting for you." in house.visitor("pavel").get("/").text


def test_a_warm_home_page_takes_few_statements(house: House) -> None:
    for number in range(5):
        post = house.say("ines", "workshop", f"post {number}")
        house.say("omar", "workshop", "a comment", parent=house.say("omar", "workshop", "under it", parent=post))
    omar = house.visitor("omar")
    for path, most in (("/", 7), ("/?order=talked", 7)):
        omar.get(path)
        said: list[str] = []
        event.listen(house.site.database.engine, "before_cursor_execute", lambda *a, kept=said: kept.append(a[2]))
        assert len(shown(omar.get(path).text)) == 5 or path != "/"
        assert len(said) <= most, said


def test_an_open_announcement_costs_one_statement_more(house: House) -> None:
    house.say("ines", "workshop", "A post")
    sent = {"room": "workshop", "body": "Read me", "client_key": "k"}
    assert house.visitor("ines").post("/announcements", sent).status_code == 303
    omar, said = house.visitor("omar"), []
    omar.get("/")
    event.listen(house.site.database.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    assert "Read me" in omar.get("/").text
    assert len(said) <= 8, said


def test_pinned_posts_come_first_and_once_newest_pin_first(house: House) -> None:
    posts = [house.say("ines", "workshop", f"post {number}") for number in range(5)]
    for each in (posts[3], posts[0]):
        assert house.visitor("ines").post(f"/entries/{each.id}/pin", {"on": "1"}).status_code == 303
    wanted = [posts[n].id for n in (0, 3, 4, 2, 1)]
    assert shown(house.visitor("omar").get("/").text) == wanted
    assert not shown(house.visitor("pavel").get("/").text)
