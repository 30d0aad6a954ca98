"""What people should know: lines of the bell. Given by the worker when something happened, grouped until they are read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from intranet.core.models import Entry, Membership, Notification, Person, Reaction
from intranet.core.rooms import access
from intranet.kernel import clock, events
from intranet.kernel.events import Event

ACTORS = 5
UNREAD_CAP = 100
NEWEST = (1 << 63) - 1

# A condition on `n`, with the values of `access.viewer_values`: what `_visible` says, for statements that every page makes.
VISIBLE_SQL = (
    f"n.person_id = :viewer_id AND (n.room_id IS NULL OR n.room_id IN ({access.READABLE_SQL})) AND (n.entry_id IS NULL"  # noqa: S608
    f" OR EXISTS (SELECT 1 FROM entries e WHERE e.id = n.entry_id AND {access.READABLE_ENTRY_SQL}))"
)


def give(
    db: Session, event: Event, people: Collection[int], *, kind: str, subject: str, actor_id: int | None = None,
    room_id: int | None = None, entry: Entry | None = None, data: dict[str, Any] | None = None,
) -> list[int]:  # fmt: skip
    """One line for each of these people: those who may (still) see what it is about, and never the actor.

    The same kind and subject that somebody has not read yet becomes one line; an event that is told again changes nothing.
    """
    wanted = _allowed(db, set(people) - {actor_id}, room_id=entry.room_id if entry else room_id, entry=entry)
    known = _known(db, wanted, kind, subject)
    wanted = [each for each in wanted if each not in known or known[each].event_id < event.id]
    rows = []
    for person_id in wanted:
        before = known.get(person_id)
        unread = before if before and before.read_at is None else None
        rows.append({
            "person_id": person_id, "kind": kind, "subject": subject, "room_id": entry.room_id if entry else room_id,
            "entry_id": entry.id if entry else None, "actor_ids": _actors(actor_id, unread),
            "count": _count(actor_id, unread), "data": data or {}, "event_id": event.id, "at": event.at,
        })  # fmt: skip
    if rows:
        grouped = [each.id for each in known.values() if each.read_at is None and each.person_id in wanted]
        db.execute(delete(Notification).where(Notification.id.in_(grouped)))
        db.execute(insert(Notification), rows)
        changed(db, wanted)
    return wanted


def tell_of_reaction(db: Session, event: Event, entry: Entry, *, kind: str) -> None:
    """One line of that kind for an entry's author, whoever reacted with whatever; none for what was taken back."""
    reactor_id, subject = event.data["reactor_id"], f"entry:{entry.id}"
    stands = select(Reaction.emoji).where(Reaction.entry_id == entry.id, Reaction.person_id == reactor_id).limit(1)
    if db.scalar(stands) is None:
        take_back(db, kind=kind, subject=subject, actor_id=reactor_id)
    elif event.data["on"]:
        author, data = loud_ids(db, entry.room_id, [entry.author_id]), {"emoji": event.data["emoji"]}
        give(db, event, author, kind=kind, subject=subject, actor_id=reactor_id, entry=entry, data=data)


def take_back(db: Session, *, kind: str, subject: str, actor_id: int) -> None:
    """A line that nobody read yet names the actor no more, and goes with the last one that it names."""
    which = (Notification.kind == kind, Notification.subject == subject, Notification.read_at.is_(None))
    rows = [each for each in db.scalars(select(Notification).where(*which)) if actor_id in each.actor_ids]
    for row in rows:
        row.actor_ids = [each for each in row.actor_ids if each != actor_id]
        row.count -= 1
        if not row.actor_ids:
            db.delete(row)
    db.flush()
    changed(db, [row.person_id for row in rows])


def changed(db: Session, people: Iterable[int]) -> None:
    """Tells the open pages of these people that their bell shows something else."""
    if ids := sorted(set(people)):
        events.record(db, "notifications.changed", people=ids)


