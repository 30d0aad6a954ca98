"""Every route, every role, every kind of room: the answer is what the policy table says (A27, scoreboard S1)."""

import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.entries.changes import NewAttachment
from intranet.core.models import Attachment, Membership, Person, Room
from intranet.core.rooms import changes as room_changes
from intranet.kernel.db import sqlite
from intranet.testing.house import House, Visitor
from intranet.web.routing import RouteInfo, list_routes

TABLE = tomllib.loads((Path(__file__).parent / "policy.toml").read_text("utf-8"))
ROLES, STATES = TABLE["roles"], TABLE["states"]
CAST = {"outsider": "pavel", "admin": "rosa", "guest": "gusta", "member": "omar", "keeper": "ines", "disabled": "dario"}
# What a request carries, so that it is refused for who asks and never for what it says.
GIVEN = {
    "body": "words", "words": "words", "name": "Name", "emoji": "👍", "role": "member", "access": "closed", "username": "omar",
    "reason": "rude", "decision": "keep", "days": "7", "email": "someone@elsewhere.example", "loudness": "normal",
}  # fmt: skip
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
        self._kept = sqlite.connect(":memory:")
        with closing(sqlite.connect(house.site.settings.database)) as now:
            now.backup(self._kept)

    def restore(self) -> None:
        with closing(sqlite.connect(self.house.site.settings.database)) as now:
            self._kept.backup(now)
        self.house.site.forget_values()
        self.house.site.forget_people()
        self.house.site.fragments.clear()

    def ask(self, role: str, route: RouteInfo, things: dict[str, Any]) -> str:
        """One letter: `+` let through, `!` refused, `-` not there, `?` asked to sign in. Raises for a fault of ours."""
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(things[found[1]]), route.path)
        answer = _send(self.visitors[role], route.method, path, {**GIVEN, **things})
        if route.method != "GET" and answer.status_code < 400:
            self.restore()
        if answer.status_code >= 500:
            raise AssertionError(f"{role} {route.method} {path}: {answer.status_code}")
        if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login"):
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
        cast = {role: db.get_one(Person, house.person(username).id) for role, username in CAST.items() if role != "disabled"}
        access = state if state in ("open", "closed") else "secret"
        kind = "direct" if state == "direct" else "team"
        room = room_changes.add(db, creator=cast["keeper"], name=f"Room {state}", access=access, kind=kind)
        if state == "direct":
            db.get_one(Membership, (room.id, cast["keeper"].id)).role = "member"
        else:
            room_changes.set_member(db, room, cast["guest"], "guest", actor=None)
        room_changes.set_member(db, room, cast["member"], "member", actor=None)
        things = {"slug": room.slug, "room_id": room.id, "room": room.slug, **_say(db, room, cast["member"])}
        if state == "archived":
            room_changes.archive(db, room, cast["keeper"], archived=True)
    return {**things, "state": state}


def _say(db: Any, room: Room, author: Person) -> dict[str, Any]:
    picture = NewAttachment(PICTURE, len(BYTES), "plan.webp", "image/webp", "a plan", 8, 8)
    post = entry_changes.add(db, kind="post", room_id=room.id, author=author, body="#plan", attachments=[picture])
    entry_changes.add(db, kind="comment", room_id=room.id, author=author, body="below", parent=post)
    attachment = db.query(Attachment).where(Attachment.entry_id == post.id).one()
    return {"entry_id": post.id, "attachment_id": attachment.id}


def _bytes() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "WEBP")
    return raw.getvalue()


BYTES = _bytes()
PICTURE = ""


@pytest.fixture
def board(house: House) -> Iterator[Board]:
    global PICTURE
    PICTURE = house.site.blobs.put(io.BytesIO(BYTES), limit=10_000).sha256
    with house.site.database.write() as db:
        people.add(db, username="gusta", name="Gusta Guest", is_guest=True)
        people.add(db, username="dario", name="Dario Gone")
    yield Board(house)


def name_of(route: RouteInfo) -> str:
    return f"{route.method} {route.path}"


def takes_a_room(route: RouteInfo) -> bool:
    return bool(OF_A_ROOM & set(re.findall(r"<(?:\w+:)?(\w+)>", route.path)))


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
