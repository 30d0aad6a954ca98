"""People: found, listed, added, changed, disabled."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select
from sqlalchemy.orm import Session, aliased

from intranet.core import audit, sessions
from intranet.core.errors import Conflict, Invalid
from intranet.core.forms import N_
from intranet.core.models import FormerUsername, Membership, Person, Room
from intranet.kernel import clock, events
from intranet.kernel.folding import holds_words

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
TAKEN_BY_PAGES = {"chart", "mention", "phone-list"}
LAST_ADMIN = N_("The box needs somebody who looks after it. Make someone else admin first.")
BY_IDS = select(Person).where(Person.id.in_(bindparam("ids", expanding=True)))


def normal_username(typed: str) -> str:
    """The one spelling of a user name: compatibility characters folded, lower case, no spaces around."""
    return as_typed(typed).casefold()


def as_typed(typed: str) -> str:
    """Compatibility characters folded and no spaces around, but large and small letters as they were."""
    return unicodedata.normalize("NFKC", typed).strip()


def plain_username(said: str) -> str | None:
    """A user name made of a directory's: Latin letters without their marks, dots for spaces. None when that is not enough.

    Letters of other scripts are refused, because some look like Latin ones.
    """
    folded = unicodedata.normalize("NFKD", normal_username(said).translate(LETTERS))
    plain = "".join(each for each in folded if not unicodedata.combining(each)).replace(" ", ".")
    return plain if USERNAME.fullmatch(plain) else None


def find_by_username(db: Session, username: str) -> Person | None:
    return db.scalar(select(Person).where(Person.username == normal_username(username)[:64]))


def find_by_former_username(db: Session, username: str) -> Person | None:
    """Who had this user name before."""
    former = db.get(FormerUsername, normal_username(username)[:64])
    return db.get(Person, former.person_id) if former else None


def is_taken(db: Session, username: str) -> bool:
    """Whether somebody has or had it, or a page below /people does."""
    in_use = find_by_username(db, username) is not None or db.get(FormerUsername, username) is not None
    return in_use or username in TAKEN_BY_PAGES


def free_username(db: Session, wanted: str) -> str:
    """The wanted name, or the first with a number behind it that nobody has or had."""
    shortened = wanted[:60]
    for candidate in (wanted, *(f"{shortened}-{number}" for number in range(2, 1000))):
        if not is_taken(db, candidate):
            return candidate
    raise Conflict(N_("This user name is taken."))


def find_by_login(db: Session, typed: str) -> Person | None:
    """By user name, or by an e-mail address that exactly one person has."""
    if found := find_by_username(db, typed):
        return found
    address = normal_username(typed)[:254]
    if "@" not in address:
        return None
    rows = db.scalars(select(Person).where(func.lower(Person.email) == address).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def find_by_directory_id(db: Session, directory_id: str) -> Person | None:
    return db.scalar(select(Person).where(Person.directory_id == directory_id))


def by_ids(db: Session, ids: Iterable[int]) -> dict[int, Person]:
    wanted = list(set(ids))
    return {person.id: person for person in db.scalars(BY_IDS, {"ids": wanted})} if wanted else {}


def list_people(db: Session, viewer: Person, *, text: str = "", after: str = "", limit: int = 50) -> Sequence[Person]:
    """People who may sign in and whom the viewer may see, by user name; `text` is part of a name, title or department."""
    query = select(Person).where(Person.disabled_at.is_(None), Person.username > after)
    if viewer.is_guest:
        mine = select(Membership.room_id).where(Membership.person_id == viewer.id)
        query = query.where(Person.id.in_(select(Membership.person_id).where(Membership.room_id.in_(mine))))
    query = query.where(holds_words(text, Person.name, Person.username, Person.title, Person.department))
    return db.scalars(query.order_by(Person.username).limit(limit)).all()


def may_see(db: Session, viewer: Person, person: Person) -> bool:
    """Guests see only the people they share a room with."""
    if not viewer.is_guest or viewer.id == person.id:
        return True
    mine = select(Membership.room_id).where(Membership.person_id == viewer.id)
    shared = select(Membership.room_id).where(Membership.person_id == person.id, Membership.room_id.in_(mine))
    return db.scalar(shared.limit(1)) is not None


def known_to_guests(db: Session, viewer_ids: Collection[int], person_ids: Collection[int]) -> dict[int, set[int]]:
    """For each of these viewers who is a guest, those of the people whom they may see. Everybody else may see everyone."""
    guests = db.scalars(select(Person.id).where(Person.is_guest, Person.disabled_at.is_(None))).all()
    known: dict[int, set[int]] = {each: {each} & set(person_ids) for each in guests if each in viewer_ids}
    if known:
        theirs = aliased(Membership)
        query = (
            select(Membership.person_id, theirs.person_id)
            .join(theirs, theirs.room_id == Membership.room_id)
            .where(Membership.person_id.in_(known))
        )
        for guest_id, person_id in db.execute(query.distinct()):
            if person_id in person_ids:
                known[guest_id].add(person_id)
    return known


def hidden_ids(db: Session) -> set[int]:
    """Who shows nobody whether they are here."""
    return set(db.scalars(select(Person.id).where(Person.look["presence"].as_string() == "hidden")))


def tells_reading() -> ColumnElement[bool]:
    """The condition on people who let others know what they have read."""
    hides: ColumnElement[bool] = Person.look["reading"].as_string() == "hidden"
    return hides.is_not(True)


def hides_reading(person: Person) -> bool:
    """Who tells nobody what they have read; they do not see of others what those have read either."""
    return (person.look or {}).get("reading") == "hidden"


def add(db: Session, *, username: str, name: str, actor_id: int | None = None, **fields: Any) -> Person:
    """Adds a person and brings them into the company's rooms. Raises Invalid or Conflict."""
    username = normal_username(username)
    if not USERNAME.fullmatch(username):
        raise Invalid({"username": N_("Use letters, digits, dots and dashes, at most 64.")})
    if is_taken(db, username):
        raise Conflict(N_("This user name is taken."))
    person = Person(username=username, name=name.strip() or username, created_at=clock.now(), **fields)
    db.add(person)
    db.flush()
    if not person.is_guest:
        _join_company_rooms(db, person)
    events.record(db, "person.added", subject=person.id)
    audit.write(db, "person.added", username, actor_id=actor_id)
    return person


