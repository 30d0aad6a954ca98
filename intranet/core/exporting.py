"""What a person takes along: everything that is theirs, as JSON and as pages, with the files they attached.

Nothing of others is in it but what is needed to understand one's own words: the name of a room that one may still read.
"""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intranet.core import profiles
from intranet.core.models import (
    Attachment,
    AuditRow,
    Entry,
    EntryRevision,
    Membership,
    Notification,
    Person,
    Reaction,
    Room,
    SavedEntry,
    SessionRow,
    Token,
)
from intranet.core.rooms import queries as room_queries
from intranet.core.rooms.access import readable_ids
from intranet.kernel.blobs import Blobs

PERSON = (
    "id", "username", "name", "email", "title", "department", "division", "phone", "mobile", "location", "employee_type",
    "started_on", "about", "language", "look", "is_admin", "is_guest", "has_second_factor", "created_at", "disabled_at",
)  # fmt: skip
PROFILE = (
    "languages", "experience", "hours", "time_zone", "absent_from", "absent_until", "absence_note", "birthday",
    "shows_birthday", "shows_anniversary", "extra",
)  # fmt: skip
BATCH = 500
UNSAFE = re.compile(r"[^\w.\- ]")
HEAD = '<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>\n'


def write(
    db: Session, blobs: Blobs, person: Person, target: IO[bytes], extra: Iterable[tuple[str, bytes]] = ()
) -> None:
    """The archive, written piece by piece, so that memory stays flat whatever its size."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _json(archive, "profile.json", _profile(db, person))
        _json(archive, "rooms.json", _rooms(db, person))
        _json(archive, "reactions.json", _reactions(db, person))
        _json(archive, "saved.json", _saved(db, person))
        _json(archive, "revisions.json", _revisions(db, person))
        _json(archive, "notifications.json", _notifications(db, person))
        _json(archive, "sessions.json", _sessions(db, person))
        _json(archive, "audit.json", _audit(db, person))
        for kind in _kinds(db, person):
            _entries(db, archive, person, kind)
        _attachments(db, archive, blobs, person)
        if person.avatar and (path := blobs.path(person.avatar)).is_file():
            archive.write(path, "photo.webp", ZIP_STORED)
        for path_inside, content in extra:
            archive.writestr(_inside(path_inside), content)


def _json(archive: ZipFile, path: str, said: Any) -> None:
    archive.writestr(path, json.dumps(said, ensure_ascii=False, indent=1, default=str))


def _profile(db: Session, person: Person) -> dict[str, Any]:
    profile, manager = profiles.read(db, person.id), db.get(Person, person.manager_id) if person.manager_id else None
    skills = profiles.list_skills(db, person.id, person)
    return {
        **{name: getattr(person, name) for name in PERSON},
        **{name: getattr(profile, name) for name in PROFILE},
        "manager": manager.username if manager else None,
        "skills": [{"name": each.name, "confirmed_by": each.count} for each in skills],
    }


def _rooms(db: Session, person: Person) -> list[dict[str, Any]]:
    query = select(Room, Membership).join(Membership, Membership.room_id == Room.id)
    rows = db.execute(query.where(Membership.person_id == person.id, Room.removed_at.is_(None)).order_by(Room.id))
    return [
        {"slug": room.slug, "name": room.name, "kind": room.kind, "role": member.role, "joined_at": member.joined_at}
        for room, member in rows
    ]


def _reactions(db: Session, person: Person) -> list[dict[str, Any]]:
    query = select(Reaction).where(Reaction.person_id == person.id).order_by(Reaction.at)
    return [{"entry_id": each.entry_id, "emoji": each.emoji, "at": each.at} for each in db.scalars(query)]


def _saved(db: Session, person: Person) -> list[dict[str, Any]]:
    query = select(SavedEntry).where(SavedEntry.person_id == person.id).order_by(SavedEntry.at)
    return [{"entry_id": each.entry_id, "at": each.at} for each in db.scalars(query)]


def _revisions(db: Session, person: Person) -> list[dict[str, Any]]:
    """Earlier words of what they wrote."""
    query = select(EntryRevision).join(Entry, Entry.id == EntryRevision.entry_id).where(Entry.author_id == person.id)
    rows = db.scalars(query.order_by(EntryRevision.entry_id, EntryRevision.revision))
    return [{"entry_id": each.entry_id, "at": each.at, "body": each.body} for each in rows]


def _notifications(db: Session, person: Person) -> list[dict[str, Any]]:
    query = select(Notification).where(Notification.person_id == person.id).order_by(Notification.id)
    return [
        {"kind": each.kind, "entry_id": each.entry_id, "at": each.at, "read_at": each.read_at}
        for each in db.scalars(query)
    ]


def _sessions(db: Session, person: Person) -> dict[str, Any]:
    browsers = db.scalars(select(SessionRow).where(SessionRow.person_id == person.id))
    tokens = db.scalars(select(Token).where(Token.person_id == person.id))
    return {
        "sessions": [
            {"created_at": each.created_at, "seen_at": each.seen_at, "agent": each.agent, "address": each.address}
            for each in browsers
        ],
        "tokens": [{"name": each.name, "created_at": each.created_at, "used_at": each.used_at} for each in tokens],
    }


def _audit(db: Session, person: Person) -> list[dict[str, Any]]:
    """What they did, and what was done to them; the address only where it is theirs."""
    about = or_(AuditRow.actor_id == person.id, AuditRow.subject == person.username)
    return [
        {
            "at": each.at, "action": each.action, "by_you": each.actor_id == person.id,
            "subject": each.subject, "address": each.address if each.actor_id == person.id else "",
            "detail": each.detail if each.actor_id == person.id else {},
        }
        for each in db.scalars(select(AuditRow).where(about).order_by(AuditRow.id))
    ]  # fmt: skip


def _kinds(db: Session, person: Person) -> Sequence[str]:
    return db.scalars(select(Entry.kind).where(Entry.author_id == person.id).distinct().order_by(Entry.kind)).all()


def _entries(db: Session, archive: ZipFile, person: Person, kind: str) -> None:
    """All of one kind, twice: as JSON, and as a page to read."""
    names = _room_names(db, person)
    with archive.open(f"{kind}s.json", "w") as target:
        target.write(b"[")
        for place, entry in enumerate(_own(db, person, kind)):
            said = json.dumps(_entry(entry, names), ensure_ascii=False, default=str)
            target.write((",\n" if place else "\n").encode() + said.encode())
        target.write(b"\n]\n")
    with archive.open(f"{kind}s.html", "w") as target:
        target.write(HEAD.format(title=escape(person.name)).encode())
        for entry in _own(db, person, kind):
            room = escape(names.get(entry.room_id, ""))
            line = f'<article id="{kind}-{entry.id}"><p><b>{room}</b> {entry.created_at:%Y-%m-%d %H:%M} UTC</p>'
            target.write(f"{line}\n{entry.html}</article>\n<hr>\n".encode())
        target.write(b"</body></html>\n")


def _own(db: Session, person: Person, kind: str) -> Iterable[Entry]:
    """One's own words, those in the bin too, oldest first."""
    last = 0
    while True:
        query = select(Entry).where(Entry.author_id == person.id, Entry.kind == kind, Entry.id > last)
        rows = db.scalars(query.order_by(Entry.id).limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id
        db.expunge_all()


def _entry(entry: Entry, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": entry.id, "kind": entry.kind, "room": names.get(entry.room_id), "parent_id": entry.parent_id,
        "body": entry.body, "html": entry.html, "created_at": entry.created_at, "edited_at": entry.edited_at,
        "in_bin": entry.removed_at is not None,
    }  # fmt: skip


def _room_names(db: Session, person: Person) -> dict[int, str]:
    return room_queries.names(db, person, set(db.scalars(readable_ids(person))))


def _attachments(db: Session, archive: ZipFile, blobs: Blobs, person: Person) -> None:
    query = select(Attachment.id, Attachment.name, Attachment.sha256).join(Entry, Entry.id == Attachment.entry_id)
    for number, name, sha256 in db.execute(query.where(Entry.author_id == person.id).order_by(Attachment.id)):
        if (path := blobs.path(sha256)).is_file():
            archive.write(path, f"attachments/{number}-{_safe(name)}", ZIP_STORED)


def _inside(path: str) -> str:
    """A path that stays inside wherever the archive is unpacked."""
    return "/".join(_safe(part) for part in path.replace("\\", "/").split("/") if part.strip(". "))


def _safe(name: str) -> str:
    return UNSAFE.sub("_", name).strip(". ") or "file"
