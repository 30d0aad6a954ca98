"""Who has seen an urgent message, and who may know."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from intranet.features.chat.models import Asked, Urgent
from intranet.plugin_api import Entry, NotFound, Person

KNOWN = select(Urgent.entry_id).where(Urgent.entry_id.in_(bindparam("ids", expanding=True)))


def list_asked(db: Session, ids: Collection[int]) -> dict[int, list[Asked]]:
    """Of those of these messages that are urgent: each person who is named, who has seen it first."""
    known = db.scalars(KNOWN, {"ids": list(ids)}) if ids else ()
    found: dict[int, list[Asked]] = {entry_id: [] for entry_id in known}
    query = select(Asked).where(Asked.entry_id.in_(list(found)))
    for row in db.scalars(query.order_by(Asked.seen_at.is_(None), Asked.seen_at, Asked.person_id)) if found else ():
        found[row.entry_id].append(row)
    return found


def fetch_asked(db: Session, viewer: Person, entry: Entry) -> Asked:
    """Raises NotFound for whom it does not ask."""
    found = db.get(Asked, (entry.id, viewer.id))
    if found is None:
        raise NotFound
    return found


def list_seen(db: Session, viewer: Person, entry: Entry) -> Sequence[Row[Person, datetime | None]]:
    """Everyone whom it names, with when they saw it: for its author and for them. Raises NotFound for others."""
    query = select(Person, Asked.seen_at).join(Asked, Asked.person_id == Person.id).where(Asked.entry_id == entry.id)
    rows = db.execute(query.order_by(Asked.seen_at.is_(None), Asked.seen_at, Person.name, Person.id)).all()
    if db.get(Urgent, entry.id) is None or viewer.id not in {entry.author_id, *(row[0].id for row in rows)}:
        raise NotFound
    return rows


def count_since(db: Session, author_id: int, moment: datetime) -> int:
    query = select(func.count()).where(Urgent.author_id == author_id, Urgent.at > moment)
    return db.scalar(query) or 0


def list_own(db: Session, person: Person) -> Sequence[Asked]:
    """Those that ask this person."""
    return db.scalars(select(Asked).where(Asked.person_id == person.id).order_by(Asked.entry_id)).all()
