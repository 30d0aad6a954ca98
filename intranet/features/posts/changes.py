"""Every write of posts: one transaction, its event inside."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from intranet.features.posts import queries
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Invalid,
    NewAttachment,
    Person,
    SeenRoom,
    entry_changes,
    entry_rules,
    is_emoji,
    room_changes,
)

EMPTY = N_("Write something first, or add a picture.")
READ_ONLY = N_("You can read this room, but not write in it. Join it first.")
KEEPERS_POST = N_("Only keepers write posts here. You can comment on them.")
KEEPERS_PIN = N_("Only a keeper of the room can pin posts.")
LOCKED = N_("A keeper has ended the comments on this post.")
IN_CHAT = N_("Answer in the chat, where this was said.")
NOT_YOURS = N_("Only its author can change this.")
NO_EMOJI = N_("Choose one emoji.")


def refuse_post(seen: SeenRoom, body: str, files: Sequence[NewAttachment], shared_id: int | None) -> None:
    """Raises Invalid when there is nothing to post, Forbidden where the author may not write."""
    if not body and not files and not shared_id:
        raise Invalid({"body": EMPTY})
    _refuse_readers(seen)
    if not entry_rules.may_post(seen):
        raise Forbidden(KEEPERS_POST)


def add_post(
    db: Session, seen: SeenRoom, author: Person, body: str, files: Sequence[NewAttachment], key: str | None,
    shared_id: int | None = None,
) -> Entry:  # fmt: skip
    refuse_post(seen, body, files, shared_id)
    return entry_changes.add(
        db, kind="post", room_id=seen.room.id, author=author, body=body, attachments=files, key=key,
        shared_id=shared_id, may_name_everyone=entry_rules.may_name_everyone(seen),
    )  # fmt: skip


def add_comment(db: Session, seen: SeenRoom, author: Person, parent: Entry, body: str, key: str | None) -> Entry:
    """A comment on a post, or a reply to a comment; the answer to a reply is one more reply to the same comment."""
    root = db.get_one(Entry, parent.root_id)
    if root.kind == "message":
        raise Forbidden(IN_CHAT)
    _refuse_readers(seen)
    if not entry_rules.may_comment(root, seen):
        raise Forbidden(LOCKED)
    above = db.get_one(Entry, queries.above_id(parent))
    return entry_changes.add(
        db, kind="comment", room_id=seen.room.id, author=author, body=body, parent=above, key=key,
        may_name_everyone=entry_rules.may_name_everyone(seen),
    )  # fmt: skip


def edit(
    db: Session, seen: SeenRoom, person: Person, entry: Entry, *, body: str, alts: Mapping[int, str]
) -> None:  # fmt: skip
    """Raises Invalid when nothing would be left of it."""
    if not entry_rules.may_edit(person, entry, seen):
        raise Forbidden(NOT_YOURS)
    if not body and not queries.stands_without_words(db, entry):
        raise Invalid({"body": EMPTY})
    entry_changes.edit(db, entry, body, may_name_everyone=entry_rules.may_name_everyone(seen))
    entry_changes.describe(db, entry, alts)


def remove(db: Session, seen: SeenRoom, person: Person, entry: Entry, reason: str = "") -> None:
    if not entry_rules.may_remove(person, entry, seen):
        raise Forbidden(NOT_YOURS)
    entry_changes.remove(db, entry, person, "" if entry.author_id == person.id else reason)


def pin(db: Session, seen: SeenRoom, entry: Entry, *, pinned: bool) -> None:
    if not entry_rules.may_pin(entry, seen):
        raise Forbidden({"post": KEEPERS_PIN, "message": READ_ONLY}.get(entry.kind, queries.POSTS_ONLY))
    entry_changes.set_pinned(db, entry, pinned=pinned)


def lock(db: Session, seen: SeenRoom, person: Person, entry: Entry, *, locked: bool) -> None:
    """Whether a post takes no more comments, but those of keepers."""
    _refuse_all_but_keepers(seen, entry, N_("Only a keeper of the room can end the comments."))
    entry_changes.set_locked(db, entry, person, locked=locked)


def mark_seen(db: Session, person: Person, newest: Mapping[int, int]) -> None:
    """What was on the screen: the newest post by room."""
    for room_id, entry_id in newest.items():
        room_changes.mark_read(db, room_id, person.id, entry_id)


def mark_unread(db: Session, person: Person, entry: Entry) -> None:
    """This one and whatever came after it: messages in the chat, posts of the room for a post or comment."""
    in_chat = entry.kind == "message"
    first_id = entry.id if in_chat else entry.root_id
    room_changes.mark_unread(db, entry.room_id, person.id, first_id, in_chat=in_chat)


def react(db: Session, seen: SeenRoom, person: Person, entry: Entry, emoji: str, *, on: bool) -> None:
    _refuse_readers(seen)
    if not is_emoji(emoji):
        raise Invalid({"emoji": NO_EMOJI})
    entry_changes.react(db, entry, person, emoji, on=on)


def _refuse_readers(seen: SeenRoom) -> None:
    if not entry_rules.may_write(seen):
        raise Forbidden(READ_ONLY)


def _refuse_all_but_keepers(seen: SeenRoom, entry: Entry, words: str) -> None:
    if not (seen.is_keeper and entry_rules.may_write(seen)):
        raise Forbidden(words)
    if entry.kind != "post":
        raise Forbidden(queries.POSTS_ONLY)
