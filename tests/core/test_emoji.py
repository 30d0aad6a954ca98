"""What is an emoji, and what only looks like one."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from intranet.core.entries.words import EMOJI_CAP, OFFERED, is_emoji, split_emoji
from intranet.web.assets import DIST

SOURCE = Path(__file__).parents[2] / "frontend/node_modules/emojibase-data/en/data.json"
PARTS = 2  # skin tones and hair alone


def known() -> list[str]:
    """Every emoji there is, with every skin tone."""
    said: list[dict[str, Any]] = json.loads(SOURCE.read_text(encoding="utf-8"))
    whole = [each for each in said if each.get("group") not in (None, PARTS)]
    return [one["emoji"] for each in whole for one in (each, *each.get("skins", []))]


def test_every_emoji_of_unicode_is_one_with_every_skin_tone() -> None:
    everything = known()
    assert len(everything) > 3_900
    assert not [emoji for emoji in everything if not is_emoji(emoji)]
    assert split_emoji("".join(everything)) == everything


@pytest.mark.parametrize("language", ["en", "it", "de"])
def test_the_picker_offers_them_all_in_each_language(language: str) -> None:
    (built,) = DIST.glob(f"emoji-{language}-*.json")
    said = json.loads(built.read_text(encoding="utf-8"))
    offered = {row[0] for row in said["emoji"]}
    assert set(OFFERED) < offered
    assert {emoji.replace("\ufe0f", "") for emoji in offered} <= {emoji.replace("\ufe0f", "") for emoji in known()}
    assert all(is_emoji(emoji) for emoji in offered)
    assert len(offered) > 1_900
    assert {row[3] for row in said["emoji"]} == set(range(len(said["groups"])))
    assert all(row[1] for row in said["emoji"])


@pytest.mark.parametrize("emoji", ["1️⃣", "#️⃣", "🇮🇹", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩🏽‍🚒", "👨‍👩‍👧‍👦", "❤️‍🔥", "‼️", "ℹ️", "↔️", "🏳️‍🌈"])
def test_keys_flags_and_families_are_emoji(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize(
    "typed",
    ["", "a", "yes", "1", "#", "*", "12", "<b>", "&#128077;", "👍a", "a👍", "👍👍", "👍 ", "👍\n", "🇮", "🇮🇹🇩🇪", "🏽\u200d", "👍\u200d",
     "\u200d", "\ufe0f", "\u20e3", "👍\u202e", "\U000e0041", "🏴\U000e0067", "é", "中", "°", "👍" + "\u200d👍" * EMOJI_CAP],
)  # fmt: skip
def test_letters_markup_halves_and_crowds_are_none(typed: str) -> None:
    assert not is_emoji(typed)


def test_no_letter_and_no_digit_alone_is_one() -> None:
    assert not [
        chr(code) for code in range(sys.maxunicode) if chr(code).isalnum() and chr(code) != "ℹ" and is_emoji(chr(code))
    ]


def test_a_set_is_split_with_or_without_spaces_and_each_is_taken_once() -> None:
    assert split_emoji(" 👍❤️ 🇮🇹🇩🇪\n1️⃣👍 ") == ["👍", "❤️", "🇮🇹", "🇩🇪", "1️⃣"]
    assert split_emoji(" ".join(OFFERED)) == list(OFFERED)
    with pytest.raises(ValueError, match="emoji"):
        split_emoji("👍 and ❤️")
