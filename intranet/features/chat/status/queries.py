"""Reading statuses. What has ended is as if it had never been."""

from collections.abc import Collection

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from intranet.features.chat.models import Status
from intranet.plugin_api import Membership, Person, Prepared, Room, clock, people

MOST_ROOMS = 100
ONE = Prepared(
    select(Status)
    .join(Person, and_(Person.id == Status.person_id, Person.disabled_at.is_(None)))
    .where(Status.person_id == bindparam("person_id"), or_(Status.until.is_(None), Status.until > bindparam("now")))
)


def find(db: Session, person_id: int) -> Status | None:
    """Every page asks it of its viewer."""
    row = ONE.first(db, person_id=person_id, now=clock.now())
    return row[0] if row else None


def by_people(db: Session, ids: Collection[int]) -> dict[int, Status]:
    """The statuses of those of these people who have one now, and are still here."""
    lasts = or_(Status.until.is_(None), Status.until > clock.now())
    query = select(Status).join(Person, and_(Person.id == Status.person_id, Person.disabled_at.is_(None)))
    return {each.person_id: each for each in db.scalars(query.where(Status.person_id.in_(ids), lasts))}


def seen_by(db: Session, viewer: Person, ids: Collection[int]) -> dict[int, Status]:
    """The same, of those whom the viewer may see."""
    if viewer.is_guest:
        ids = people.known_to_guests(db, {viewer.id}, ids).get(viewer.id, set())
    return by_people(db, ids)


def list_hearing(db: Session, person_id: int) -> list[int]:
    """The rooms whose readers are, taken together, those who may see a person: the company's, and any shared with a guest."""
    theirs, guest = aliased(Membership), aliased(Person)
    shared = (
        select(Membership.room_id)
        .join(theirs, theirs.room_id == Membership.room_id)
        .join(guest, and_(guest.id == theirs.person_id, guest.is_guest))
        .where(Membership.person_id == person_id)
    )
    company = select(Room.id).where(Room.kind == "company", Room.removed_at.is_(None))
    return [*db.scalars(company), *db.scalars(shared.distinct().limit(MOST_ROOMS))]
