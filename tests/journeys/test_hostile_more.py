"""The same attacks in what is said around posts: requests, reports, reasons, drafts, announcements, cards, rules."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intranet.core import people
from intranet.core.models import Room
from intranet.core.rooms import changes as room_changes
from intranet.features.links import changes as link_changes
from intranet.features.links.changes import Preview
from intranet.features.posts.models import Draft
from intranet.testing.hostile import VECTORS, batches
from intranet.testing.house import House, open_copy
from intranet.testing.running import Running
from tests.journeys.test_hostile_text import Witness, picture, send
from tests.worker import catch_up

EVERYTHING = " ".join(VECTORS)
LINES = batches([vector for vector in VECTORS if "\t" not in vector], 280)  # each fits into every reason


@dataclass
class Haunted:
    """A house in which whatever is said around posts is an attack, and what the pages are about."""

    house: House
    running: Running
    ids: dict[str, int]


def members(house: House) -> list[str]:
    """One member of the workshop for each line of attacks, which also stands in their profile."""
    names = [f"member{number}" for number in range(len(LINES))]
    with house.site.database.write() as db:
        workshop = db.get_one(Room, house.room("workshop").id)
        for name, line in zip(names, LINES, strict=True):
            person = people.add(db, username=name, name=line[:80], department=line[:110], location=line[-110:])
            room_changes.set_member(db, workshop, person, "member", actor=None)
    return names


def fill_around(house: House, names: list[str]) -> dict[str, int]:
    """Requests, reports, removals and edits: words of members about what Ines wrote and kept."""
    ines, post = house.visitor("ines"), house.say("ines", "workshop", "Something to report")
    comment = house.say("ines", "workshop", "Something to save", parent=post)
    wrong = house.say("omar", "workshop", "Something that Ines decides about")
    for name, line in zip(names, LINES, strict=True):
        visitor = house.visitor(name)
        send(visitor, "/rooms/counter/join", {"words": line})
        send(visitor, f"/entries/{wrong.id}/report", {"reason": "other", "words": line}, 201)
        taken = house.say(name, "workshop", line)
        send(ines, f"/entries/{taken.id}/remove", {"reason": line}, 200)
        send(ines, f"/entries/{post.id}/edit", {"body": line})
        send(ines, "/rooms/workshop/settings/rules", {"field": "department", "value": line[:110], "role": "member"})
    send(ines, f"/entries/{comment.id}/saved", {"on": "1"})
    return {"post": post.id, "comment": comment.id}


def fill_drafts(house: House, names: list[str]) -> dict[str, int]:
    """Drafts of Ines, and posts that wait in a room of hers; one of them she sends back."""
    ines = house.visitor("ines")
    for place, line in enumerate(LINES):
        send(ines, "/drafts", {"body": line, "room": "workshop", "client_key": f"draft-{place}"}, 204)
    with house.site.database.write() as db:
        gate = room_changes.add(db, creator=db.merge(house.person("ines")), name="Gate", access="open")
        gate.approves_posts = True
        for name in names:
            room_changes.set_member(db, gate, db.merge(house.person(name)), "member", actor=None)
    for name, line in zip(names, LINES, strict=True):
        files = [(io.BytesIO(picture()), "x.png")]
        send(house.visitor(name), "/rooms/gate/posts", {"body": line, "files": files, "alt": [line]})
    with house.site.database.read() as db:
        waiting = [each.id for each in db.query(Draft).where(Draft.state == "waiting").order_by(Draft.id)]
        own = db.query(Draft).where(Draft.state == "draft").first()
    send(ines, f"/rooms/gate/waiting/{waiting[0]}/return", {"reason": LINES[0]})
    assert own
    return {"draft": own.id}


def fill_announcement(house: House) -> dict[str, int]:
    """To departments that have attacks for names, with attacks for words, files and their descriptions."""
    files = [(io.BytesIO(picture()), "x.png"), (io.BytesIO(b"x"), "<img src=x onerror=alert(1)>.txt")]
    said = {"room": "workshop", "body": EVERYTHING, "departments": LINES[0][:110], "files": files, "alt": LINES[:2]}
    led = send(house.visitor("ines"), "/announcements", said)
    return {"announcement": int(led.rsplit("/", 1)[-1])}


def fill_cards(house: House) -> dict[str, int]:
    """Cards of pages that say nothing but attacks, and what leads on to their addresses."""
    ids = []
    for place, vector in enumerate(VECTORS):
        url = f"https://ok.example/{place}"
        ids.append(house.say("ines", "workshop", url).id)
        with house.site.database.write() as db:
            card = link_changes.keep(db, url, Preview(vector, f"{vector} {vector}", vector))
            link_changes.attach(db, ids[-1], url, card, "")
    return {"card": ids[0]}


@pytest.fixture(scope="module")
def haunted(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haunted]:
    house = open_copy(template, tmp_path_factory.mktemp("haunted") / "data")
    names = members(house)
    ids = {**fill_around(house, names), **fill_drafts(house, names), **fill_announcement(house), **fill_cards(house)}
    catch_up(house)
    running = Running(house.site.settings.data)
    yield Haunted(house, running, ids)
    running.stop()
    house.site.database.close()


@pytest.fixture(params=[True, False], ids=["policy", "no-policy"])
def policy(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def pages(ids: dict[str, int]) -> dict[str, list[str]]:
    """Where something of this is shown, by who looks."""
    post, announcement, card = ids["post"], ids["announcement"], ids["card"]
    return {
        "ines": [
            "/", "/rooms/workshop", "/rooms/workshop/reports", "/rooms/workshop/people", "/rooms/workshop/settings",
            f"/p/{post}", f"/entries/{post}/history", f"/entries/{post}/edit", f"/entries/{post}/audience", "/bin",
            "/saved", "/drafts", f"/drafts/{ids['draft']}", "/rooms/gate/waiting", "/notifications",
            "/announcements/new", f"/announcements/{announcement}", f"/entries/{card}/link", "/rooms/workshop/invites",
        ],
        "omar": ["/rooms/counter/people", "/notifications", "/", f"/entries/{post}/report", f"/entries/{post}/share"],
        "member0": ["/", "/drafts", "/notifications", "/bin", "/announcements", "/rooms/counter"],
        "rosa": ["/admin/audit", "/admin/people", "/admin/reactions"],
    }  # fmt: skip


@pytest.mark.parametrize("username", ["ines", "omar", "member0", "rosa"])
def test_no_attack_around_a_post_becomes_a_script(
    browser: Browser, haunted: Haunted, username: str, *, policy: bool
) -> None:
    witness = Witness(browser, haunted, username, policy=policy)  # type: ignore[arg-type]
    for path in pages(haunted.ids)[username]:
        witness.go(path)
    assert "alert" in witness.page.content()
    witness.context.close()


def test_what_was_filled_in_is_really_shown(haunted: Haunted) -> None:
    """Each page holds its attack: none of them is looked at for nothing."""
    ines, omar, author = (haunted.house.visitor(each) for each in ("ines", "omar", "member0"))
    for visitor, path in (
        (ines, "/rooms/workshop/reports"), (ines, "/drafts"), (ines, "/rooms/gate/waiting"), (ines, "/bin"),
        (ines, "/announcements/new"), (ines, "/rooms/workshop/settings"), (omar, "/rooms/counter/people"),
        (author, "/drafts"), (author, "/notifications"), (author, "/announcements"),
        (ines, f"/entries/{haunted.ids['card']}/link"), (ines, f"/entries/{haunted.ids['post']}/history"),
    ):  # fmt: skip
        page = visitor.get(path).text
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page


def test_no_attack_that_comes_back_from_these_forms_becomes_a_script(browser: Browser, haunted: Haunted) -> None:
    ids, long = haunted.ids, EVERYTHING * 20
    keeper = Witness(browser, haunted, "ines", policy=False)  # type: ignore[arg-type]
    keeper.go("/rooms/new")
    keeper.submit("/rooms", 422, name=EVERYTHING, description=EVERYTHING, icon=EVERYTHING)
    keeper.submit("/rooms/workshop/settings/look", 422, icon=EVERYTHING, hue=EVERYTHING)
    keeper.submit("/rooms/workshop/settings/rules", 422, field="department", value=EVERYTHING, role="x")
    keeper.submit("/rooms/workshop/people", 422, username=EVERYTHING, role="member")
    keeper.submit(f"/entries/{ids['post']}/edit", 422, body=long)
    keeper.submit(f"/drafts/{ids['draft']}", 422, body=long, room=EVERYTHING, publish_at=EVERYTHING)
    keeper.submit("/announcements", 422, room="workshop", body=long, until=EVERYTHING, departments=VECTORS[0])
    keeper.submit("/announcements", 422, room="workshop", body=EVERYTHING, until=EVERYTHING)
    keeper.context.close()
    member = Witness(browser, haunted, "omar", policy=False)  # type: ignore[arg-type]
    member.go("/rooms/new")
    member.submit(f"/entries/{ids['post']}/report", 422, reason=EVERYTHING, words=EVERYTHING)
    member.submit(f"/entries/{ids['post']}/share", 422, room=EVERYTHING, body=long)
    member.context.close()
    asker = Witness(browser, haunted, "ines", policy=False)  # type: ignore[arg-type]
    asker.go("/rooms/new")
    asker.submit("/rooms/counter/join", 422, words=long)
    asker.context.close()
    admin = Witness(browser, haunted, "rosa", policy=False)  # type: ignore[arg-type]
    admin.go("/admin/reactions")
    admin.submit("/admin/reactions", 422, emoji=EVERYTHING)
    admin.submit("/admin/reactions", 422, emoji="👍👍" + LINES[0])
    admin.context.close()
