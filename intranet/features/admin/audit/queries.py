"""Reading the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from intranet.plugin_api import AuditRow, Person, people, site

AT_ONCE = 1000
FIRST, LAST = date(1970, 1, 2), date(9000, 1, 1)  # days beyond them ask for everything


@dataclass(frozen=True)
class Wanted:
    """Which lines are looked for; days are of the house's time zone, both included."""

    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """A line with the name of who did it."""

    row: AuditRow
    actor: Person | None


def list_lines(db: Session, wanted: Wanted, zone: ZoneInfo, *, before: int | None, limit: int) -> Sequence[Line]:
    """Newest first."""
    query = _chosen(db, wanted, zone)
    if before is not None:
        query = query.where(AuditRow.id < before)
    rows = db.scalars(query.order_by(AuditRow.id.desc()).limit(limit)).all()
    known = people.by_ids(db, {row.actor_id for row in rows if row.actor_id})
    return [Line(row, known.get(row.actor_id or 0)) for row in rows]


def each_line(wanted: Wanted, zone: ZoneInfo) -> Iterator[Line]:
    """All of them, some at a time, each time in a short reading session of its own."""
    database, before = site().database, None
    while True:
        with database.read() as db:
            found = list_lines(db, wanted, zone, before=before, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        before = found[-1].row.id


def list_actions(db: Session) -> Sequence[str]:
    return db.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()


def _chosen(db: Session, wanted: Wanted, zone: ZoneInfo) -> Select[AuditRow]:
    query = select(AuditRow)
    if wanted.person:
        person = people.find_by_username(db, wanted.person)
        named = [AuditRow.subject == people.normal_username(wanted.person)[:200]]
        query = query.where(or_(AuditRow.actor_id == person.id, *named) if person else named[0])
    if wanted.action:
        query = query.where(AuditRow.action == wanted.action)
    if wanted.since and wanted.since > FIRST:
        query = query.where(AuditRow.at >= datetime.combine(wanted.since, time(), zone))
    if wanted.until and wanted.until < LAST:
        query = query.where(AuditRow.at < datetime.combine(wanted.until + timedelta(days=1), time(), zone))
    return query
