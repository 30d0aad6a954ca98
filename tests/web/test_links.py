"""Cards of linked pages: asked for only when an admin allows it, once, never inside, and for nobody who may not read."""

import gzip
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intranet.core import cleaning, erasing, people, purging
from intranet.core.entries import changes as entry_changes
from intranet.core.models import AuditRow, Blob, Entry
from intranet.features.links import fetching, parsing
from intranet.features.links.models import EntryLink, LinkCard
from intranet.kernel import clock, events, sandbox
from intranet.kernel.plugins import Loaded, hookimpl
from intranet.plugin_api import Piece
from intranet.processes import answerer
from intranet.testing.elsewhere import LOOPBACK, Act, Elsewhere, drip, flood, page, redirect
from intranet.testing.house import House, without_token
from intranet.web import live

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
GEARS = """<!doctype html><html><head><title>Not this one</title>
<meta property="og:title" content="Gears &amp; grease"><meta property="og:description" content="How to oil a gearbox.">
<meta property="og:site_name" content="The Workshop Times"><meta property="og:image" content="/gears.png"></head></html>"""


def drawn(colour: str = "red", size: tuple[int, int] = (1200, 630)) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, colour).save(raw, "PNG")
    return raw.getvalue()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """A site with a page and a picture, which the box may ask although it is on loopback."""
    site = Elsewhere()
    site.pages |= {"/gears": page(GEARS), "/gears.png": page(drawn(), "image/png")}
    for name in ("PAGE", "PICTURE"):
        allowed = replace(
            getattr(fetching, name),
            inner=LOOPBACK,
            ports=(site.port,),
            within_s=9.0,
            resolve=lambda host, port: ["127.0.0.1"],
        )
        monkeypatch.setattr(fetching, name, allowed)
    yield site
    site.stop()


@pytest.fixture
def asking(house: House) -> House:
    """A house in which an admin has allowed it."""
    assert house.visitor("rosa").post("/admin/links", {"is_on": "true"}).status_code == 303
    work(house)
    return house


def work(house: House) -> None:
    """What the worker does, until nothing is left to do."""
    reader = answerer(house.site, house.app)
    reader.catch_up()
    while task := house.site.jobs.queue.dequeue():
        house.site.jobs.queue.execute(task)
        reader.catch_up()
    reader.inbox.close()


def look(house: House, post: Entry, username: str = "ines") -> str:
    answer = house.visitor(username).get(f"/p/{post.id}")
    assert answer.status_code == 200
    return answer.text


def count(house: House, table: type[LinkCard] | type[EntryLink] | type[Blob]) -> int:
    with house.site.database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def said(
    house: House, elsewhere: Elsewhere, path: str = "/gears", username: str = "ines", slug: str = "workshop"
) -> Entry:
    """A post with a link, and whatever the worker made of it."""
    post = house.say(username, slug, f"Read {elsewhere.url(path)} now")
    work(house)
    return post


def age_cards(house: House, **by: float) -> None:
    with house.site.database.write() as db:
        db.execute(update(LinkCard).values(fetched_at=clock.now() - timedelta(**by)))


def test_off_by_default_nothing_is_asked(house: House, elsewhere: Elsewhere) -> None:
    post = said(house, elsewhere)
    house.visitor("ines").get("/")
    assert elsewhere.connections == 0
    assert "link-card" not in look(house, post)
    assert (count(house, LinkCard), count(house, EntryLink)) == (0, 0)