def list_for(
    db: Session, viewer: Person, *which: ColumnElement[bool], before: int = NEWEST, limit: int = 20
) -> Sequence[Notification]:
    """The viewer's lines about what they may see, or those of these conditions, newest first."""
    query = _visible(viewer, select(Notification)).where(Notification.id < before, *which)
    return db.scalars(query.order_by(Notification.id.desc()).limit(limit)).all()


def about_entry(entry_id: int) -> ColumnElement[bool]:
    """The condition on lines about this entry, or about what stands under it."""
    below = select(Entry.id).where(Entry.thread_id == entry_id)
    return or_(Notification.entry_id == entry_id, Notification.entry_id.in_(below))


def remove_before(db: Session, moment: datetime, *which: ColumnElement[bool]) -> None:
    db.execute(delete(Notification).where(Notification.at < moment, *which))


def find(db: Session, viewer: Person, notification_id: int) -> Notification | None:
    found: Notification | None = db.scalar(
        _visible(viewer, select(Notification)).where(Notification.id == notification_id)
    )
    return found


def mark_read(db: Session, viewer: Person, *which: ColumnElement[bool]) -> None:
    """All of the viewer's lines, or those of these conditions. Their other pages hear of it."""
    unread = (Notification.person_id == viewer.id, Notification.read_at.is_(None), *which)
    if db.scalars(select(Notification.id).where(*unread).limit(1)).first():
        db.execute(update(Notification).where(*unread).values(read_at=clock.now()))
        changed(db, [viewer.id])


def mark_unread(db: Session, notification: Notification) -> None:
    notification.read_at = None
    changed(db, [notification.person_id])


def loud_ids(db: Session, room_id: int, people: Collection[int] | None = None, *, than: str = "muted") -> list[int]:
    """Those members (of these people) for whom the room is louder than that: `muted` or `normal`."""
    wanted = ("all", "normal") if than == "muted" else ("all",)
    query = select(Membership.person_id).where(Membership.room_id == room_id, Membership.loudness.in_(wanted))
    if people is not None:
        query = query.where(Membership.person_id.in_(people))
    return list(db.scalars(query))


def _allowed(db: Session, people: set[int], *, room_id: int | None, entry: Entry | None) -> list[int]:
    """Those who may sign in and see it, by id. What is in the bin is for nobody."""
    if entry is not None and entry.removed_at is not None:
        return []
    if room_id is not None:
        return sorted(people & access.audience(db, room_id, entry.root_id if entry else None))
    return list(
        db.scalars(select(Person.id).where(Person.id.in_(people), Person.disabled_at.is_(None)).order_by(Person.id))
    )


def _known(db: Session, people: Sequence[int], kind: str, subject: str) -> dict[int, Notification]:
    """The newest line of that kind and subject for each of these people."""
    query = select(Notification).where(Notification.kind == kind, Notification.subject == subject)
    wanted = set(people)
    return {each.person_id: each for each in db.scalars(query.order_by(Notification.id)) if each.person_id in wanted}


def _actors(actor_id: int | None, unread: Notification | None) -> list[int]:
    before = [each for each in (unread.actor_ids if unread else []) if each != actor_id]
    return ([actor_id] if actor_id else [])[:1] + before[: ACTORS - 1]


def _count(actor_id: int | None, unread: Notification | None) -> int:
    """Somebody who does it twice counts once, as long as they are among the last few."""
    if unread is None:
        return 1
    return unread.count + (actor_id is None or actor_id not in unread.actor_ids)


def _visible(viewer: Person, query: Select[Any]) -> Select[Any]:
    """About no room and no entry, or about what the viewer may read now."""
    about = Notification.room_id.is_(None) | Notification.room_id.in_(access.readable_ids(viewer))
    standing = (
        select(Entry.id)
        .where(Entry.id == Notification.entry_id, Entry.removed_at.is_(None), access.readable(viewer))
        .exists()
    )
    return query.where(Notification.person_id == viewer.id, about, or_(Notification.entry_id.is_(None), standing))
