"""From typed words to stored words: HTML that is safe, mentions that are allowed, emoji that are emoji."""

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core.models import Person
from intranet.core.rooms.access import audience
from intranet.kernel.text import Mention, Rendered, find_mentioned, render

OFFERED = ("👍", "❤️", "👏", "🎉", "😄", "😮", "😢", "☕")
EMOJI_CAP = 16


def write(
    db: Session, body: str, room_id: int, root_id: int | None = None, *, may_name_everyone: bool = False
) -> Rendered:
    """The entry's HTML. Only those who may read it there (under `root_id`) can be mentioned in it."""
    wanted = find_mentioned(body)
    names = _names(db, wanted, room_id, root_id) if wanted else {}
    return render(body, names=names, may_name_everyone=may_name_everyone)


def _names(db: Session, usernames: set[str], room_id: int, root_id: int | None) -> dict[str, Mention]:
    allowed = audience(db, room_id, root_id) or set()
    rows = db.execute(select(Person.id, Person.username, Person.name).where(Person.username.in_(usernames)))
    return {username: Mention(person_id, username, name) for person_id, username, name in rows if person_id in allowed}


def is_emoji(typed: str) -> bool:
    """One picture character, with its modifiers: no letters, no markup."""
    if not typed or len(typed) > EMOJI_CAP:
        return False
    kinds = {unicodedata.category(character) for character in typed}
    return bool(kinds & {"So", "Sk"}) and kinds <= {"So", "Sk", "Mn", "Cf", "Me"}


def emoji_order(item: tuple[str, list[int]]) -> tuple[int, str]:
    """Most used first."""
    return -len(item[1]), item[0]
