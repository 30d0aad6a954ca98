"""Every write of reports. Each function works inside the caller's transaction."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from intranet.features.moderation import queries, rules
from intranet.features.moderation.models import Report
from intranet.features.moderation.queries import Case
from intranet.plugin_api import (
    N_,
    Conflict,
    Entry,
    Forbidden,
    Person,
    SeenRoom,
    audit,
    clock,
    entry_changes,
    events,
    room_queries,
)

OWN = N_("This is yours. You can change it or move it to the bin.")


def report(db: Session, seen: SeenRoom, reporter: Person, entry: Entry, *, reason: str, words: str) -> Report:
    """Reporting the same again changes what was said about it. Raises Conflict for one's own words."""
    if not rules.may_report(reporter, entry):
        raise Conflict(OWN)
    known = queries.find_own(db, reporter, entry.id)
    if known and known.outcome == "":
        known.reason, known.words = reason, words
        return known
    row = known or Report(entry_id=entry.id, room_id=entry.room_id, reporter_id=reporter.id)
    row.reason, row.words, row.at, row.outcome, row.closed_at, row.closed_by = (
        reason,
        words,
        clock.now(),
        "",
        None,
        None,
    )
    db.add(row)
    db.flush()
    _tell(db, seen, entry)
    return row


def _tell(db: Session, seen: SeenRoom, entry: Entry) -> None:
    """The keepers hear of it, not who is meant; nothing of it is in the stream of anyone else."""
    keepers = [each for each in room_queries.keeper_ids(db, seen.room.id) if each != entry.author_id]
    events.record(db, "report.added", subject=entry.id, people=keepers, room=seen.room.id)


def decide(db: Session, seen: SeenRoom, actor: Person, case: Case, *, decision: str, reason: str) -> None:
    """Raises Forbidden. A decision closes every report about the entry; hiding it leaves them open."""
    if not rules.may_decide_about(actor, case.entry, seen):
        raise Forbidden(queries.DECIDED_BY_OTHERS)
    if case.is_gone:
        _close(db, case, actor, "removed")
    elif decision == "keep":
        if case.is_hidden:
            entry_changes.restore(db, case.entry, actor)
        _close(db, case, actor, "kept")
    elif decision == "hide" and not case.is_hidden:
        entry_changes.remove(db, case.entry, actor, reason)
    elif decision == "remove":
        if case.is_hidden:
            case.entry.removed_reason = reason
        else:
            entry_changes.remove(db, case.entry, actor, reason)
        _close(db, case, actor, "removed")


def _close(db: Session, case: Case, actor: Person, outcome: str) -> None:
    which = (Report.entry_id == case.entry.id, Report.outcome == "")
    db.execute(update(Report).where(*which).values(outcome=outcome, closed_at=clock.now(), closed_by=actor.id))
    people = [person.id for _, person in case.reports]
    events.record(db, "report.closed", subject=case.entry.id, people=people, outcome=outcome)
    audit.write(db, "report.closed", f"{case.entry.kind} {case.entry.id}", actor_id=actor.id, outcome=outcome)


def forget(db: Session, person: Person) -> None:
    """What an erased person reported goes; that they decided something is kept without their name."""
    db.execute(delete(Report).where(Report.reporter_id == person.id))
