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
from intranet.core.house import save_value
from intranet.testing.house import House

OF_A_ROOM = {"slug", "room_id", "entry_id", "attachment_id", "draft_id", "draft_file_id"}
OF_A_PERSON = {"session_id", "token_id", "passkey_id"}
NOWHERE = {
    "slug": "nowhere", "room_id": 999_999, "entry_id": 999_999, "attachment_id": 999_999, "session_id": 999_999, "passkey_id": 999_999,
    "token_id": 999_999, "draft_id": 999_999, "draft_file_id": 999_999,
}  # fmt: skip
CHANGING = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|\b(nowhere|workshop)\b|/\d+\b')
GIVEN = {
    "body": "x",
    "emoji": "👍",
    "role": "member",
    "name": "x",
    "access": "open",
    "username": "pavel",
    "entry_id": 1,
}


@dataclass(frozen=True)
class Call:
    method: str
    rule: Rule

    def path(self, values: dict[str, object]) -> str:
        given = {"username": "omar", "emoji": "👍", **values}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), self.rule.rule)


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
    assert house.visitor("ines").post("/rooms/workshop/posts", {"body": "secret", "files": files}).status_code == 303
    post = house.program("ines").get("/feed").json["items"][0]  # type: ignore[index]
    later = {
        "body": "secret",
        "publish_at": f"{datetime.now() + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "files": [(io.BytesIO(b"x"), "x.txt")],
    }
    assert house.visitor("ines").post("/rooms/workshop/posts", later).status_code == 303
    own = {"draft_id": 1, "draft_file_id": 1}
    return {"slug": "workshop", "room_id": house.room("workshop").id, "entry_id": post["id"], "attachment_id": 1, **own}


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
    assert house.program("omar").get(f"/entries/{secret['entry_id']}").json["body"] == "secret"  # type: ignore[index]


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
