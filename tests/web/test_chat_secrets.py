"""While chats are busy, nothing of it reaches those who may not read them, by any door (A19, A20, A21)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import update

from intranet.core import people
from intranet.core.entries import queries as entry_queries
from intranet.core.models import Entry, Membership, Room
from intranet.core.rooms import changes as room_changes
from intranet.kernel import events
from intranet.testing.house import House, Visitor, without_token
from intranet.web import live
from tests.worker import catch_up

OUTSIDERS = ("pavel", "rosa", "gusta", "felix")  # a colleague, an admin, a guest elsewhere, who was in all of them once
SECRETS = ("quicksilver", "retort", "alembic", "vial")
COUNTED = (
    "/", "/chat", "/chat/unread", "/chat/unread?newest=1", "/chat/switch", "/chat/switch?q=q", "/chat/channels", "/chat/new", "/saved", "/notifications",
    "/search?q=quicksilver", "/search?q=quicksilvr", "/search/box?q=quick", "/tags/suggest?q=al", "/rooms", "/rooms/bin",
    "/api/v1/rooms", "/api/v1/feed", "/api/v1/search?q=quicksilver", "/people/ines/posts",
)  # fmt: skip
# How long a search took, and how much was told in the whole house, which every number that is given counts too.
MOVING = re.compile(r'nonce="[^"]+"|client_key" value="[^"]*"|data-since="\d+"|\d+ ms\b|"took_ms": ?\d+')


@dataclass
class Ears:
    """What comes to streams of pages and of programs, at once or when they come back."""

    house: House
    reader: events.Reader
    since: int = 0
    streams: dict[str, list[live.Stream]] = field(default_factory=dict)

    def listen(self, *usernames: str) -> None:
        self.reader.catch_up()
        self.since = self.reader.last_id
        for username in usernames:
            person_id, hub = self.house.person(username).id, self.house.site.hub
            kinds: list[dict[str, int]] = [{"session_id": 1}, {"token_id": 1}]
            self.streams[username] = [hub.open(live.Stream(person_id, "en", **kind)) for kind in kinds]

    def hear(self) -> None:
        """Everything that happened, and whatever was only said aloud."""
        catch_up(self.house)
        self.reader.catch_up()
        self.take()

    def take(self) -> None:
        """Signals that came are handed on: a socket holds few of them."""
        self.reader.inbox.ring()
        for signal in self.reader.inbox.wait():
            self.house.site.hub.hear(signal)

    def types(self, visitor: Visitor, **where: int) -> None:
        """Somebody types, and whoever listens has heard it."""
        visitor.token()
        self.take()
        ask(visitor.post("/live/typing", where), 204)
        self.take()

    def heard(self, username: str) -> list[bytes]:
        """By any of their streams."""
        said = []
        for stream in self.streams[username]:
            while not stream.waiting.empty():
                said.append(stream.waiting.get())
        return said

    def missed(self, username: str) -> list[bytes]:
        """What the two addresses say to who was away meanwhile, until the stream would wait."""
        said: list[bytes] = []
        for path in ("/live", "/api/v1/events"):
            program = self.house.program(username)
            headers = {**program.headers, "Last-Event-ID": str(self.since)}
            visitor = self.house.visitor(username)
            client, more = (visitor.client, {}) if path == "/live" else (program.client, headers)
            answer = client.get(path, headers={"Last-Event-ID": str(self.since), **more}, buffered=False)
            pieces = iter(answer.response)
            assert answer.status_code == 200
            said += [next(pieces), next(pieces)]
            answer.close()
        return [each for each in b"".join(said).decode().split("\n\n") if "entry" in each or "reset" in each]  # type: ignore[misc]


@pytest.fixture
def ears(house: House) -> Iterator[Ears]:
    """Ines and Omar are in a closed room, a secret channel and a direct room; Felix was. Gusta is a guest elsewhere."""
    with house.site.database.write() as db:
        omar, ines = house.person("omar"), house.person("ines")
        felix = people.add(db, username="felix", name="Felix Former")
        gusta = people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
        room_changes.add(db, creator=omar, name="Lab", kind="channel", access="secret")
        elsewhere = room_changes.add(db, creator=house.person("rosa"), name="Elsewhere", access="secret")
        room_changes.set_member(db, elsewhere, gusta, "guest", actor=None)
        for slug in ("counter", "lab"):
            room = db.query(Room).where(Room.slug == slug).one()
            for person in (ines, felix):
                room_changes.set_member(db, room, person, "member", actor=None)
    for slug in ("counter", "lab"):
        room_id = house.room(slug).id
        said = house.program("felix").post(f"/rooms/{room_id}/messages", {"body": "I was here once"})
        assert said.status_code == 201
        house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "@felix hello"})
    catch_up(house)
    with house.site.database.write() as db:
        for slug in ("counter", "lab"):
            room_changes.remove_member(db, db.merge(house.room(slug)), db.merge(house.person("felix")), actor=None)
    house.site.hub.app = house.app
    reader = events.Reader(house.site.database, house.site.settings.run, house.site.hub.handle)
    house.site.hub.delivered_id = reader.last_id
    yield Ears(house, reader)
    reader.inbox.close()


def places(house: House) -> list[int]:
    made = house.program("ines").post("/direct", {"usernames": ["omar"]}).json
    assert made
    return [house.room("counter").id, house.room("lab").id, int(made["id"])]


def ask(answer: Any, *fine: int) -> Any:
    assert answer.status_code in fine, (answer.status_code, answer.text[:300])
    return answer


def be_busy(ears: Ears, room_id: int, ines: Visitor, omar: Visitor) -> int:
    """Everything that can happen in a chat happens once; the id of the message that stands afterwards."""
    program, messages = ears.house.program("ines"), f"/rooms/{room_id}/messages"
    root = int(ask(program.post(messages, {"body": "quicksilver #alembic"}), 201).json["id"])
    return be_busy_under(ears, room_id, root, ines, omar)


def be_busy_under(ears: Ears, room_id: int, root: int, ines: Visitor, omar: Visitor) -> int:
    program, messages = ears.house.program("ines"), f"/rooms/{room_id}/messages"
    ask(ines.post(f"/entries/{root}/edit", {"body": "quicksilver in the retort, @omar #alembic"}), 303)
    ask(ines.post(f"/entries/{root}/remove"), 200)
    ask(ines.post(f"/entries/{root}/restore"), 303)
    ask(omar.post(f"/entries/{root}/reactions", {"emoji": "👍"}), 303)
    ask(omar.post(f"/entries/{root}/pin", {"on": "1"}), 303)
    for shows in (False, True):
        ask(program.post(messages, {"body": "vial", "thread_id": root, "also_in_log": shows}), 201)
    ears.types(omar, room_id=room_id, thread_id=root)
    ask(ines.post(f"/chat/m/{root}/thread/read"), 303)
    return root


def be_loud(ears: Ears, room_id: int, root: int, ines: Visitor, omar: Visitor) -> None:
    """What is no answer to anything: something urgent, something forwarded, something with a file."""
    messages = f"/rooms/{room_id}/messages"
    ask(ears.house.program("ines").post(messages, {"body": "@omar the quicksilver boils", "urgent": True}), 201)
    ask(omar.post(f"/chat/m/{root}/forward", {"room_id": room_id, "body": "quicksilver again"}), 303)
    ears.types(ines, room_id=room_id)


def counts(house: House, username: str) -> dict[str, str]:
    """What every page and list says that might count something."""
    visitor, program = house.visitor(username), house.program(username)
    said = {}
    for path in COUNTED:
        answer = program.get(path.removeprefix("/api/v1")) if path.startswith("/api") else visitor.get(path)
        assert answer.status_code in (200, 404), path
        said[path] = f"{answer.status_code} {MOVING.sub('', without_token(answer))}"
    return said


def test_those_who_may_not_read_it_hear_and_count_nothing_of_a_busy_chat(ears: Ears) -> None:
    house = ears.house
    ines, omar = house.visitor("ines"), house.visitor("omar")
    rooms = places(house)
    before = {username: counts(house, username) for username in (*OUTSIDERS, "omar")}
    ears.listen(*OUTSIDERS, "omar")
    for room_id in rooms:
        root = be_busy(ears, room_id, ines, omar)
        be_loud(ears, room_id, root, ines, omar)
    ears.hear()
    for username in OUTSIDERS:
        assert ears.heard(username) == [], username
        assert ears.missed(username) == [], username
        after = counts(house, username)
        assert [path for path in COUNTED if after[path] != before[username][path]] == [], username
    heard = b"".join(ears.heard("omar"))
    for name in (b"added", b"changed", b"removed"):
        assert b"event: entry." + name in heard
    assert b"event: typing" in heard
    assert b"event: reaction.changed" in heard
    assert any("quicksilver" in each for each in ears.missed("omar"))
    after = counts(house, "omar")
    assert {"/chat/unread", "/search?q=quicksilver", "/notifications", "/tags/suggest?q=al"} <= {
        path for path in COUNTED if after[path] != before["omar"][path]
    }


@pytest.fixture
def newcomer(ears: Ears) -> int:
    """Pavel comes into the counter without what was said before; a thread from before goes on."""
    house = ears.house
    files = [(io.BytesIO(b"quicksilver"), "retort.txt")]
    sent = house.visitor("ines").post("/chat/counter/messages", {"body": "quicksilver #alembic", "files": files})
    old = int(sent.location.rpartition("/")[2])
    house.visitor("omar").post(f"/entries/{old}/pin", {"on": "1"})
    with house.site.database.write() as db:
        counter, pavel = db.merge(house.room("counter")), house.person("pavel")
        room_changes.set_member(db, counter, pavel, "member", actor=None, sees_history=False)
    return old


def test_an_older_thread_that_goes_on_is_neither_heard_nor_counted_by_a_newcomer(ears: Ears, newcomer: int) -> None:
    house, room_id = ears.house, ears.house.room("counter").id
    ines, omar = house.visitor("ines"), house.visitor("omar")
    before = counts(house, "pavel")
    ears.listen("pavel", "omar")
    be_busy_under(ears, room_id, newcomer, ines, omar)
    ears.hear()
    assert ears.heard("pavel") == []
    assert ears.missed("pavel") == []
    assert [path for path in COUNTED if counts(house, "pavel")[path] != before[path]] == []
    be_loud(ears, room_id, newcomer, ines, omar)
    ears.hear()
    heard = b"".join(ears.heard("pavel"))
    assert b"the quicksilver boils" in heard
    assert b"retort" not in heard
    assert house.visitor("pavel").get("/chat/unread").json["items"][0]["unread"] == 2  # type: ignore[index]


def test_who_comes_without_older_messages_finds_none_of_them_by_any_door(ears: Ears, newcomer: int) -> None:
    house, room_id = ears.house, ears.house.room("counter").id
    root = be_busy_under(ears, room_id, newcomer, house.visitor("ines"), house.visitor("omar"))
    forwarded = ask(house.visitor("omar").post(f"/chat/m/{root}/forward", {"room_id": room_id, "body": "see"}), 303)
    card = f"/entries/{forwarded.location.rpartition('/')[2]}/card"
    new = int(ask(house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "welcome"}), 201).json["id"])
    parts = (
        "",
        "?newest=1",
        f"?before={new}",
        f"?before={new}&part=log",
        "?after=1&part=log",
        f"?at={root}",
        "?date=2001-01-01",
    )
    answering = [f"/chat/counter{part}" for part in parts] + ["/chat/counter/pinned", "/chat/counter/files", card]
    hidden = [
        f"/chat/counter/t/{root}",
        f"/chat/counter/t/{root}?part=thread",
        f"/chat/m/{root}",
        f"/chat/m/{root}/thread",
    ]
    hidden += [
        f"/chat/m/{root}/forward",
        f"/entries/{root}/menu",
        f"/entries/{root}/history",
        "/attachments/1",
        f"/entries/{root}/card",
    ]
    pavel, omar, told = house.visitor("pavel"), house.visitor("omar"), 0
    for path in answering:
        assert not [word for word in SECRETS if word in ask(pavel.get(path), 200).text], path
        told += any(word in ask(omar.get(path), 200).text for word in SECRETS)
    assert told == len(answering)
    for path in hidden:
        assert pavel.get(path).status_code == 404, path
        assert omar.get(path).status_code in (200, 302), path
    theirs, ours = house.program("pavel"), house.program("omar")
    for query in ("", f"?before={new}", "?after=0"):
        found = [each["id"] for each in theirs.get(f"/rooms/{room_id}/messages{query}").json["items"]]  # type: ignore[index]
        assert not {root, root + 1, root + 2} & set(found), query
    assert theirs.get(f"/rooms/{room_id}/pinned").json["items"] == []  # type: ignore[index]
    assert len(ours.get(f"/rooms/{room_id}/pinned").json["items"]) == 1  # type: ignore[index]
    for path in (f"/entries/{root}/thread", f"/entries/{root}"):
        assert (theirs.get(path).status_code, ours.get(path).status_code) == (404, 200), path
    assert theirs.post(f"/rooms/{room_id}/messages", {"body": "me too", "thread_id": root}).status_code == 404
    assert theirs.get("/search?q=vial").json["items"] == []  # type: ignore[index]
    assert len(ours.get("/search?q=vial").json["items"]) == 2  # type: ignore[index]


def doors(house: House, slug: str) -> list[str]:
    """Every address of a chat, with a file, a thread and a forward in it."""
    files = [(io.BytesIO(b"quicksilver"), "retort.txt")]
    sent = ask(house.visitor("omar").post(f"/chat/{slug}/messages", {"body": "quicksilver", "files": files}), 303)
    root, room_id = int(sent.location.rpartition("/")[2]), house.room(slug).id
    ask(house.program("omar").post(f"/rooms/{room_id}/messages", {"body": "retort", "thread_id": root}), 201)
    with house.site.database.read() as db:
        attachment_id = entry_queries.attachments(db, [db.get_one(Entry, root)])[root][0].id
    return [
        f"/chat/{slug}", f"/chat/{slug}?part=log&after=0", f"/chat/{slug}/pinned", f"/chat/{slug}/files", f"/chat/{slug}/t/{root}",
        f"/chat/m/{root}", f"/chat/m/{root}/thread", f"/chat/m/{root}/forward", f"/entries/{root}/card", f"/entries/{root}/menu",
        f"/attachments/{attachment_id}", f"/api/v1/entries/{root}", f"/api/v1/entries/{root}/thread",
        f"/api/v1/rooms/{room_id}/messages",
    ]  # fmt: skip


def look(house: House, username: str, path: str) -> tuple[int, str]:
    if path.startswith("/api/v1"):
        answer = house.program(username).get(path.removeprefix("/api/v1"))
    else:
        answer = house.visitor(username).get(path)
    kept = (
        ""
        if answer.status_code != 404
        else re.sub(r"/[\w?=&/]*\d+[\w?=&/]*", "", MOVING.sub("", without_token(answer)))
    )
    return answer.status_code, kept


def test_what_becomes_secret_is_gone_for_old_readers_in_every_door_at_once(ears: Ears) -> None:
    house = ears.house
    paths = doors(house, "library")
    root = int(re.findall(r"/chat/m/(\d+)", paths[5])[0])
    carrier = ask(house.visitor("omar").post(f"/chat/m/{root}/forward", {"room_id": house.room("everyone").id}), 303)
    card = f"/entries/{carrier.location.rpartition('/')[2]}/card"
    assert {look(house, "pavel", path)[0] for path in paths} <= {200, 302}
    assert "quicksilver" in house.visitor("pavel").get(card).text
    ears.listen("pavel")
    ask(house.visitor("omar").post("/rooms/library/settings/access", {"access": "secret", "sure": "1"}), 303)
    assert house.room("library").access == "secret"
    for path in paths:
        assert look(house, "pavel", path)[0] == 404, path
        assert look(house, "omar", path)[0] in (200, 302), path
    assert "quicksilver" not in house.visitor("pavel").get(card).text
    for query in ("quicksilver", "retort"):
        assert house.program("pavel").get(f"/search?q={query}").json["items"] == []  # type: ignore[index]
    house.program("omar").post(f"/rooms/{house.room('library').id}/messages", {"body": "retort"})
    ears.hear()
    assert b"retort" not in b"".join(ears.heard("pavel"))


def test_who_is_taken_out_of_a_channel_is_a_stranger_to_it_at_once(ears: Ears) -> None:
    house = ears.house
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("lab")), house.person("pavel"), "member", actor=None)
    paths = doors(house, "lab")
    house.program("omar").post(f"/rooms/{house.room('lab').id}/messages", {"body": "@pavel quicksilver"})
    catch_up(house)
    total = house.visitor("pavel").get("/chat/unread").json["total"]  # type: ignore[index]
    assert total == 1
    ears.listen("pavel")
    taken = house.program("omar").ask("DELETE", f"/rooms/{house.room('lab').id}/members/pavel")
    assert taken.status_code == 204
    for path in paths:
        assert look(house, "pavel", path)[0] == 404, path
    assert house.visitor("pavel").get("/chat/unread").json["total"] == 0  # type: ignore[index]
    assert house.program("pavel").get("/search?q=quicksilver").json["items"] == []  # type: ignore[index]
    house.program("omar").post(f"/rooms/{house.room('lab').id}/messages", {"body": "retort"})
    ears.hear()
    heard = ears.heard("pavel")
    assert b"retort" not in b"".join(heard)
    assert b"event: member.removed" in b"".join(heard)


def test_a_message_that_is_taken_away_is_gone_for_everyone_but_the_bin(ears: Ears) -> None:
    house = ears.house
    paths = [path for path in doors(house, "library") if re.search(r"/(m|t|entries|attachments)/", path)]
    root = int(re.findall(r"/chat/m/(\d+)", " ".join(paths))[0])
    carrier = ask(house.visitor("omar").post(f"/chat/m/{root}/forward", {"room_id": house.room("everyone").id}), 303)
    assert {look(house, "pavel", path)[0] for path in paths} <= {200, 302}
    ask(house.visitor("omar").post(f"/entries/{root}/remove"), 200)
    for username in ("pavel", "omar"):
        for path in paths:
            assert look(house, username, path)[0] == 404, (username, path)
        assert house.program(username).get("/search?q=quicksilver").json["items"] == []  # type: ignore[index]
        assert (
            "quicksilver"
            not in house.visitor(username).get(f"/entries/{carrier.location.rpartition('/')[2]}/card").text
        )
        assert "quicksilver" not in house.visitor(username).get("/chat/library").text
    assert house.visitor("pavel").post(f"/entries/{root}/restore").status_code == 404
    ask(house.visitor("omar").post(f"/entries/{root}/restore"), 303)
    assert "quicksilver" in house.visitor("pavel").get("/chat/library").text


def test_what_was_said_to_somebody_and_taken_away_is_counted_no_more(ears: Ears) -> None:
    house = ears.house
    said = ask(
        house.program("omar").post(f"/rooms/{house.room('counter').id}/messages", {"body": "@ines quicksilver"}), 201
    )
    catch_up(house)

    def counted() -> tuple[int, int]:
        found = house.visitor("ines").get("/chat/unread").json
        assert found
        return found["total"], next(each["addressed"] for each in found["items"] if each["url"] == "/chat/counter")

    assert counted() == (1, 1)
    ask(house.visitor("omar").post(f"/entries/{said.json['id']}/remove"), 200)
    assert counted() == (0, 0)


def test_an_older_thread_is_new_to_nobody_who_came_later(ears: Ears, newcomer: int) -> None:
    """The answer stands in the log too, behind what Pavel has read."""
    house, room_id = ears.house, ears.house.room("counter").id
    with house.site.database.write() as db:
        db.execute(update(Membership).where(Membership.room_id == room_id).values(chat_read_to=newcomer))
    sent = {"body": "vial", "thread_id": newcomer, "also_in_log": True}
    ask(house.program("ines").post(f"/rooms/{room_id}/messages", sent), 201)

    def unread(username: str) -> int:
        items = house.visitor(username).get("/chat/unread").json["items"]  # type: ignore[index]
        return next(int(each["unread"]) for each in items if each["url"] == "/chat/counter")

    assert (unread("pavel"), unread("omar")) == (0, 1)
