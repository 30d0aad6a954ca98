"""Who may do what with an entry that they may see. True or false, no side effects."""

from typing import Any

from sqlalchemy import Row

from intranet.core.models import Entry, Person
from intranet.core.rooms.queries import SeenRoom

CHATTING = ("company", "team", "channel", "direct")


def may_write(seen: SeenRoom) -> bool:
    """Comment, react, and whatever else members do."""
    return seen.role in ("keeper", "member", "guest") and seen.room.archived_at is None


def may_post(seen: SeenRoom) -> bool:
    """Channels and direct rooms only talk."""
    return (
        seen.room.kind in ("company", "team") and may_write(seen) and (seen.is_keeper or seen.room.posting == "members")
    )


def may_chat(seen: SeenRoom) -> bool:
    return seen.room.kind in CHATTING and may_write(seen)


def may_post_in(room: Row[Any]) -> bool:
    """The same of a row of `room_queries.list_mine`, which are rooms that are open to write in."""
    return bool(room.role == "keeper" or room.posting == "members")


def must_wait(seen: SeenRoom) -> bool:
    """Whether a keeper has to look at a post first."""
    return seen.room.approves_posts and not seen.is_keeper


def may_comment(root: Entry, seen: SeenRoom) -> bool:
    """`root` is the post at the top: where it is locked only keepers go on."""
    return may_write(seen) and (root.locked_at is None or seen.is_keeper)


def may_pin(entry: Entry, seen: SeenRoom) -> bool:
    """Posts by keepers; messages by everyone who talks there."""
    if entry.kind == "message":
        return may_chat(seen)
    return entry.thread_id is None and seen.is_keeper and may_write(seen)


def may_edit(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    return entry.author_id == person.id and may_write(seen)


def may_remove(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    return (entry.author_id == person.id or seen.is_keeper) and seen.room.archived_at is None


def may_name_everyone(seen: SeenRoom) -> bool:
    """`@everyone` is not for guests, and in the company's room for its keepers only."""
    return seen.is_keeper or (seen.role == "member" and seen.room.kind != "company")
