"""What is not yours answers like what never existed: every route, by every id it takes (A17, A18, A27)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from PIL import Image
from werkzeug.routing import Rule

from intranet.core import sessions, tokens
from intranet.core.entries.changes import NewAttachment
from intranet.core.house import save_value
from intranet.features.announcements.models import Announcement
from intranet.features.links import changes as link_changes
from intranet.features.links.changes import Preview
from intranet.kernel import clock
from intranet.testing.house import House

LINK = "https://elsewhere.example/plan"
OF_A_ROOM = {"slug", "room_id", "entry_id", "attachment_id", "draft_id", "draft_file_id"}
OF_A_PERSON = {"session_id", "token_id", "passkey_id"}
NOWHERE = {
    "slug": "nowhere", "room_id": 999_999, "entry_id": 999_999, "attachment_id": 999_999, "session_id": 999_999, "passkey_id": 999_999,
    "token_id": 999_999, "invite_id": 999_999, "draft_id": 999_999, "draft_file_id": 999_999,
}  # fmt: skip
UNDER_A_ROOM = {"rule_id": 1}  # of whichever room
CHANGING = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|\b(nowhere|workshop)\b|/\d+\b')
ABOUT_MESSAGES = re.compile(r"/chat/|/entries/<id:entry_id>/(?:thread|follow|seen|reminders|forward)$")
GIVEN = {
    "body": "x",
    "emoji": "👍",
    "role": "member",
    "name": "x",
    "access": "open",
    "username": "pavel",
    "entry_id": 1,
    "loudness": "all",
    "field": "department",
    "value": "Sales",
}


@dataclass(frozen=True)
class Call:
    method: str
    rule: Rule

    def path(self, values: dict[str, object]) -> str:
        given = {"username": "omar", "emoji": "👍", "kind": "svg", **UNDER_A_ROOM, **values}
        if "message_id" in given and ABOUT_MESSAGES.search(self.rule.rule):
            given["entry_id"] = given["message_id"]
        return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: str(given[found[1]]), self.rule.rule)


def calls(house: House, arguments: set[str]) -> Iterator[Call]:
    for rule in house.app.url_map.iter_rules():
        if rule.arguments & arguments:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Call(method, rule)


@pytest.fixture
def secret(house: House) -> dict[str, object]:
    """The ids of everything in a secret room that Pavel is not in."""
    with house.site.database.write() as db:
        save_value(db, "posts.seen_by", True)
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    files = [(io.BytesIO(raw.getvalue()), "plan.png")]
    ines = house.visitor("ines")
    assert ines.post("/rooms/workshop/posts", {"body": f"secret {LINK}", "files": files}).status_code == 303
    cover = {"cover": (io.BytesIO(raw.getvalue()), "cover.png")}
    assert ines.post("/rooms/workshop/settings/look", cover).status_code == 303
    post = house.program("ines").get("/feed").json["items"][0]  # type: ignore[index]
    add_card(house, post["id"], post["files"][0]["sha256"])
    with house.site.database.write() as db:
        db.add(Announcement(entry_id=post["id"], ends_at=clock.now() + timedelta(days=1), sets={}))
    later = {
        "body": "secret",
        "publish_at": f"{datetime.now() + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "files": [(io.BytesIO(b"x"), "x.txt")],
    }
    assert ines.post("/rooms/workshop/posts", later).status_code == 303
    room_id = house.room("workshop").id
    invite = house.program("ines").post(f"/rooms/{room_id}/invites").json
    said = house.program("ines").post(f"/rooms/{room_id}/messages", {"body": "@omar secret", "urgent": True}).json
    return {
        "slug": "workshop", "room_id": room_id, "entry_id": post["id"], "attachment_id": 1, "invite_id": invite["id"],  # type: ignore[index]
        "draft_id": 1, "draft_file_id": 1, "message_id": said["id"],  # type: ignore[index]
    }  # fmt: skip


def add_card(house: House, entry_id: int, sha256: str) -> None:
    with house.site.database.write() as db:
        picture = NewAttachment(sha256, 1, "", "image/webp", width=8, height=8)
        card = link_changes.keep(db, LINK, Preview("Plan", "", "", picture))
        link_changes.attach(db, entry_id, LINK, card, "")


def ask(house: House, username: str, call: Call, path: str) -> tuple[int, str]:
    """Status and words of an answer, without what differs between any two answers."""
    if path.startswith("/api/v1"):
        answer = house.program(username).ask(call.method, path.removeprefix("/api/v1"), json=GIVEN)
    elif call.method == "GET":
        answer = house.visitor(username).get(path)
    else:
        answer = house.visitor(username).post(path, GIVEN)
    return answer.status_code, CHANGING.sub("", answer.data.decode("utf-8", "replace"))


def test_a_secret_room_answers_an_outsider_like_no_room_in_every_route(house: House, secret: dict[str, object]) -> None:
    asked = list(calls(house, OF_A_ROOM))
    assert len(asked) > 30
    for call in asked:
        hidden = ask(house, "pavel", call, call.path(secret))
        assert hidden[0] == 404, (call.method, call.rule.rule, hidden[0])
        assert hidden == ask(house, "pavel", call, call.path(NOWHERE)), (call.method, call.rule.rule)
    assert house.program("omar").get(f"/entries/{secret['entry_id']}").json["body"] == f"secret {LINK}"  # type: ignore[index]


def test_who_was_taken_out_of_a_room_is_an_outsider_in_every_route(house: House, secret: dict[str, object]) -> None:
    path = f"/rooms/{secret['room_id']}/members/omar"
    assert house.program("omar").get(f"/rooms/{secret['room_id']}").status_code == 200
    assert house.program("ines").ask("DELETE", path).status_code in (200, 204)
    for call in calls(house, OF_A_ROOM):
        assert ask(house, "omar", call, call.path(secret))[0] == 404, (call.method, call.rule.rule)


def test_members_get_through_the_same_routes(house: House, secret: dict[str, object]) -> None:
    seen = {ask(house, "ines", call, call.path(secret))[0] for call in calls(house, OF_A_ROOM) if call.method == "GET"}
    assert seen <= {200, 302}


def test_sessions_and_tokens_of_others_cannot_be_ended(house: House) -> None:
    program, ines = house.program("ines"), house.visitor("ines")
    with house.site.database.read() as db:
        theirs = {
            "session_id": sessions.list_for(db, house.person("ines").id)[0].id,
            "token_id": tokens.list_for(db, house.person("ines").id)[0].id,
            "passkey_id": 1,
        }
    asked = list(calls(house, OF_A_PERSON))
    assert len(asked) == len(OF_A_PERSON)
    for call in asked:
        assert ask(house, "pavel", call, call.path(theirs)) == ask(house, "pavel", call, call.path(NOWHERE))
        assert ask(house, "pavel", call, call.path(theirs))[0] == 404
    assert program.get("/me").status_code == 200
    assert ines.get("/rooms").status_code == 200
