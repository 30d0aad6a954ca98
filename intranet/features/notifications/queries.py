"""What a viewer's bell shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlalchemy.orm import Session

from intranet.features.notifications.models import Choice, Pause
from intranet.plugin_api import (
    Membership,
    NotFound,
    Notification,
    Person,
    Room,
    clock,
    notifications,
    people,
    viewer_values,
)

BELL = "bell"  # the one channel until there are others
CAP = notifications.UNREAD_CAP
COUNT = text(
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM notifications n WHERE n.read_at IS NULL AND n.kind IN (SELECT value FROM json_each(:kinds))"  # noqa: S608
    " AND n.kind NOT IN (SELECT c.kind FROM notifications_choices c"
    " WHERE c.person_id = :viewer_id AND c.channel = :channel AND c.is_on = 0)"
    f" AND {notifications.VISIBLE_SQL} LIMIT :cap)) AS unread,"
    " EXISTS (SELECT 1 FROM notifications_pauses p WHERE p.person_id = :viewer_id AND p.until > :now) AS is_quiet"
).bindparams(bindparam("now", type_=Pause.__table__.c.until.type))


@dataclass(frozen=True)
class Bell:
    """How many lines nobody read yet, up to CAP, and whether the person wants to know now."""

    unread: int
    is_quiet: bool


def count(db: Session, viewer: Person, kinds: Sequence[str]) -> Bell:
    """In one statement, for every page has it."""
    values = {"kinds": json.dumps(list(kinds)), "channel": BELL, "cap": CAP, "now": clock.now()}
    row = db.execute(COUNT, {**viewer_values(viewer), **values}).one()
    return Bell(row.unread, bool(row.is_quiet))


def list_lines(
    db: Session, viewer: Person, kinds: Sequence[str], *, before: int = notifications.NEWEST, limit: int = 20
) -> Sequence[Notification]:
    """Lines of these kinds that the viewer wants in the bell, newest first."""
    return notifications.list_for(db, viewer, *wanted(viewer, kinds), before=before, limit=limit)


def wanted(viewer: Person, kinds: Sequence[str]) -> list[ColumnElement[bool]]:
    off = select(Choice.kind).where(Choice.person_id == viewer.id, Choice.channel == BELL, Choice.is_on.is_(False))
    return [Notification.kind.in_(kinds), Notification.kind.not_in(off)]


def fetch(db: Session, viewer: Person, notification_id: int) -> Notification:
    """Raises NotFound for what is not there, another's, or about what the viewer may not see any more."""
    found = notifications.find(db, viewer, notification_id)
    if found is None:
        raise NotFound
    return found


def actors(db: Session, lines: Sequence[Notification]) -> dict[int, Person]:
    return people.by_ids(db, {each for line in lines for each in line.actor_ids})


def rooms(db: Session, viewer: Person, lines: Sequence[Notification]) -> dict[int, tuple[Room, str | None]]:
    """The rooms that these lines are about, each with how loud it is for the viewer."""
    ids = {each.room_id for each in lines if each.room_id}
    query = select(Room, Membership.loudness).outerjoin(
        Membership, (Membership.room_id == Room.id) & (Membership.person_id == viewer.id)
    )
    return {room.id: (room, loudness) for room, loudness in db.execute(query.where(Room.id.in_(ids)))} if ids else {}


def choices(db: Session, person: Person) -> set[tuple[str, str]]:
    """What the person switched off: channel and kind."""
    query = select(Choice.channel, Choice.kind).where(Choice.person_id == person.id, Choice.is_on.is_(False))
    return {(channel, kind) for channel, kind in db.execute(query)}


def quiet_until(db: Session, person: Person) -> datetime | None:
    pause = db.get(Pause, person.id)
    return pause.until if pause and pause.until > clock.now() else None
