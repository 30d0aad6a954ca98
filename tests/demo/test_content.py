"""The fictional company holds together: whoever and whatever its texts name exists."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from intranet.core.entries.words import is_emoji
from intranet.demo import CONTENT, PICTURES
from intranet.kernel.text import find_mentioned, render

LONGEST_AGO_MIN = 46 * 24 * 60
PICTURE_CAP = 60_000  # bytes: the trial must come up quickly
ACCESS = {"open", "closed", "secret"}
FILLER = re.compile(r"lorem ipsum|\bTODO\b|\bfoo\b|asdf", re.IGNORECASE)
ROOM_LINK = re.compile(r"\(/rooms/([a-z0-9-]+)\)")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


PEOPLE: dict[str, dict[str, Any]] = {each["username"]: each for each in _toml("people.toml")["people"]}
ROOMS: dict[str, dict[str, Any]] = {each["slug"]: each for each in _toml("rooms.toml")["rooms"]}


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONTENT / name).read_text(encoding="utf-8").splitlines()]


POSTS, CHAT = _lines("posts.jsonl"), _lines("chat.jsonl")


def _said() -> Iterator[tuple[dict[str, Any], str]]:
    """Every post and comment, with the slug of its room."""
    for post in POSTS:
        yield post, post["room"]
        yield from ((comment, post["room"]) for comment in post["comments"])


def _inside(slug: str) -> set[str]:
    room = ROOMS[slug]
    return set(PEOPLE) if room["kind"] == "company" else {*room.get("members", []), *room["keepers"]}


def test_the_company_names_a_visitor_who_works_there_and_is_no_administrator() -> None:
    company = _toml("company.toml")
    assert company["name"] == "Officine Aurora"
    assert not PEOPLE[company["visitor"]].get("is_admin")


def test_there_are_two_hundred_posts_from_the_last_weeks() -> None:
    assert len(POSTS) == 200
    assert all(0 < each["minutes_ago"] < LONGEST_AGO_MIN for each, _ in _said())


def test_no_user_name_slug_or_address_is_taken_twice() -> None:
    assert len(PEOPLE) == len(_toml("people.toml")["people"]) == 24
    assert len(ROOMS) == len(_toml("rooms.toml")["rooms"])
    assert len({each["email"] for each in PEOPLE.values()}) == len(PEOPLE)


def test_every_manager_exists_and_the_chart_ends_at_one_person() -> None:
    assert [name for name, each in PEOPLE.items() if "manager" not in each] == ["paolo.aurora"]
    for name in PEOPLE:
        above = [name]
        while manager := PEOPLE[above[-1]].get("manager"):
            assert manager not in above
            above.append(manager)


@pytest.mark.parametrize("slug", ROOMS)
def test_a_room_is_described_kept_and_filled_by_people_who_exist(slug: str) -> None:
    room = ROOMS[slug]
    assert room["description"]
    assert room["access"] in ACCESS
    assert 0 <= room["hue"] <= 35
    assert room["keepers"]
    assert _inside(slug) <= set(PEOPLE)
    assert any(said.get("room") == slug for said in (CHAT if room["kind"] == "channel" else POSTS))


def test_the_visitor_sees_most_rooms_and_not_all() -> None:
    unseen = {slug for slug in ROOMS if _toml("company.toml")["visitor"] not in _inside(slug)}
    assert unseen == {"board"}


def test_people_speak_and_react_only_in_rooms_they_are_in() -> None:
    for each, slug in _said():
        present = {each["author"]}.union(*each["reactions"].values())
        assert present <= _inside(slug), (slug, each["body"][:60])


def test_people_chat_only_where_they_are() -> None:
    for said in CHAT:
        inside = set(said["people"]) if "people" in said else _inside(said["room"])
        for each in (said, *said.get("thread", [])):
            present = {each["author"], *find_mentioned(each["body"])}.union(*each.get("reactions", {}).values())
            assert present <= inside, each["body"][:60]


def test_one_announcement_is_read_by_half_of_those_whom_it_asks() -> None:
    (post,) = [each for each in POSTS if "announcement" in each]
    asked = _inside(post["room"]) - {post["author"]}
    assert set(post["announcement"]["read_by"]) <= asked - {_toml("company.toml")["visitor"]}
    assert abs(len(post["announcement"]["read_by"]) - len(asked) / 2) <= 1


def test_every_mention_is_of_someone_in_the_room() -> None:
    mentions = Counter(name for each, _ in _said() for name in find_mentioned(each["body"]))
    assert mentions
    for each, slug in _said():
        assert find_mentioned(each["body"]) <= _inside(slug), each["body"][:60]


def test_links_to_rooms_lead_somewhere() -> None:
    linked = [slug for each, _ in _said() for slug in ROOM_LINK.findall(each["body"])]
    assert linked
    assert set(linked) <= set(ROOMS)


def test_nobody_reacts_twice_with_one_emoji_and_every_emoji_is_one() -> None:
    for each, _ in _said():
        for emoji, usernames in each["reactions"].items():
            assert is_emoji(emoji), emoji
            assert len(set(usernames)) == len(usernames) > 0


def test_nothing_is_said_twice() -> None:
    bodies = Counter(each["body"].casefold() for each, _ in _said())
    assert [body for body, count in bodies.items() if count > 1] == []


def test_every_body_has_words_and_none_is_filler() -> None:
    for each, _ in _said():
        assert render(each["body"]).plain, each
        assert not FILLER.search(each["body"])


def test_comments_come_after_their_post_and_in_order() -> None:
    for post in POSTS:
        times = [post["minutes_ago"], *(comment["minutes_ago"] for comment in post["comments"])]
        assert times == sorted(times, reverse=True), post["body"][:60]
        assert all(comment["minutes_ago"] < post["minutes_ago"] for comment in post["comments"])


def test_every_picture_exists_is_described_and_all_scenes_are_shown() -> None:
    shown = [picture for post in POSTS for picture in post["pictures"]]
    assert all(len(picture["alt"]) > 20 for picture in shown)
    assert len({picture["alt"] for picture in shown}) == len(shown)
    portraits = {each["picture"] for each in PEOPLE.values() if "picture" in each}
    assert {picture["file"] for picture in shown} | portraits == {path.name for path in PICTURES.glob("*.webp")}


@pytest.mark.parametrize("path", sorted(PICTURES.glob("*.webp")), ids=lambda path: path.stem)
def test_a_picture_is_small_has_its_drawing_beside_it_and_portraits_are_square(path: Path) -> None:
    assert path.stat().st_size <= PICTURE_CAP
    assert path.with_suffix(".svg").is_file()
    with Image.open(path) as picture:
        assert picture.format == "WEBP"
        assert picture.width <= 1280
        assert picture.size == (256, 256) or not path.stem.startswith("av-")