def test_only_an_admin_reads_what_it_means_and_allows_it(house: House) -> None:
    rosa = house.visitor("rosa")
    words = rosa.get("/admin/links").text
    assert "This box then asks the linked sites on the internet" in words
    assert "checked" not in words.partition('name="is_on"')[2].partition(">")[0]
    assert '<a href="/admin/links" aria-current="page"' in words
    for username in ("ines", None):
        visitor = house.visitor(username)
        assert visitor.get("/admin/links").status_code in (302, 404)
        assert visitor.post("/admin/links", {"is_on": "true"}).status_code in (401, 404)
    assert "checked" not in rosa.get("/admin/links").text.partition('name="is_on"')[2].partition(">")[0]
    assert rosa.post("/admin/links", {"is_on": "true"}).headers["Location"] == "/admin/links?saved=1"
    assert "checked" in rosa.get("/admin/links?saved=1").text.partition('name="is_on"')[2].partition(">")[0]
    assert rosa.post("/admin/links", {"is_on": "perhaps"}).status_code == 422
    rosa.post("/admin/links", {"is_on": "true"})
    rosa.post("/admin/links")
    with house.site.database.read() as db:
        rows = db.scalars(select(AuditRow).where(AuditRow.subject == "links.cards").order_by(AuditRow.id)).all()
    assert [row.detail["value"] for row in rows] == [True, False]


def test_the_first_link_gets_a_card_that_everyone_in_the_room_sees(asking: House, elsewhere: Elsewhere) -> None:
    post = asking.say("ines", "workshop", f"Read {elsewhere.url('/gears#oil')} and {elsewhere.url('/second')}")
    work(asking)
    for username in ("ines", "omar"):
        shown = look(asking, post, username)
        for words in ("Gears &amp; grease", "How to oil a gearbox.", "The Workshop Times", "elsewhere.example"):
            assert words in shown
        assert "Not this one" not in shown
    assert elsewhere.paths() == ["/gears", "/gears.png"]
    assert "link-card" in asking.visitor("omar").get("/").text