def _join_company_rooms(db: Session, person: Person) -> None:
    for room_id in db.scalars(select(Room.id).where(Room.kind == "company", Room.removed_at.is_(None))):
        db.add(Membership(room_id=room_id, person_id=person.id, role="member", joined_at=clock.now()))


def change(db: Session, person: Person, **fields: Any) -> None:
    """Writes what differs. Nothing differs: nothing is written, nothing is told."""
    differing = {key: value for key, value in fields.items() if getattr(person, key) != value}
    if not differing:
        return
    for key, value in differing.items():
        setattr(person, key, value)
    events.record(db, "person.changed", subject=person.id, fields=sorted(differing))


def rename(db: Session, person: Person, username: str) -> None:
    """Another user name; the old one keeps leading to the person. Raises Conflict when it is or was somebody else's."""
    former = db.get(FormerUsername, username)
    if find_by_username(db, username) or (former and former.person_id != person.id):
        raise Conflict(N_("This user name is taken."))
    if former:
        db.delete(former)
    db.merge(FormerUsername(username=person.username, person_id=person.id))
    audit.write(db, "person.renamed", username, before=person.username)
    change(db, person, username=username)


def set_guest(db: Session, person: Person, *, is_guest: bool) -> None:
    """A guest is in no company room; who is a guest no more is in all of them."""
    if person.is_guest == is_guest:
        return
    change(db, person, is_guest=is_guest)
    if not is_guest:
        _join_company_rooms(db, person)
        return
    company = list(db.scalars(select(Room.id).where(Room.kind == "company")))
    db.execute(delete(Membership).where(Membership.person_id == person.id, Membership.room_id.in_(company)))
    for room_id in company:
        events.record(db, "member.removed", room_id=room_id, person_id=person.id)


def set_admin(db: Session, person: Person, *, is_admin: bool, actor_id: int | None = None) -> None:
    """Raises Conflict when nobody would be left who looks after the box."""
    if person.is_admin == is_admin:
        return
    if not is_admin:
        keep_one_admin(db, {person.id})
    change(db, person, is_admin=is_admin)
    audit.write(db, "admin.set" if is_admin else "admin.taken", person.username, actor_id=actor_id)


def keep_one_admin(db: Session, leaving: Collection[int]) -> None:
    """Raises Conflict when these are the last admins who can sign in."""
    admins = set(db.scalars(select(Person.id).where(Person.is_admin, Person.disabled_at.is_(None))))
    if admins and not admins - set(leaving):
        raise Conflict(LAST_ADMIN)


def disable(db: Session, person: Person, *, actor_id: int | None = None, address: str = "") -> None:
    """Ends every session and stream of theirs; what they wrote stays."""
    if person.disabled_at:
        return
    person.disabled_at = clock.now()
    sessions.end_all(db, person.id)
    events.record(db, "person.disabled", subject=person.id)
    audit.write(db, "person.disabled", person.username, actor_id=actor_id, address=address)


def enable(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    if person.disabled_at:
        person.disabled_at = None
        events.record(db, "person.changed", subject=person.id, fields=["disabled_at"])
        audit.write(db, "person.enabled", person.username, actor_id=actor_id)
