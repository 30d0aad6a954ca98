"""What the company says to one another in its chats."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Membership, Person, Room
from intranet.core.rooms import direct
from intranet.demo.aging import age


def add(db: Session, messages: Sequence[dict[str, Any]], rooms: Mapping[str, Room], cast: dict[str, Person]) -> None:
    """`room` or `people` says where; what was answered in a thread stands under `thread`."""
    for said in sorted(messages, key=lambda each: -each["minutes_ago"]):
        room = rooms[said["room"]] if "room" in said else _direct(db, [cast[each] for each in said["people"]])
        root = _say(db, room, said, cast)
        for answer in said.get("thread", []):
            _say(db, room, answer, cast, root)


def _direct(db: Session, people: Sequence[Person]) -> Room:
    return direct.find_or_add(db, people[0], people[1:])


def _say(db: Session, room: Room, said: dict[str, Any], cast: dict[str, Person], root: Entry | None = None) -> Entry:
    entry = entry_changes.add(
        db,
        kind="message",
        room_id=room.id,
        author=cast[said["author"]],
        body=said["body"],
        parent=root,
        in_log=root is None,
    )
    age(db, entry, said, cast)
    return entry


def read_most(db: Session, visitor: Person, before_id: int) -> None:
    """Everyone has read everything; the visitor only what is older than that post."""
    newest = db.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1))
    db.execute(update(Membership).values(chat_read_to=newest))
    db.execute(update(Membership).where(Membership.person_id == visitor.id).values(chat_read_to=before_id))
