"""Messages that became posts where they were said: each leads to the other."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from intranet.plugin_api import Entry, Event, Piece, entry_changes

SOURCE = aliased(Entry)
MADE = (
    select(SOURCE.id, Entry.id)
    .join(SOURCE, SOURCE.id == Entry.shared_id)
    .where(Entry.shared_id.in_(bindparam("ids", expanding=True)), Entry.kind == "post", Entry.removed_at.is_(None))
    .where(Entry.room_id == SOURCE.room_id)
    .order_by(Entry.id)
)


def pieces(db: Session, ids: Collection[int]) -> Mapping[int, Piece]:
    """The way from each of these messages to the newest post that was made of it. In another room nobody learns of it."""
    made = {row[0]: row[1] for row in db.execute(MADE, {"ids": list(ids)})} if ids else {}
    return {message_id: Piece("posts/_posted.html", {"post_id": post_id}) for message_id, post_id in made.items()}


def tell(db: Session, event: Event) -> None:
    """A post came or went: the message that it was made of shows it."""
    if event.name not in ("entry.added", "entry.removed") or event.data.get("kind") != "post":
        return
    post = db.get(Entry, event.subject)
    source = db.get(Entry, post.shared_id) if post and post.shared_id else None
    if source and post and source.kind == "message" and source.room_id == post.room_id and not source.removed_at:
        entry_changes.show_anew(db, source)
