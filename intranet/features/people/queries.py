"""Fetching people, and what is theirs, for a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from intranet.plugin_api import (
    Attachment,
    Entry,
    Membership,
    NotFound,
    Person,
    Room,
    folded,
    people,
    readable,
    readable_ids,
)

MENTIONABLE = 8


@dataclass(frozen=True)
class Kept:
    """A file that a person attached somewhere, and where it stands."""

    attachment: Attachment
    entry: Entry
    room: Room


def fetch(db: Session, viewer: Person, username: str) -> Person:
    """Someone the viewer may see; people who left stay readable as authors. Raises NotFound."""
    person = people.find_by_username(db, username)
    if person is None or not people.may_see(db, viewer, person):
        raise NotFound
    return person


def fetch_present(db: Session, viewer: Person, username: str) -> Person:
    """The same, but only who is still here. Raises NotFound."""
    person = fetch(db, viewer, username)
    if person.disabled_at:
        raise NotFound
    return person


def find_renamed(db: Session, viewer: Person, username: str) -> Person | None:
    """Who had that user name before, if the viewer may see them."""
    person = people.find_by_former_username(db, username)
    return person if person and people.may_see(db, viewer, person) else None


def has_address(db: Session, email: str) -> bool:
    """Whether somebody who may sign in has this address."""
    query = select(Person.id).where(func.lower(Person.email) == email.lower(), Person.disabled_at.is_(None))
    return db.scalar(query.limit(1)) is not None


def list_mentionable(db: Session, viewer: Person, text: str) -> Sequence[Person]:
    """Whom the viewer may mention, by the start of any word of the name."""
    return people.list_people(db, viewer, text=text, limit=MENTIONABLE)


def list_shared_rooms(db: Session, viewer: Person, person: Person) -> Sequence[Room]:
    """The person's rooms that the viewer may read too."""
    theirs = select(Membership.room_id).where(Membership.person_id == person.id)
    query = select(Room).where(
        Room.id.in_(theirs), Room.id.in_(readable_ids(viewer)), Room.kind.in_(("company", "team"))
    )
    return db.scalars(query.order_by(folded(Room.name), Room.id)).all()


def count_posts(db: Session, viewer: Person, person: Person) -> int:
    return db.scalar(_posts(viewer, person, func.count())) or 0


def list_posts(db: Session, viewer: Person, person: Person, *, before: int, limit: int) -> Sequence[Row[Any]]:
    """The person's posts that the viewer may read, newest first: id and version."""
    query = _posts(viewer, person, Entry.id, Entry.version).where(Entry.id < before)
    return db.execute(query.order_by(Entry.id.desc()).limit(limit)).all()


def count_files(db: Session, viewer: Person, person: Person) -> int:
    return db.scalar(_files(viewer, person, func.count())) or 0


def list_files(db: Session, viewer: Person, person: Person, *, before: int, limit: int) -> list[Kept]:
    """What the person attached in rooms that the viewer may read, newest first."""
    query = _files(viewer, person, Attachment, Entry, Room).join(Room, Room.id == Entry.room_id)
    rows = db.execute(query.where(Attachment.id < before).order_by(Attachment.id.desc()).limit(limit))
    return [Kept(*row) for row in rows]


def _posts(viewer: Person, person: Person, *columns: Any) -> Select[Any]:
    return select(*columns).where(
        Entry.author_id == person.id, Entry.kind == "post", Entry.removed_at.is_(None),
        readable(viewer),
    )  # fmt: skip


def _files(viewer: Person, person: Person, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Attachment)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Entry.author_id == person.id, Entry.removed_at.is_(None), readable(viewer))
    )
