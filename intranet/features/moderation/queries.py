"""Reading reports: for who decides about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.features.moderation import rules
from intranet.features.moderation.models import Report
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    NotFound,
    Person,
    SeenRoom,
    entry_queries,
    people,
    readable,
    room_queries,
)

KINDS = ("post", "comment", "message")
BETWEEN_YOU = N_(
    "Nobody looks after a direct conversation. On the other person's profile you can block their messages."
)
DECIDED_BY_OTHERS = N_("Only a keeper of the room can decide about this, and nobody about their own words.")


@dataclass
class Case:
    """An entry with the reports that are open about it."""

    entry: Entry
    author: Person
    reports: list[tuple[Report, Person]] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        """Its author moved it to the bin."""
        return self.entry.removed_at is not None and self.entry.removed_by in (None, self.entry.author_id)

    @property
    def is_hidden(self) -> bool:
        return self.entry.removed_at is not None and not self.is_gone


def fetch_entry(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, SeenRoom]:
    """What the viewer may read. Raises NotFound."""
    entry = entry_queries.find(db, viewer, entry_id)
    seen = room_queries.find_readable(db, viewer, room_id=entry.room_id) if entry else None
    if entry is None or seen is None or entry.kind not in KINDS:
        raise NotFound
    if seen.room.kind == "direct":
        raise Forbidden(BETWEEN_YOU)
    return entry, seen


def fetch_room(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A room whose reports the viewer decides about. Raises NotFound or Forbidden."""
    seen = room_queries.find_readable(db, viewer, slug=slug, room_id=room_id)
    if seen is None:
        raise NotFound
    if not rules.may_decide(viewer, seen):
        raise Forbidden(DECIDED_BY_OTHERS)
    return seen


def fetch_case(db: Session, viewer: Person, entry_id: int) -> tuple[Case, SeenRoom]:
    """The open case about an entry. Raises NotFound or Forbidden."""
    entry = db.scalar(select(Entry).where(Entry.id == entry_id, readable(viewer)))
    seen = room_queries.find_readable(db, viewer, room_id=entry.room_id) if entry else None
    if entry is None or seen is None:
        raise NotFound
    if not rules.may_decide(viewer, seen):  # whether it was reported is not for them to know
        fetch_entry(db, viewer, entry_id)
        raise Forbidden(DECIDED_BY_OTHERS)
    if not _open(db, [entry_id]):
        raise NotFound
    return _cases(db, [entry])[0], seen


def list_cases(db: Session, viewer: Person, seen: SeenRoom) -> list[Case]:
    """Everything open in the room that the viewer may read, hidden or not; the oldest report first."""
    query = (
        select(Entry)
        .join(Report, Report.entry_id == Entry.id)
        .where(Report.room_id == seen.room.id, Report.outcome == "", readable(viewer))
        .group_by(Entry.id)
        .order_by(func.min(Report.id))
        .limit(100)
    )
    return _cases(db, db.scalars(query).all())


def find_own(db: Session, reporter: Person, entry_id: int) -> Report | None:
    return db.scalar(select(Report).where(Report.entry_id == entry_id, Report.reporter_id == reporter.id))


def list_own(db: Session, reporter: Person) -> Sequence[Report]:
    return db.scalars(select(Report).where(Report.reporter_id == reporter.id).order_by(Report.id)).all()


def _open(db: Session, entry_ids: Sequence[int]) -> Sequence[Report]:
    query = select(Report).where(Report.entry_id.in_(entry_ids), Report.outcome == "")
    return db.scalars(query.order_by(Report.id)).all()


def _cases(db: Session, entries: Sequence[Entry]) -> list[Case]:
    reports = _open(db, [entry.id for entry in entries])
    known = people.by_ids(db, {entry.author_id for entry in entries} | {each.reporter_id for each in reports})
    cases = {entry.id: Case(entry, known[entry.author_id]) for entry in entries}
    for report in reports:
        cases[report.entry_id].reports.append((report, known[report.reporter_id]))
    return list(cases.values())
