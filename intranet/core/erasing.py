"""Erasing a person: a placeholder takes their place everywhere, and nothing that names them is left in the rows.

What they wrote stays with the placeholder as its author, unless it is to go too. Reactions go: without the person they
say nothing. What others wrote keeps its words; only `@username` and links to the profile become the placeholder's.
A first name in running text cannot be found and stays, and so do backups until they are too old to be kept.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from intranet.core import audit, models, sessions
from intranet.core.entries import words
from intranet.core.entries.changes import raise_versions
from intranet.core.errors import Conflict, NotFound
from intranet.core.forms import N_
from intranet.core.models import (
    AuditRow,
    Entry,
    FormerUsername,
    Membership,
    Person,
    Reaction,
    Room,
    Skill,
    SkillConfirmation,
)
from intranet.kernel import clock, events
from intranet.kernel.events import EventRow
from intranet.kernel.folding import holds
from intranet.kernel.search import index

NAME = "Former colleague"
STILL_HERE = N_("Only people who can no longer sign in can be erased. Disable this person first.")
OWN_ROWS = (
    models.Profile, models.DirectoryAccount, models.Token, models.TotpSecret, models.RecoveryCode, models.Passkey,
    models.Ticket, models.CreatedOnce, models.Notification, models.SavedEntry, models.JoinRequest, models.Block,
    SkillConfirmation, FormerUsername, Reaction,
)  # fmt: skip
NO_NAMES = {"access", "emoji", "fields", "kind", "outcome", "role"}  # what stands under these is a word of ours
EMPTY: dict[str, Any] = {
    "email": "", "title": "", "department": "", "division": "", "phone": "", "mobile": "", "location": "",
    "employee_type": "", "started_on": None, "about": "", "manager_id": None, "avatar": None, "language": "", "look": {},
    "is_admin": False, "seen_at": None, "directory_id": None, "oidc_subject": None, "password_hash": None,
    "must_change_password": False, "has_second_factor": False,
}  # fmt: skip


def erase(db: Session, person: Person, actor: Person | None, *, with_posts: bool) -> None:
    """Cannot be undone. Raises Conflict for who can still sign in, and NotFound for who was erased before."""
    if person.erased_at:
        raise NotFound
    if person.disabled_at is None:
        raise Conflict(STILL_HERE)
    names = _Names(db, person)
    _remove_rows(db, person)
    _leave_rooms(db, person)
    _replace(db, person)
    removed = _remove_entries(db, person, everything=with_posts)
    _rewrite_entries(db, names)
    _rewrite_logs(db, person, names)
    events.record(db, "person.erased", subject=person.id, entries=removed)
    audit.write(db, "person.erased", names.placeholder, actor_id=actor.id if actor else None, with_posts=with_posts)


class _Names:
    """Every way in which rows may name the person, and what takes its place."""

    def __init__(self, db: Session, person: Person) -> None:
        former = db.scalars(select(FormerUsername.username).where(FormerUsername.person_id == person.id))
        account = db.get(models.DirectoryAccount, person.id)
        self.person_id, self.placeholder = person.id, f"former-{person.id}"
        self.usernames = [person.username, *former]
        others = [person.name, person.email, account.dn if account else "", account.username if account else ""]
        self.all = list(dict.fromkeys(each for each in [*self.usernames, *others] if each))
        either = "|".join(re.escape(each) for each in sorted(self.all, key=len, reverse=True))
        self._anywhere = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)
        either = "|".join(re.escape(each) for each in sorted(self.usernames, key=len, reverse=True))
        self._addressed = re.compile(rf"((?<!\w)@|/people/)(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)

    def in_text(self, text: str) -> str:
        """What others wrote: only where it points to the person."""
        return self._addressed.sub(rf"\g<1>{self.placeholder}", text)

    def in_log(self, said: Any) -> Any:
        """A value of a log, whatever is nested in it."""
        if isinstance(said, str):
            return self._anywhere.sub(self.placeholder, said)
        if isinstance(said, list):
            return [self.in_log(each) for each in said]
        if isinstance(said, dict):
            return {key: value if key in NO_NAMES else self.in_log(value) for key, value in said.items()}
        return said

    def held_by(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Rows whose text may name the person; JSON writes other letters than ASCII as numbers."""
        spelled = {*self.all, *(json.dumps(each)[1:-1] for each in self.all)}
        return or_(*(holds(each, column) for each in sorted(spelled)))


def _remove_rows(db: Session, person: Person) -> None:
    """Everything that is only theirs. What they reacted to is shown anew."""
    sessions.end_all(db, person.id)
    tokens = list(db.scalars(select(models.Token.id).where(models.Token.person_id == person.id)))
    if tokens:
        events.record(db, "token.revoked", person_id=person.id, tokens=tokens)
    raise_versions(db, db.scalars(select(Reaction.entry_id).where(Reaction.person_id == person.id)).all())
    db.execute(delete(models.Block).where(models.Block.blocked_id == person.id))
    own = select(Skill.id).where(Skill.person_id == person.id)
    db.execute(delete(SkillConfirmation).where(SkillConfirmation.skill_id.in_(own)))
    db.execute(delete(Skill).where(Skill.person_id == person.id))
    for table in OWN_ROWS:
        db.execute(delete(table).where(table.__table__.c.person_id == person.id))


def _leave_rooms(db: Session, person: Person) -> None:
    """Direct rooms keep their two members for ever; a room of one's own goes."""
    direct = select(Room.id).where(Room.kind == "direct")
    theirs = (Membership.person_id == person.id, Membership.room_id.not_in(direct))
    for room_id in db.scalars(select(Membership.room_id).where(*theirs)).all():
        events.record(db, "member.removed", room_id=room_id, person_id=person.id)
    db.execute(delete(Membership).where(*theirs))
    own = (Room.kind == "personal", Room.created_by == person.id, Room.removed_at.is_(None))
    for room in db.scalars(select(Room).where(*own)):
        room.removed_at, room.name, room.slug = clock.now(), NAME, f"former-{room.id}"


