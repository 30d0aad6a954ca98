"""From typed words to stored words: HTML that is safe, mentions that are allowed, emoji that are emoji."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core.models import Person
from intranet.core.rooms.access import audience
from intranet.kernel.text import Mention, Rendered, find_mentioned, render

OFFERED = ("👍", "❤️", "👏", "🎉", "😄", "😮", "😢", "☕")
OFFERED_KEY = "reactions.offered"
EMOJI_CAP = 16
# The blocks in which emoji stand, with the places kept for those to come, and the few that stand elsewhere.
PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u2775\u2794-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f0ff\U0001f10d-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
TONE, PAINTED, JOINER, FLAG = "[\U0001f3fb-\U0001f3ff]", "\ufe0f", "\u200d", "[\U0001f1e6-\U0001f1ff]"
REGION = "[\U000e0030-\U000e007a]{2,6}\U000e007f"  # England, Scotland, Wales: a black flag and their letters
ONE = f"{PICTURE}{PAINTED}?{TONE}?(?:{REGION})?"
EMOJI = re.compile(f"[0-9#*]{PAINTED}?\u20e3|{FLAG}{{2}}|{ONE}(?:{JOINER}{ONE})*")


@lru_cache(maxsize=64)
def _unnamed(body: str) -> Rendered:
    return render(body)


def prepare(body: str) -> None:
    """What `write` does of words that name nobody, ahead: long ones take a while, and nobody waits for the database yet."""
    if not find_mentioned(body):
        _unnamed(body)


def write(
    db: Session, body: str, room_id: int, root_id: int | None = None, *, may_name_everyone: bool = False
) -> Rendered:
    """The entry's HTML. Only those who may read it there (under `root_id`) can be mentioned in it."""
    wanted = find_mentioned(body)
    if not wanted:
        return _unnamed(body)
    return render(body, names=_names(db, wanted, room_id, root_id), may_name_everyone=may_name_everyone)


def _names(db: Session, usernames: set[str], room_id: int, root_id: int | None) -> dict[str, Mention]:
    allowed = audience(db, room_id, root_id)
    rows = db.execute(select(Person.id, Person.username, Person.name).where(Person.username.in_(usernames)))
    return {username: Mention(person_id, username, name) for person_id, username, name in rows if person_id in allowed}


def is_emoji(typed: str) -> bool:
    """One picture with its modifiers, a key or a flag: no letters, no markup."""
    return len(typed) <= EMOJI_CAP and EMOJI.fullmatch(typed) is not None


def split_emoji(typed: str) -> list[str]:
    """The emoji in what was typed, spaces or none between them. Raises ValueError when there is anything else."""
    bare = "".join(typed.split())
    found = EMOJI.findall(bare)
    if "".join(found) != bare or not all(is_emoji(each) for each in found):
        raise ValueError("not only emoji")
    return list(dict.fromkeys(found))


def offered(settings: Mapping[str, Any]) -> Sequence[str]:
    """The emoji that stand ready under every entry: the company's own set, or ours."""
    return settings.get(OFFERED_KEY) or OFFERED


def emoji_order(item: tuple[str, list[int]]) -> tuple[int, str]:
    """Most used first."""
    return -len(item[1]), item[0]
