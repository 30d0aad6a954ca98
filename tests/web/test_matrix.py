"""Every route, every role, every kind of room: the answer is what the policy table says (A27, scoreboard S1)."""

import io
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.entries.changes import NewAttachment
from intranet.core.models import Attachment, Blob, JoinRequest, Membership, Person, Room
from intranet.core.rooms import changes as room_changes
from intranet.features.announcements.models import Announcement
from intranet.features.chat.models import Asked, Urgent
from intranet.features.links.models import EntryLink, LinkCard
from intranet.features.moderation.models import Report
from intranet.kernel import clock
from intranet.kernel.db import sqlite
from intranet.testing.house import House, Visitor
from intranet.web.routing import RouteInfo, list_routes

TABLE = tomllib.loads((Path(__file__).parent / "policy.toml").read_text("utf-8"))
ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
ROLES, STATES = TABLE["roles"], TABLE["states"]
CAST = {"outsider": "pavel", "admin": "rosa", "guest": "gusta", "member": "omar", "keeper": "ines", "disabled": "dario"}
# What a request carries, so that it is refused for who asks and never for what it says.
GIVEN = {
    "body": "words", "words": "words", "name": "Name", "emoji": "👍", "role": "member", "access": "closed", "username": "omar",
    "reason": "rude", "decision": "keep", "days": "7", "email": "someone@elsewhere.example", "loudness": "normal",
    "when": "1h",
}  # fmt: skip
LINK = "https://elsewhere.example/page"
WORDS = f"#plan {LINK}"
NOWHERE = 999_999
ANYTHING = defaultdict(
    lambda: NOWHERE, {"username": "omar", "name": "default", "path": "tokens.css", "directory": "none", "do": "disable"}
)
ABOUT_MESSAGES = re.compile(r"/chat/|/entries/<id:entry_id>/(?:thread|follow|seen|reminders|forward)$")
OF_A_ROOM = {"slug", "room_id", "entry_id", "attachment_id"}