def _replace(db: Session, person: Person) -> None:
    for name, value in EMPTY.items():
        setattr(person, name, value)
    person.username, person.name, person.erased_at = f"former-{person.id}", NAME, clock.now()
    db.execute(update(Person).where(Person.manager_id == person.id).values(manager_id=None))
    db.flush()
    events.record(db, "person.changed", subject=person.id, fields=["name", "username"])


def _remove_entries(db: Session, person: Person, *, everything: bool) -> int:
    """Empties what they put into the bin, or all that they said, with its files; how many entries."""
    which = [Entry.author_id == person.id] + ([] if everything else [Entry.removed_at.is_not(None)])
    rows = db.scalars(select(Entry).where(*which)).all()
    for entry in rows:
        was_standing = entry.removed_at is None
        entry.body = entry.html = ""
        entry.pinned_at, entry.removed_at = None, entry.removed_at or clock.now()
        entry.version += 1
        index.remove(db.connection(), entry.id)
        if was_standing:
            events.record(
                db, "entry.removed", room_id=entry.room_id, subject=entry.id, kind=entry.kind,
                parent_id=entry.parent_id, thread_id=entry.thread_id, author_id=person.id,
            )  # fmt: skip
    ids = [entry.id for entry in rows]
    for some in _batches(ids):
        db.execute(delete(models.Attachment).where(models.Attachment.entry_id.in_(some)))
        db.execute(delete(Reaction).where(Reaction.entry_id.in_(some)))
        db.execute(delete(models.EntryRevision).where(models.EntryRevision.entry_id.in_(some)))
        db.execute(delete(models.EntryTag).where(models.EntryTag.entry_id.in_(some)))
    _count_comments(db, {each for entry in rows for each in (entry.parent_id, entry.thread_id) if each})
    return len(ids)


def _count_comments(db: Session, parent_ids: Iterable[int]) -> None:
    db.flush()
    for parent in (db.get(Entry, each) for each in parent_ids):
        if parent:
            under = Entry.parent_id if parent.thread_id else Entry.thread_id
            standing = select(func.count()).where(under == parent.id, Entry.removed_at.is_(None))
            parent.comment_count = db.scalar(standing) or 0
            parent.version += 1


def _rewrite_entries(db: Session, names: _Names) -> None:
    """Mentions of the person and links to their profile, in the words, the page and the index."""
    body, marks = func.lower(Entry.body), [f"@{each}" for each in names.usernames]
    marks += [f"/people/{each}" for each in names.usernames]
    found = [Entry.html.contains(f'data-person="{names.person_id}"')]
    found += [body.contains(each, autoescape=True) for each in marks]
    ids = db.scalars(select(Entry.id).where(or_(*found))).all()
    for entry in (db.get_one(Entry, each) for each in ids):
        text = names.in_text(entry.body)
        written = words.write(db, text, entry.room_id, entry.root_id, may_name_everyone=True)
        if (text, written.html) == (entry.body, entry.html):
            continue
        entry.body, entry.html = text, written.html
        if entry.removed_at is None:
            files = db.scalars(select(models.Attachment).where(models.Attachment.entry_id == entry.id))
            lines = [written.plain, *(f"{each.name} {each.alt}" for each in files)]
            index.put(db.connection(), entry.id, "\n".join(lines), "")
            events.record(
                db, "entry.changed", room_id=entry.room_id, subject=entry.id, kind=entry.kind,
                parent_id=entry.parent_id, thread_id=entry.thread_id, author_id=entry.author_id, mentions=list(written.mentions),
            )  # fmt: skip
        raise_versions(db, [entry.id])
    _rewrite_revisions(db, names)


def _rewrite_revisions(db: Session, names: _Names) -> None:
    for each in db.scalars(select(models.EntryRevision).where(names.held_by(cast(models.EntryRevision.html, String)))):
        entry = db.get_one(Entry, each.entry_id)
        each.body = names.in_text(each.body)
        each.html = words.write(db, each.body, entry.room_id, entry.root_id).html


def _rewrite_logs(db: Session, person: Person, names: _Names) -> None:
    """The audit log and the events keep the id, and no name; the log keeps no address of theirs."""
    db.execute(update(AuditRow).where(AuditRow.actor_id == person.id).values(address=""))
    detail = cast(AuditRow.detail, String)
    held = or_(names.held_by(cast(AuditRow.subject, String)), names.held_by(detail))
    for row in db.scalars(select(AuditRow).where(held)):
        row.subject, row.detail = names.in_log(row.subject), names.in_log(row.detail)
    for event in db.scalars(select(EventRow).where(names.held_by(cast(EventRow.data, String)))):
        event.data = names.in_log(event.data)
    for run in db.scalars(select(models.DirectoryRun).where(names.held_by(cast(models.DirectoryRun.report, String)))):
        run.report = names.in_log(run.report)
    for ticket in db.scalars(select(models.Ticket).where(names.held_by(cast(models.Ticket.data, String)))):
        ticket.data = names.in_log(ticket.data)
    keys = db.scalars(select(models.Throttle.key).where(names.held_by(cast(models.Throttle.key, String)))).all()
    for key in (each for each in keys if names.in_log(each) != each):
        db.execute(delete(models.Throttle).where(models.Throttle.key == key))
    db.flush()


def _batches(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[place : place + size] for place in range(0, len(ids), size))
