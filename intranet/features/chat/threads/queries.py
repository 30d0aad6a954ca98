"""Who follows a thread."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.features.chat.models import Follow
from intranet.plugin_api import Entry, Person


def follows(db: Session, viewer: Person, root: Entry) -> bool:
    """Whether the viewer hears of answers to this message; its author does from the first one on."""
    row = db.get(Follow, (root.id, viewer.id))
    return row.is_on if row else root.author_id == viewer.id


def list_follower_ids(db: Session, root_id: int) -> list[int]:
    return list(db.scalars(select(Follow.person_id).where(Follow.root_id == root_id, Follow.is_on)))


def list_followed(db: Session, person: Person) -> list[int]:
    """The threads that this person follows, by the id of their first message."""
    query = select(Follow.root_id).where(Follow.person_id == person.id, Follow.is_on)
    return list(db.scalars(query.order_by(Follow.root_id)))
