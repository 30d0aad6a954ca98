"""The sync: who is in the directory is in the house, who left is not, and only what changed is written."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from intranet.core import audit, people
from intranet.core.directory.accounts import leave, read_known, rule_rooms, settle
from intranet.core.directory.directory import Directory
from intranet.core.directory.entries import DirectoryPerson
from intranet.core.directory.errors import DirectoryUnavailable
from intranet.core.directory.report import Report
from intranet.core.directory.settings import DirectorySettings
from intranet.core.errors import Conflict
from intranet.core.forms import N_
from intranet.core.models import DirectoryAccount, DirectoryRun, Person
from intranet.kernel import clock
from intranet.kernel.db import Database

T = TypeVar("T")
BATCH = 100  # people in one transaction, so that nobody who writes waits for long
LEAVERS_AT_ONCE = 2  # so many may always leave, however few people there are
RUNS_KEPT = 50
ENDED = ("done", "failed", "waiting")  # what is kept of other outcomes are previews
NO_MANAGER = N_("The manager is not among the people that the directory gives.")
NO_GROUP = N_("A rule names a group that the directory does not have; nobody is in it.")
NO_ROOM = N_("A rule names a room that is not there, is archived, or cannot have members.")
NOBODY = N_("The directory answered with nobody at all.")


@dataclass(frozen=True)
class Outcome:
    """How a sync ended: done, failed (with the words of the directory), or waiting for an admin's yes.

    `leaving` holds the people who would be disabled, as [id, user name, name].
    """

    directory: str
    outcome: str
    at: datetime
    seconds: float
    report: Report
    words: str = ""
    leaving: list[tuple[int, str, str]] = field(default_factory=list)


def preview(
    database: Database, directory: Directory, *, accepted: Collection[int] = (),
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:  # fmt: skip
    """What a sync would do. Runs the very code of a sync and takes it back, batch by batch; leaves no trace.

    `tell` hears after each batch how many of the people were looked at.
    """
    return _Sync(database, directory, accepted, is_preview=True, tell=tell).run()


def run(database: Database, directory: Directory, *, accepted: Collection[int] = ()) -> Outcome:
    """One sync, kept as a DirectoryRun. `accepted` are the ids of people whom an admin agreed to disable."""
    outcome = _Sync(database, directory, accepted, is_preview=False).run()
    with database.write() as db:
        keep(db, outcome)
    return outcome


def keep(db: Session, outcome: Outcome) -> None:
    report = {**outcome.report.as_json(), "words": outcome.words, "leaving": [list(each) for each in outcome.leaving]}
    db.add(
        DirectoryRun(
            directory=outcome.directory, at=outcome.at, seconds=outcome.seconds, outcome=outcome.outcome, report=report
        )
    )
    kept = [each.id for each in list_runs(db, outcome.directory, limit=RUNS_KEPT)]
    db.execute(delete(DirectoryRun).where(*_syncs_of(outcome.directory), DirectoryRun.id.not_in(kept)))
    if outcome.outcome != "done":
        audit.write(db, f"directory.{outcome.outcome}", outcome.directory, words=outcome.words[:200])


def newest_run(db: Session, name: str) -> DirectoryRun | None:
    return next(iter(list_runs(db, name, limit=1)), None)


def list_runs(db: Session, name: str, *, limit: int = 20) -> Sequence[DirectoryRun]:
    query = select(DirectoryRun).where(*_syncs_of(name)).order_by(DirectoryRun.id.desc())
    return db.scalars(query.limit(limit)).all()


def _syncs_of(name: str) -> tuple[ColumnElement[bool], ...]:
    return DirectoryRun.directory == name, DirectoryRun.outcome.in_(ENDED)


class _Sync:
    """One run over one directory."""

    def __init__(
        self, database: Database, directory: Directory, accepted: Collection[int], *, is_preview: bool,
        tell: Callable[[int, int], None] = lambda done, of: None,
    ) -> None:  # fmt: skip
        self.database, self.directory, self.is_preview, self.tell = database, directory, is_preview, tell
        self.settings: DirectorySettings = directory.settings
        self.accepted, self.report = set(accepted), Report()
        self.began, self.at = time.monotonic(), clock.now()

    def run(self) -> Outcome:
        try:
            said = self.directory.list_people()
            missing = self.directory.missing_groups() if any(r.by == "group" for r in self.settings.rules) else []
        except DirectoryUnavailable as error:
            return self._ended("failed", str(error))
        self.report.counts["people"] = len(said)
        for name in missing:
            self.report.add("warned", name, "", NO_GROUP)
        with self.database.read() as db:
            self._warn_of_rooms(db)
            gone = self._gone(db, {each.directory_id for each in said})
            known = self._count(db)
        if self._is_too_many(gone, known, is_empty=not said):
            return self._ended("waiting", "" if said else NOBODY, gone)
        self._settle_all(said)
        self._set_managers(said)
        self._leave_all(gone)
        return self._ended("done", "")

    def _writing(self) -> AbstractContextManager[Session]:
        return self.database.trial() if self.is_preview else self.database.write()

    def _ended(self, outcome: str, words: str, leaving: list[tuple[int, str, str]] | None = None) -> Outcome:
        seconds = round(time.monotonic() - self.began, 3)
        return Outcome(self.settings.name, outcome, self.at, seconds, self.report, words, leaving or [])

    def _warn_of_rooms(self, db: Session) -> None:
        named = {rule.room for rule in self.settings.rules if rule.room}
        for slug in sorted(named - rule_rooms(db, self.settings).keys()):
            self.report.add("warned", slug, "", NO_ROOM)

    def _gone(self, db: Session, there: set[str]) -> list[tuple[int, str, str]]:
        """People of this directory who may sign in and whom it does not have any more."""
        query = (
            select(Person.id, Person.directory_id, Person.username, Person.name)
            .join(DirectoryAccount, DirectoryAccount.person_id == Person.id)
            .where(DirectoryAccount.directory == self.settings.name, Person.disabled_at.is_(None))
            .order_by(Person.username)
        )
        return [(row[0], row[2], row[3]) for row in db.execute(query) if row[1] not in there]

    def _count(self, db: Session) -> int:
        query = select(DirectoryAccount.person_id).where(
            DirectoryAccount.directory == self.settings.name, DirectoryAccount.left_at.is_(None)
        )
        return len(db.scalars(query).all())

    def _is_too_many(self, gone: Sequence[tuple[int, str, str]], known: int, *, is_empty: bool) -> bool:
        """Whether an admin has to agree first. Only those whom they saw are agreed to."""
        if self.settings.when_someone_leaves == "tell":
            return False
        unseen = [each for each in gone if each[0] not in self.accepted]
        percent = self.settings.most_leavers_percent
        allowed = max(LEAVERS_AT_ONCE, ceil(known * percent / 100)) if percent else 0
        return len(unseen) > (0 if is_empty else allowed)

    def _settle_all(self, said: Sequence[DirectoryPerson]) -> None:
        looked_at = 0
        for batch in _batches(said):
            with self._writing() as db:
                known = read_known(db, self.settings, batch)
                for each in batch:
                    settle(db, self.settings, each, known, self.report)
            looked_at += len(batch)
            self.tell(looked_at, len(said))

    def _set_managers(self, said: Sequence[DirectoryPerson]) -> None:
        if not self.settings.manager_attribute or "manager" in self.settings.people_may_edit:
            return
        there = {each.dn for each in said}
        for batch in _batches(said):
            with self._writing() as db:
                ids = _ids_of(db, self.settings.name, {each.manager_dn for each in batch if each.manager_dn})
                found = read_people(db, batch)
                for each in batch:
                    if each.manager_dn and each.manager_dn not in there:
                        self.report.add("warned", each.username, each.fields["name"], NO_MANAGER)
                    person = found.get(each.directory_id)
                    if not person or not set_manager(db, person, ids.get(each.manager_dn)):
                        continue
                    if person.created_at < self.at:
                        self.report.add("changed", person.username, person.name, "manager")

    def _leave_all(self, gone: Sequence[tuple[int, str, str]]) -> None:
        if self.settings.when_someone_leaves == "tell":
            for _, username, name in gone:
                self.report.add("would leave", username, name)
            return
        for batch in _batches(gone):
            with self._writing() as db:
                for person_id, username, name in batch:
                    account = db.get_one(DirectoryAccount, person_id)
                    try:
                        people.keep_one_admin(db, {person_id})
                    except Conflict as refusal:
                        self.report.add("warned", username, name, str(refusal))
                        continue
                    leave(db, db.get_one(Person, person_id), account, self.report)


def set_manager(db: Session, person: Person, manager_id: int | None) -> bool:
    """Whether anything changed. Nobody is their own manager."""
    manager_id = None if manager_id == person.id else manager_id
    if person.manager_id == manager_id or person.disabled_at:
        return False
    people.change(db, person, manager_id=manager_id)
    return True


def manager_of(db: Session, settings: DirectorySettings, said: DirectoryPerson) -> int | None:
    """The id of the person's manager, when the directory's people are known here already."""
    return _ids_of(db, settings.name, {said.manager_dn}).get(said.manager_dn) if said.manager_dn else None


def read_people(db: Session, said: Sequence[DirectoryPerson]) -> dict[str, Person]:
    rows = db.scalars(select(Person).where(Person.directory_id.in_([each.directory_id for each in said])))
    return {str(each.directory_id): each for each in rows}


def _ids_of(db: Session, directory: str, dns: Collection[str]) -> dict[str, int]:
    query = select(DirectoryAccount.dn, DirectoryAccount.person_id).where(
        DirectoryAccount.directory == directory, DirectoryAccount.dn.in_(dns), DirectoryAccount.left_at.is_(None)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for place in range(0, len(rows), BATCH):
        yield rows[place : place + BATCH]
