"""Reading announcements, always for a viewer; and the people whom one asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from intranet.features.announcements import rules
from intranet.features.announcements.models import Announcement, Reading
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Membership,
    NotFound,
    Person,
    SeenRoom,
    audience,
    clock,
    entry_queries,
    fold,
    folded,
    readable,
    room_queries,
)

OPEN_CAP = 200
ON_TOP = 3
LOOKED_AT = 200
CHOICES = 200
NOT_YOURS = N_("Only its author, the keepers of the room and admins see who has read this.")
Sets = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Open:
    """An announcement that has not ended: the same facts for everyone."""

    entry_id: int
    room_id: int
    author_id: int
    ends_at: datetime
    sets: Sets


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked to read, and when they did."""

    person: Person
    read_at: datetime | None = None


@dataclass(frozen=True)
class Announced:
    """An announcement with its post and room, as one viewer has them."""

    entry: Entry
    about: Announcement
    seen: SeenRoom

    @property
    def has_ended(self) -> bool:
        return self.about.ends_at <= clock.now()


def list_open(db: Session) -> list[Open]:
    """Those that have not ended, newest first, whoever may see them."""
    query = (
        select(Announcement.entry_id, Entry.room_id, Entry.author_id, Announcement.ends_at, Announcement.sets)
        .join(Entry, Entry.id == Announcement.entry_id)
        .where(Announcement.ends_at > clock.now(), Entry.removed_at.is_(None))
    )
    return [Open(*row) for row in db.execute(query.order_by(Announcement.entry_id.desc()).limit(OPEN_CAP))]


def waiting_for(viewer: Person, opened: Iterable[Open], roles: Mapping[int, str]) -> list[Open]:
    """Of those that are open, the ones for this viewer, whose role in each of their rooms is given. Asks nothing."""
    now = clock.now()
    return [
        each
        for each in opened
        if each.ends_at > now
        and each.author_id != viewer.id
        and rules.is_asked(each.sets, viewer, roles.get(each.room_id))
    ]


def list_unread(db: Session, viewer: Person, wanted: Sequence[Open]) -> Sequence[Row[int, int]]:
    """The newest of these that the viewer may read and has not read: id and version."""
    if not wanted:  # nearly always, and every home page asks
        return []
    mine = select(Reading.entry_id).where(Reading.entry_id == Entry.id, Reading.person_id == viewer.id)
    query = select(Entry.id, Entry.version).where(
        Entry.id.in_([each.entry_id for each in wanted]), Entry.removed_at.is_(None), readable(viewer), ~mine.exists()
    )
    return db.execute(query.order_by(Entry.id.desc()).limit(ON_TOP)).all()


def find(db: Session, viewer: Person, entry_id: int) -> Announced | None:
    entry = entry_queries.find(db, viewer, entry_id)
    about = db.get(Announcement, entry_id) if entry else None
    seen = room_queries.find_readable(db, viewer, room_id=entry.room_id) if entry else None
    return Announced(entry, about, seen) if entry and about and seen else None


def fetch(db: Session, viewer: Person, entry_id: int) -> Announced:
    """Raises NotFound for what is not there or not the viewer's to see."""
    found = find(db, viewer, entry_id)
    if found is None:
        raise NotFound
    return found


def fetch_kept(db: Session, viewer: Person, entry_id: int) -> Announced:
    """One that the viewer looks after. Raises NotFound, or Forbidden for those who may only read it."""
    found = fetch(db, viewer, entry_id)
    if not rules.may_look_after(viewer, found.entry, found.seen):
        raise Forbidden(NOT_YOURS)
    return found


def fetch_room(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """Raises NotFound."""
    seen = room_queries.find_readable(db, viewer, slug=slug, room_id=room_id)
    if seen is None:
        raise NotFound
    return seen


def is_for(viewer: Person, found: Announced) -> bool:
    return found.entry.author_id != viewer.id and rules.is_asked(found.about.sets, viewer, found.seen.role)


def list_mine(db: Session, viewer: Person, *, before: int, limit: int) -> tuple[list[Announced], int | None]:
    """Those that are or were for the viewer, newest first, and where to go on. Looks at LOOKED_AT at most."""
    query = (
        select(Entry, Announcement)
        .join(Announcement, Announcement.entry_id == Entry.id)
        .where(Entry.id < before, Entry.removed_at.is_(None), readable(viewer))
    )
    rows = db.execute(query.order_by(Entry.id.desc()).limit(LOOKED_AT)).all()
    rooms = {each: room_queries.find_readable(db, viewer, room_id=each) for each in {row[0].room_id for row in rows}}
    found = [Announced(entry, about, seen) for entry, about in rows if (seen := rooms[entry.room_id])]
    shown = [each for each in found if is_for(viewer, each)]
    if len(shown) > limit:
        return shown[:limit], shown[limit - 1].entry.id
    return shown, rows[-1][0].id if len(rows) == LOOKED_AT else None


def read_by(db: Session, viewer: Person, ids: Sequence[int]) -> dict[int, datetime]:
    """Which of these the viewer has read, and when."""
    query = select(Reading.entry_id, Reading.at).where(Reading.person_id == viewer.id, Reading.entry_id.in_(ids))
    return {row[0]: row[1] for row in db.execute(query)} if ids else {}


def list_asked(db: Session, room_id: int, sets: Sets, *, author_id: int, entry_id: int | None = None) -> list[Asked]:
    """The members of the room who belong to the sets and may read it now, by department and name. Never the author."""
    allowed = audience(db, room_id, entry_id)
    query = select(Person, Membership.role).join(Membership, Membership.person_id == Person.id)
    members = db.execute(query.where(Membership.room_id == room_id, Person.id != author_id)).all()
    people = [person for person, role in members if person.id in allowed and rules.is_asked(sets, person, role)]
    read = _reads(db, entry_id) if entry_id else {}
    people.sort(key=lambda each: (fold(each.department), fold(each.name), each.id))
    return [Asked(person, read.get(person.id)) for person in people]


def asked_of(db: Session, found: Announced) -> list[Asked]:
    entry = found.entry
    return list_asked(db, entry.room_id, found.about.sets, author_id=entry.author_id, entry_id=entry.id)


def list_choices(db: Session) -> dict[str, list[str]]:
    """Departments and places of those who work here, to choose from."""
    here = (Person.disabled_at.is_(None), Person.is_guest.is_(False))
    columns = {"departments": Person.department, "locations": Person.location}
    return {
        name: list(
            db.scalars(
                select(column).where(*here, column != "").group_by(column).order_by(folded(column)).limit(CHOICES)
            )
        )
        for name, column in columns.items()
    }


def list_readings(db: Session, person: Person) -> list[dict[str, str]]:
    """What this person said to have read, for the archive that they take along."""
    rows = db.execute(select(Reading.entry_id, Reading.at).where(Reading.person_id == person.id).order_by(Reading.at))
    return [{"entry_id": str(entry_id), "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for entry_id, at in rows]


def _reads(db: Session, entry_id: int) -> dict[int, datetime]:
    rows = db.execute(select(Reading.person_id, Reading.at).where(Reading.entry_id == entry_id))
    return {row[0]: row[1] for row in rows}