class Board:
    """A house with everything in every kind of room, put back after each change that went through."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.things = {state: _furnish(house, state) for state in STATES}
        self.visitors = {role: house.visitor(username) for role, username in CAST.items()} | {"nobody": house.visitor()}
        for visitor in self.visitors.values():
            visitor.token()
        with house.site.database.write() as db:
            people.disable(db, db.get_one(Person, house.person("dario").id))
        self._cookies = {role: each.client.get_cookie("intranet") for role, each in self.visitors.items()}
        self._kept = sqlite.connect(":memory:")
        with closing(sqlite.connect(house.site.settings.database)) as now:
            now.backup(self._kept)

    def restore(self) -> None:
        with closing(sqlite.connect(self.house.site.settings.database)) as now:
            self._kept.backup(now)
        for role, cookie in self._cookies.items():
            self.visitors[role].client.set_cookie("intranet", cookie.value if cookie else "")
        self.house.site.forget_values()
        self.house.site.forget_people()
        self.house.site.fragments.clear()

    def ask(self, role: str, route: RouteInfo, things: dict[str, Any]) -> str:
        """One letter: `+` let through, `!` refused, `-` not there, `?` asked to sign in. Raises for a fault of ours."""
        path = path_of(route, things)
        answer = _send(self.visitors[role], route.method, path, {**GIVEN, **things})
        if route.method != "GET" and answer.status_code < 400:
            self.restore()
        if answer.status_code >= 500:
            raise AssertionError(f"{role} {route.method} {path}: {answer.status_code}")
        leads_to_sign_in = route.method == "GET" and answer.headers.get("Location", "").startswith("/login")
        if answer.status_code == 401 or leads_to_sign_in:
            return "?"
        return {403: "!", 404: "-"}.get(answer.status_code, "+")


def _send(visitor: Visitor, method: str, path: str, values: dict[str, Any]) -> Any:
    headers = {"X-CSRFToken": visitor.csrf}
    if method == "GET":
        return visitor.client.get(path, buffered=not path.startswith(("/live", "/api/v1/events")))
    if path.startswith("/api/v1"):
        return visitor.client.open(path, method=method, json=values, headers=headers)
    return visitor.client.open(path, method=method, data=values, headers=headers)


def _furnish(house: House, state: str) -> dict[str, Any]:
    """A room of that kind, and one of each thing in it. The member wrote what stands there."""
    with house.site.database.write() as db:
        cast = {
            role: db.get_one(Person, house.person(username).id) for role, username in CAST.items() if role != "disabled"
        }
        access = state if state in ("open", "closed") else "secret"
        kind = "direct" if state == "direct" else "team"
        room = room_changes.add(db, creator=cast["keeper"], name=f"Room {state}", access=access, kind=kind)
        if state == "direct":
            db.get_one(Membership, (room.id, cast["keeper"].id)).role = "member"
        else:
            room_changes.set_member(db, room, cast["guest"], "guest", actor=None)
        room_changes.set_member(db, room, cast["member"], "member", actor=None)
        things = {"slug": room.slug, "room_id": room.id, "room": room.slug, **_say(db, room, cast["member"])}
        _ask_to_join(db, room)
        _make_known(db, things["entry_id"], room, cast["keeper"])
        _ask_whether_seen(db, things["message_id"], cast["member"], cast["keeper"])
        room.cover = PICTURE
    things |= _by_keeper(house, room.id)
    if state == "archived":
        with house.site.database.write() as db:
            room_changes.archive(db, db.get_one(Room, room.id), db.get_one(Person, cast["keeper"].id), archived=True)
    return things


def _say(db: Any, room: Room, author: Person) -> dict[str, Any]:
    picture = NewAttachment(PICTURE, len(BYTES), "plan.webp", "image/webp", "a plan", 8, 8)
    post = entry_changes.add(db, kind="post", room_id=room.id, author=author, body=WORDS, attachments=[picture])
    entry_changes.add(db, kind="comment", room_id=room.id, author=author, body="below", parent=post)
    removed = entry_changes.add(db, kind="post", room_id=room.id, author=author, body="removed")
    entry_changes.remove(db, removed, author)
    attachment = db.query(Attachment).where(Attachment.entry_id == post.id).one()
    message = entry_changes.add(db, kind="message", room_id=room.id, author=author, body="words", in_log=True)
    return {"entry_id": post.id, "attachment_id": attachment.id, "removed_id": removed.id, "message_id": message.id}


def _ask_whether_seen(db: Any, message_id: int, author: Person, asked: Person) -> None:
    """The message is urgent and asks the keeper."""
    db.add(Urgent(entry_id=message_id, author_id=author.id, at=clock.now()))
    db.flush()
    db.add(Asked(entry_id=message_id, person_id=asked.id))


def _ask_to_join(db: Any, room: Room) -> None:
    asker = people.find_by_username(db, "quentin")
    db.add(JoinRequest(room_id=room.id, person_id=asker.id, words="Let me in", at=clock.now()))


def _make_known(db: Any, entry_id: int, room: Room, reporter: Person) -> None:
    """The post is an announcement, has a card of its link, and somebody reported it."""
    until = clock.now() + timedelta(days=7)
    db.add(Announcement(entry_id=entry_id, ends_at=until, sets={}))
    db.add(Report(entry_id=entry_id, room_id=room.id, reporter_id=reporter.id, reason="rude", at=clock.now()))
    card = LinkCard(url_hash=f"card {room.id}", url=LINK, title="A page", picture=PICTURE, fetched_at=clock.now())
    db.add(card)
    db.flush()
    db.add(EntryLink(entry_id=entry_id, url_hash=card.url_hash, card_id=card.id))


def _by_keeper(house: House, room_id: int) -> dict[str, Any]:
    """A code and a rule, where a keeper can make them."""
    program = house.program(CAST["keeper"])
    invite = program.post(f"/rooms/{room_id}/invites")
    rule = program.post(f"/rooms/{room_id}/rules", {"field": "department", "value": "Nobody's", "role": "member"})
    made = {"invite_id": invite, "rule_id": rule}
    return {name: answer.json["id"] if answer.status_code == 201 else NOWHERE for name, answer in made.items()}


def _bytes() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "WEBP")
    return raw.getvalue()


BYTES = _bytes()
PICTURE = sha256(BYTES).hexdigest()


@pytest.fixture
def board(house: House) -> Iterator[Board]:
    house.site.blobs.put(io.BytesIO(BYTES), limit=10_000)
    with house.site.database.write() as db:
        db.merge(Blob(sha256=PICTURE, size=len(BYTES), created_at=clock.now()))
        people.add(db, username="quentin", name="Quentin Asks")
        people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
        people.add(db, username="dario", name="Dario Gone")
    yield Board(house)


def name_of(route: RouteInfo) -> str:
    return f"{route.method} {route.path}"


def takes_a_room(route: RouteInfo) -> bool:
    return bool(OF_A_ROOM & set(ARGUMENT.findall(route.path)))


def path_of(route: RouteInfo, things: dict[str, Any]) -> str:
    """The route's address for the things of one room."""
    given = {"emoji": "👍", "kind": "svg", "username": "quentin" if "/requests/" in route.path else "omar", **things}
    if route.path.endswith("<id:entry_id>/restore"):
        given["entry_id"] = things["removed_id"]
    elif ABOUT_MESSAGES.search(route.path):
        given["entry_id"] = things.get("message_id", NOWHERE)
    return ARGUMENT.sub(lambda found: str(given.get(found[1], NOWHERE)), route.path)


def test_every_route_stands_in_the_table_and_nothing_else_does(house: House) -> None:
    there = {name_of(route) for route in list_routes(house.app)}
    assert there == set(TABLE["routes"])


def test_what_is_answered_is_what_the_table_says(board: Board) -> None:
    wrong: list[str] = []
    seen: Counter[str] = Counter()
    for route in list_routes(board.house.app):
        policy = TABLE["routes"][name_of(route)]
        if not takes_a_room(route):
            continue
        for state in STATES:
            expected = TABLE["policies"][policy][state]
            answered = "".join(board.ask(role, route, board.things[state]) for role in ROLES)
            outside = "".join(board.ask(role, route, board.things[state]) for role in ("nobody", "disabled"))
            seen.update(answered)
            if (answered, outside) != (expected, "??"):
                wrong.append(f"{name_of(route)} [{policy}] {state}: {answered}{outside}, not {expected}??")
    assert not wrong, "\n".join(wrong)
    assert min(seen[letter] for letter in "+!-") > 50, seen


def test_routes_without_a_room_are_for_whom_the_table_says(board: Board) -> None:
    wrong = []
    for route in (each for each in list_routes(board.house.app) if not takes_a_room(each)):
        policy = TABLE["routes"][name_of(route)]
        nobody, disabled, outsider, admin = (
            board.ask(role, route, ANYTHING) for role in ("nobody", "disabled", "outsider", "admin")
        )
        held = (
            {nobody, disabled} == {"?"} and admin != "?" and (outsider == "-" if policy == "admin" else outsider != "?")
        )
        if held == (policy == "public") or policy not in ("public", "person", "admin"):
            wrong.append(f"{name_of(route)} [{policy}]: {nobody}{disabled}{outsider}{admin}")
    assert not wrong, "\n".join(wrong)
