"""Every write about following threads. Each function works inside the caller's transaction."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from intranet.features.chat import rules
from intranet.features.chat.models import Follow
from intranet.plugin_api import N_, Entry, Forbidden, Notification, Person, SeenRoom, notifications

MEMBERS_ONLY = N_("You read this chat without being in it. Join to follow what is answered.")


def set_follow(db: Session, seen: SeenRoom, viewer: Person, root: Entry, *, on: bool) -> None:
    """Doing it twice changes nothing. Raises Forbidden for who is not in the room."""
    if seen.role is None:
        raise Forbidden(MEMBERS_ONLY)
    follow(db, root.id, viewer.id, on=on)


def follow(db: Session, root_id: int, person_id: int, *, on: bool = True) -> None:
    db.merge(Follow(root_id=root_id, person_id=person_id, is_on=on))
    db.flush()


def follow_by_itself(db: Session, root_id: int, people: Iterable[int]) -> None:
    """They follow from now on, but those who have stopped."""
    new = [each for each in set(people) if db.get(Follow, (root_id, each)) is None]
    db.add_all(Follow(root_id=root_id, person_id=each, is_on=True) for each in new)
    db.flush()


def mark_read(db: Session, viewer: Person, root_id: int) -> None:
    """A thread that was opened: what the bell tells of it is read."""
    notifications.mark_read(db, viewer, notifications.about_entry(root_id), Notification.kind.in_(rules.THREAD_NOTICES))


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Follow).where(Follow.person_id == person.id))