def test_looking_at_it_asks_nobody(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    picture = asking.visitor("omar").get(f"/entries/{post.id}/link/picture")
    assert picture.headers["Content-Type"] == "image/webp"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["Cache-Control"].startswith("private")
    assert max(Image.open(io.BytesIO(picture.data)).size) == fetching.EDGE
    page_shown = look(asking, post, "omar")
    assert f'src="/entries/{post.id}/link/picture"' in page_shown
    assert "gears.png" not in page_shown
    asking.site.fragments.clear()
    look(asking, post)
    work(asking)
    assert elsewhere.connections == 2


def test_a_card_below_a_comment_arrives_live_for_those_who_may_read_it(asking: House, elsewhere: Elsewhere) -> None:
    post = asking.say("ines", "workshop", "Look below")
    comment = asking.say("omar", "workshop", elsewhere.url("/gears"), parent=post)
    asking.site.hub.app = asking.app
    reader = events.Reader(asking.site.database, asking.site.settings.run, asking.site.hub.handle)
    asking.site.hub.delivered_id = reader.last_id
    ines, pavel = (
        asking.site.hub.open(live.Stream(asking.person(name).id, "en")) for name in ("ines", "pavel")
    )  # fmt: skip
    assert "link-card" not in asking.visitor("ines").get("/").text
    work(asking)
    reader.catch_up()
    reader.inbox.close()
    messages = [ines.waiting.get().decode() for _ in range(ines.waiting.qsize())]
    data = [json.loads(each.split("data: ", 1)[1]) for each in messages if "entry.changed" in each]
    assert [each["entry_id"] for each in data] == [comment.id]
    assert (data[0]["kind"], data[0]["parent_id"], data[0]["thread_id"]) == ("comment", post.id, post.id)
    assert "link-card" in data[0]["html"]
    assert "is-mine" not in data[0]["html"]
    assert pavel.waiting.empty()
    assert "link-card" in asking.visitor("ines").get("/").text


def test_an_outsider_finds_neither_the_card_nor_its_picture(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    omar, pavel = asking.visitor("omar"), asking.visitor("pavel")
    for path in (f"/entries/{post.id}/link", f"/entries/{post.id}/link/picture"):
        assert omar.get(path).status_code == 200
        assert pavel.get(path).status_code == 404
        assert without_token(pavel.get(path)) == without_token(pavel.get(path.replace(str(post.id), "999999")))
        assert asking.visitor().get(path).status_code == 302
    assert pavel.post(f"/entries/{post.id}/link/remove").status_code == 404
    assert "link-card" in look(asking, post)
    with asking.site.database.write() as db:
        entry_changes.remove(db, db.get_one(Entry, post.id), asking.person("ines"))
    for path in (f"/entries/{post.id}/link", f"/entries/{post.id}/link/picture"):
        assert omar.get(path).status_code == 404


def test_the_same_link_in_another_room_tells_nobody_of_the_first(asking: House, elsewhere: Elsewhere) -> None:
    first, second = said(asking, elsewhere), said(asking, elsewhere, username="pavel", slug="everyone")
    assert elsewhere.paths() == ["/gears", "/gears.png"]
    pavel = asking.visitor("pavel")
    assert pavel.get(f"/entries/{second.id}/link/picture").status_code == 200
    assert pavel.get(f"/entries/{first.id}/link/picture").status_code == 404
    assert f"/entries/{first.id}/" not in pavel.get(f"/entries/{second.id}/link").text


@pytest.mark.parametrize(
    "body",
    ["no link", "[in](/rooms/library)", "mail@elsewhere.example", "`http://elsewhere.example/`", "https://intranet.example/p/1 HTTPS://intranet.example:8443/", "ftp://elsewhere.example/"],
)  # fmt: skip
def test_what_leads_nowhere_outside_gets_no_card(asking: House, elsewhere: Elsewhere, body: str) -> None:
    asking.site.settings = asking.site.settings.model_copy(update={"base_url": "https://intranet.example"})
    asking.say("ines", "workshop", body)
    work(asking)
    assert elsewhere.connections == 0
    assert count(asking, LinkCard) == 0


def test_a_link_home_is_passed_over_for_the_next_one(asking: House, elsewhere: Elsewhere) -> None:
    asking.site.settings = asking.site.settings.model_copy(update={"base_url": "https://intranet.example"})
    post = asking.say("ines", "workshop", f"https://intranet.example/p/1 and {elsewhere.url('/gears')}")
    work(asking)
    assert "Gears &amp; grease" in look(asking, post)


def test_no_link_makes_the_box_ask_inside(asking: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The errands as they are, but for the canary's port."""
    for errand in (fetching.PAGE, fetching.PICTURE):
        assert (errand.inner, errand.ports, errand.within_s) == ((), (80, 443), 10.0)
    canary = Elsewhere()
    canary.pages["/"] = page(GEARS)
    monkeypatch.setattr(fetching, "PAGE", replace(fetching.PAGE, ports=(80, 443, canary.port)))
    hosts = ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0", "localhost", "[::1]"]
    for host in hosts:
        asking.say("ines", "workshop", f"[here](http://{host}:{canary.port}/)")
    work(asking)
    canary.stop()
    assert canary.connections == 0
    with asking.site.database.read() as db:
        assert {card.title for card in db.scalars(select(LinkCard))} == {""}
        assert db.scalar(select(func.count()).select_from(EntryLink)) == len(hosts)


def test_a_picture_inside_is_not_asked_for(
    asking: House, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = Elsewhere(host="127.0.0.2")
    canary.pages["/"] = page(drawn(), "image/png")
    errand = replace(fetching.PICTURE, inner=(), ports=(canary.port, elsewhere.port), resolve=lambda host, port: [host])
    monkeypatch.setattr(fetching, "PICTURE", errand)
    elsewhere.pages["/gears"] = page(GEARS.replace("/gears.png", f"http://127.0.0.2:{canary.port}/"))
    post = said(asking, elsewhere)
    canary.stop()
    assert canary.connections == 0
    shown = look(asking, post)
    assert "Gears &amp; grease" in shown
    assert "/link/picture" not in shown
    assert asking.visitor("ines").get(f"/entries/{post.id}/link/picture").status_code == 404


WRONG: dict[str, bytes | Act] = {
    "missing": page("", status=404), "picture": page(drawn(), "image/png"), "no title": page("<p>words</p>"), "empty": page(""),
    "blank": page("<title> \n </title><meta property='og:title' content=''>"), "slow": drip(HEAD, b"<"),
    "inside": redirect("http://10.0.0.1/"), "loop": redirect("/bad"), "bomb": page(gzip.compress(b"a" * 9_000_000), Content_Encoding="gzip"),
    "endless": flood(HEAD, b"<!--"), "opened": page("<" * 500_000), "attributes": page("<a " + "a" * 500_000), "broken": b"\0\1\2",
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_a_page_that_is_wrong_slow_or_huge_gets_no_card_and_is_not_asked_again(
    asking: House, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    elsewhere.pages["/bad"] = WRONG[how]
    allowed = fetching.PAGE
    if how == "slow":
        monkeypatch.setattr(fetching, "PAGE", replace(allowed, within_s=0.7))
    posts = [said(asking, elsewhere, "/bad")]
    asked = len(elsewhere.asked)
    posts.append(said(asking, elsewhere, "/bad"))
    assert len(elsewhere.asked) == asked
    assert all("link-card" not in look(asking, post) for post in posts)
    monkeypatch.setattr(fetching, "PAGE", allowed)
    good = said(asking, elsewhere)
    assert "Gears &amp; grease" in look(asking, good)
    assert len(asking.site.jobs.queue) == 0


@pytest.mark.parametrize("kind", ["svg", "text", "huge", "bomb", "missing", "cut"])
def test_a_picture_that_is_none_leaves_the_words(asking: House, elsewhere: Elsewhere, kind: str) -> None:
    pictures: dict[str, Callable[[], bytes]] = {
        "svg": lambda: page("<svg onload='alert(1)'/>", "image/svg+xml"), "text": lambda: page("words", "text/plain"),
        "cut": lambda: page(drawn()[:80], "image/png"), "huge": lambda: page(b"a" * (6 << 20), "image/png"),
        "bomb": lambda: page(drawn(size=(9_000, 9_000)), "image/png"), "missing": lambda: page("", status=404),
    }  # fmt: skip
    elsewhere.pages["/gears.png"] = pictures[kind]()
    shown = look(asking, said(asking, elsewhere))
    assert "Gears &amp; grease" in shown
    assert "/link/picture" not in shown


def test_a_hundred_thousand_nested_tags_are_read_or_given_up_but_never_harm() -> None:
    for data in (b"<div>" * 100_000 + b"<title>deep</title>", b"<title>first</title>" + b"<b><i>" * 100_000):
        found = json.loads(sandbox.run(fetching.PARSER, data, "", limits=fetching.LIMITS))
        assert found["title"] in ("deep", "first")


@pytest.mark.parametrize(
    ("data", "charset", "title"),
    [
        ("<title>Zürich</title>".encode(), "", "Zürich"),
        ("<title>Zürich</title>".encode("latin-1"), "iso-8859-1", "Zürich"),
        ('<meta charset="windows-1252"><title>Zürich</title>'.encode("cp1252"), "", "Zürich"),
        ("\ufeff<title>Zürich</title>".encode("utf-16-le"), "", "Zürich"),
        ("\ufeff<title>Zürich</title>".encode(), "latin-1", "Zürich"),
        ("<title>Zürich</title>".encode(), "no such thing", "Zürich"),
        ("<title>Zürich</title>".encode(), "zip", "Zürich"),
        (b"<title>a &lt;b&gt; &#0;&#x202e; c</title>", "", None),
        (b"<title>one</title><title>two</title>", "", "one"),
        (b"<title>" + b"a" * 9000 + b"</title>", "", "a" * 200),
        (b"<meta name=description content='x'><meta property='twitter:title' content=' t\n t '>", "", "t t"),
        (b"<meta content><meta property=og:title><title>left</title>", "", "left"),
        (b"\xff\xfe\xff", "utf-8", ""),
    ],
)  # fmt: skip
def test_titles_are_read_in_every_writing(data: bytes, charset: str, title: str | None) -> None:
    found = json.loads(parsing.read(data, charset))
    assert title is None or found["title"] == title
    assert all(len(found[name]) <= cap for name, cap in parsing.CAPS.items())


def test_what_a_page_says_stays_text(asking: House, elsewhere: Elsewhere) -> None:
    attack = '"><script>alert(1)</script>\u202e\x00\x1b[2J'.replace('"', "&quot;").replace("<", "&lt;")
    words = GEARS
    for name in ("Gears &amp; grease", "How to oil a gearbox.", "The Workshop Times"):
        words = words.replace(name, attack)
    elsewhere.pages["/attack"] = page(words)
    shown = look(asking, said(asking, elsewhere, "/attack"))
    assert "link-card" in shown
    assert "<script>alert" not in shown
    assert shown.count("&gt;&lt;script&gt;alert(1)") == 3
    assert not {"\u202e", "\x00", "\x1b"} & set(shown)


def test_a_link_is_fetched_anew_after_thirty_days_when_it_is_linked_again(asking: House, elsewhere: Elsewhere) -> None:
    first = said(asking, elsewhere)
    age_cards(asking, days=29)
    said(asking, elsewhere)
    assert elsewhere.paths().count("/gears") == 1
    age_cards(asking, days=31)
    work(asking)
    look(asking, first)
    assert elsewhere.paths().count("/gears") == 1
    elsewhere.pages["/gears"] = page(GEARS.replace("Gears &amp; grease", "Newer gears"))
    second = said(asking, elsewhere)
    assert elsewhere.paths().count("/gears") == 2
    assert all("Newer gears" in look(asking, post) for post in (first, second))
    assert count(asking, LinkCard) == 1


def test_a_page_that_is_gone_leaves_what_it_said_before(asking: House, elsewhere: Elsewhere) -> None:
    first = said(asking, elsewhere)
    age_cards(asking, days=31)
    del elsewhere.pages["/gears"]
    second = said(asking, elsewhere)
    assert elsewhere.paths()[-1] == "/gears"
    assert all("Gears &amp; grease" in look(asking, post) for post in (first, second))


def test_a_page_that_failed_is_asked_again_a_day_later(asking: House, elsewhere: Elsewhere) -> None:
    elsewhere.pages["/late"] = page("", status=503)
    first = said(asking, elsewhere, "/late")
    elsewhere.pages["/late"] = page(GEARS)
    age_cards(asking, days=2)
    said(asking, elsewhere, "/late")
    assert "Gears &amp; grease" in look(asking, first)


def test_doing_the_job_twice_asks_once_and_shows_one_card(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    for _ in range(2):
        asking.site.jobs.run_now("links.fetch", post.id, elsewhere.url("/gears"))
    with asking.site.database.read() as db:
        assert db.get_one(Entry, post.id).version == 2
    assert elsewhere.paths() == ["/gears", "/gears.png"]
    assert look(asking, post).count('class="link-card"') == 1


def test_an_entry_that_changed_meanwhile_gets_no_card_of_its_old_link(asking: House, elsewhere: Elsewhere) -> None:
    post = asking.say("ines", "workshop", "no link any more")
    asking.site.jobs.run_now("links.fetch", post.id, elsewhere.url("/gears"))
    assert "link-card" not in look(asking, post)
    assert count(asking, EntryLink) == 0


def test_a_job_that_waited_while_it_was_switched_off_asks_nobody(house: House, elsewhere: Elsewhere) -> None:
    post = house.say("ines", "workshop", elsewhere.url("/gears"))
    house.site.jobs.run_now("links.fetch", post.id, elsewhere.url("/gears"))
    assert elsewhere.connections == 0


def test_the_author_takes_the_card_away_for_good_and_its_bytes_go(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    omar, ines = asking.visitor("omar"), asking.visitor("ines")
    assert omar.post(f"/entries/{post.id}/link/remove").status_code == 403
    assert "Whoever wrote the post" in omar.get(f"/entries/{post.id}/link").text
    assert f'action="/entries/{post.id}/link/remove"' in ines.get(f"/entries/{post.id}/link").text
    assert "link-card" in look(asking, post)
    answer = ines.post(f"/entries/{post.id}/link/remove")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/p/{post.id}")
    assert ines.post(f"/entries/{post.id}/link/remove").status_code == 303
    ines.post(f"/entries/{post.id}/edit", {"body": f"Still {elsewhere.url('/gears')}"})
    work(asking)
    assert "link-card" not in look(asking, post)
    assert ines.get(f"/entries/{post.id}/link/picture").status_code == 404
    assert elsewhere.paths().count("/gears") == 1
    assert bytes_left(asking) == 0
    assert count(asking, LinkCard) == 0


def bytes_left(house: House) -> int:
    """How many blobs are left when all that nothing points to has gone."""
    house.site.jobs.run_now("links.tidy")
    with house.site.database.write() as db:
        db.execute(update(Blob).values(created_at=clock.now() - timedelta(days=3)))
    for path in house.site.blobs.root.glob("*/*/*"):
        os.utime(path, (0, 0))
    cleaning.remove_unused_bytes(house.site.database, house.site.blobs, clock.now() - timedelta(days=1))
    return len([path for path in house.site.blobs.root.glob("*/*/*") if path.is_file()])


def test_a_picture_stays_while_another_entry_shows_it(asking: House, elsewhere: Elsewhere) -> None:
    first, second = said(asking, elsewhere), said(asking, elsewhere, username="omar")
    assert asking.visitor("ines").post(f"/entries/{first.id}/link/remove").status_code == 303
    assert bytes_left(asking) == 1
    assert asking.visitor("ines").get(f"/entries/{second.id}/link/picture").status_code == 200


def test_a_program_of_its_author_takes_the_card_away(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    for username, status in (("pavel", 404), ("omar", 403)):
        assert asking.program(username).ask("DELETE", f"/entries/{post.id}/link").status_code == status
        assert "link-card" in look(asking, post)
    assert [asking.program("ines").ask("DELETE", f"/entries/{post.id}/link").status_code for _ in range(2)] == [
        204,
        204,
    ]
    assert "link-card" not in look(asking, post)


def test_with_javascript_the_card_goes_where_it_stood(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    answer = asking.visitor("ines").post(f"/entries/{post.id}/link/remove", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (200, "")
    assert json.loads(answer.headers["HX-Trigger"]) == {"said": "The card is gone."}


def test_new_words_bring_another_card_or_none(asking: House, elsewhere: Elsewhere) -> None:
    elsewhere.pages["/other"] = page("<title>The other page</title>")
    post, ines = said(asking, elsewhere), asking.visitor("ines")
    ines.post(f"/entries/{post.id}/edit", {"body": elsewhere.url("/other")})
    work(asking)
    shown = look(asking, post)
    assert "The other page" in shown
    assert "Gears &amp; grease" not in shown
    asking.visitor("rosa").post("/admin/links")
    ines.post(f"/entries/{post.id}/edit", {"body": "nothing"})
    work(asking)
    assert "link-card" not in look(asking, post)
    assert bytes_left(asking) == 0


def test_pinning_asks_nobody_again_and_keeps_the_card(asking: House, elsewhere: Elsewhere) -> None:
    post = said(asking, elsewhere)
    asking.visitor("ines").post(f"/entries/{post.id}/pin", {"on": "1"})
    work(asking)
    assert elsewhere.connections == 2
    assert "link-card" in look(asking, post)


def test_what_comes_back_from_the_bin_brings_its_card(asking: House, elsewhere: Elsewhere) -> None:
    kept, refused, ines = said(asking, elsewhere), said(asking, elsewhere), asking.visitor("ines")
    ines.post(f"/entries/{refused.id}/link/remove")
    for post in (kept, refused):
        ines.post(f"/entries/{post.id}/remove")
    work(asking)
    for post in (kept, refused):
        ines.post(f"/entries/{post.id}/restore")
    work(asking)
    assert "link-card" in look(asking, kept)
    assert "link-card" not in look(asking, refused)
    assert elsewhere.connections == 2


def test_a_purged_entry_takes_its_row_along_and_a_removed_room_leaves_no_bytes(
    asking: House, elsewhere: Elsewhere
) -> None:
    post = asking.say("ines", "workshop", "above")
    asking.say("omar", "workshop", elsewhere.url("/gears"), parent=post)
    work(asking)
    assert count(asking, EntryLink) == 1
    asking.visitor("ines").post(f"/entries/{post.id}/remove")
    work(asking)
    assert purging.empty_bin(asking.site.database, clock.now() + timedelta(days=1)) == 2
    assert count(asking, EntryLink) == 0
    assert bytes_left(asking) == 0


def test_an_erased_person_leaves_no_row_for_what_they_threw_away(asking: House, elsewhere: Elsewhere) -> None:
    thrown, left = said(asking, elsewhere, username="omar"), said(asking, elsewhere, username="omar")
    omar = asking.visitor("omar")
    omar.post(f"/entries/{thrown.id}/link/remove")
    omar.post(f"/entries/{thrown.id}/remove")
    work(asking)
    assert count(asking, EntryLink) == 2
    with asking.site.database.write() as db:
        person = people.find_by_username(db, "omar")
        assert person
        people.disable(db, person)
        list(asking.site.plugins.ask("person_erased", db=db, person=person))
        erasing.erase(db, person, None, with_posts=False)
    assert count(asking, EntryLink) == 1
    assert "link-card" in look(asking, left)


def test_everything_goes_with_a_person_whose_posts_go(asking: House, elsewhere: Elsewhere) -> None:
    said(asking, elsewhere, username="omar")
    with asking.site.database.write() as db:
        person = people.find_by_username(db, "omar")
        assert person
        people.disable(db, person)
        erasing.erase(db, person, None, with_posts=True)
    work(asking)
    assert count(asking, EntryLink) == 0
    assert bytes_left(asking) == 0


def plugged(house: House, name: str, answer: object) -> None:
    module = ModuleType(name)
    module.entry_pieces = hookimpl(answer, specname="entry_pieces")  # type: ignore[arg-type, attr-defined]
    house.site.plugins.manager.register(module, name)
    house.site.plugins.loaded.append(Loaded(name, module, house.site.settings.data, is_plugin=True))


def test_pieces_are_asked_for_once_for_all_that_is_drawn_together(house: House) -> None:
    asked: list[list[int]] = []

    def pieces(db: Session, entries: Sequence[Entry]) -> Mapping[int, Piece]:
        asked.append([each.id for each in entries])
        return {each.id: Piece("posts/_removed.html", {"n": each.id}) for each in entries}

    posts = [house.say("ines", "workshop", f"post {number}") for number in range(5)]
    comments = [house.say("omar", "workshop", "comment", parent=posts[0]) for _ in range(2)]
    plugged(house, "polls", pieces)
    shown = house.visitor("ines").get("/rooms/workshop").text
    assert shown.count("data-removed") == 7
    assert sorted(map(sorted, asked)) == [[each.id for each in posts], [each.id for each in comments]]
    house.visitor("omar").get("/rooms/workshop")
    assert len(asked) == 2


def test_a_plugin_whose_pieces_fail_takes_no_entry_along(house: House) -> None:
    def pieces(entries: Sequence[Entry]) -> Mapping[int, Piece]:
        raise RuntimeError("no piece today")

    post = house.say("ines", "workshop", "a post")
    plugged(house, "polls", pieces)
    assert "a post" in look(house, post)
    assert house.site.plugins.failures["polls"] > 0


def test_what_can_wait_is_done_last(house: House) -> None:
    done: list[str] = []
    house.site.jobs.add("test.patient", lambda: done.append("patient"), can_wait=True)
    house.site.jobs.add("test.letter", lambda: done.append("letter"))
    for name in ("test.patient", "test.letter"):
        house.site.jobs.start(name)
    while task := house.site.jobs.queue.dequeue():
        house.site.jobs.queue.execute(task)
    assert done == ["letter", "patient"]
