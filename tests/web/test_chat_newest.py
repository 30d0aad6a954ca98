"""What was said last stands in the list of conversations, for those alone who may read it."""

import io
import re

from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House
from tests.web.test_chat_listing import direct, say


def newest(house: House, username: str) -> dict[str, str]:
    found = house.visitor(username).get("/chat/unread?newest=1").json
    assert found
    return {each["url"]: each["newest"]["words"] for each in found["items"] if "newest" in each}


def shown(house: House, username: str) -> list[str]:
    return re.findall(r'<span class="meta newest" dir="auto">([^<]*)</span>', house.visitor(username).get("/chat").text)


def test_each_conversation_says_who_said_what_last(house: House) -> None:
    workshop, room_id = house.room("workshop").id, direct(house, "ines", "omar")
    say(house, "ines", workshop, "**Soup** for @omar & all")
    say(house, "ines", room_id, "between us")
    assert newest(house, "omar") == {
        "/chat/workshop": "Ines Alba: Soup for @Omar Said & all", f"/chat/dm/{room_id}": "between us",
    }  # fmt: skip
    assert newest(house, "ines")[f"/chat/dm/{room_id}"] == "You: between us"
    assert set(shown(house, "omar")) == {"Ines Alba: Soup for @Omar Said &amp; all", "between us", ""}
    assert newest(house, "pavel") == {}
    assert set(shown(house, "pavel")) == {""}


def test_it_is_what_stands_last_now(house: House) -> None:
    workshop = house.room("workshop").id
    first, second = (say(house, "ines", workshop, words) for words in ("one", "two"))
    house.program("ines").post(f"/rooms/{workshop}/messages", {"body": "aside", "thread_id": first})
    assert newest(house, "omar")["/chat/workshop"] == "Ines Alba: two"
    house.program("ines").ask("PATCH", f"/entries/{second}", json={"body": "three"})
    assert newest(house, "omar")["/chat/workshop"] == "Ines Alba: three"
    house.program("ines").ask("DELETE", f"/entries/{second}")
    assert newest(house, "omar")["/chat/workshop"] == "Ines Alba: one"
    house.program("ines").ask("DELETE", f"/entries/{first}")
    assert newest(house, "omar") == {}


def test_what_was_said_before_somebody_came_in_stands_in_no_line(house: House) -> None:
    workshop = house.room("workshop").id
    say(house, "ines", workshop, "an old secret")
    with house.site.database.write() as db:
        room_changes.set_member(
            db, house.room("workshop"), house.person("pavel"), "member", actor=None, sees_history=False
        )
    assert newest(house, "pavel") == {}
    assert "an old secret" not in house.visitor("pavel").get("/chat").text
    say(house, "ines", workshop, "welcome")
    assert newest(house, "pavel") == {"/chat/workshop": "Ines Alba: welcome"}


def test_what_has_no_words_is_named_and_what_has_many_is_cut(house: House) -> None:
    room_id, workshop = direct(house, "ines", "omar"), house.room("workshop").id
    message = say(house, "ines", workshop, "word " * 400)
    words = newest(house, "omar")["/chat/workshop"]
    assert words.startswith("Ines Alba: word word")
    assert words.endswith("word…")
    assert len(words) < 140
    house.program("ines").post(f"/entries/{message}/forward", {"room_id": room_id})
    assert newest(house, "omar")[f"/chat/dm/{room_id}"] == "A forwarded message"
    house.visitor("ines").post(
        f"/chat/dm/{room_id}/messages", {"body": "", "files": (io.BytesIO(b"a,b\n"), "list.csv")}
    )
    assert newest(house, "omar")[f"/chat/dm/{room_id}"] == "A picture or a file"
    assert newest(house, "ines")[f"/chat/dm/{room_id}"] == "You: A picture or a file"
