"""Whom the rules of a room bring in. Guests and disabled people never, and nobody who was taken out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from intranet.features.rooms import rules
from intranet.features.rooms.models import RoomException, RoomRule
from intranet.plugin_api import DirectoryAccount, Membership, Person, Room, folded

VALUES = 200  # of one field that are offered


@dataclass(frozen=True)
class Preview:
    """What a rule would do: who comes in, how many are there already, how many only say so themselves."""

    coming: Sequence[Person]
    there_count: int
    unproven_count: int


def list_rules(db: Session, room_id: int) -> Sequence[RoomRule]:
    return db.scalars(select(RoomRule).where(RoomRule.room_id == room_id).order_by(RoomRule.id)).all()


def list_ruled_rooms(db: Session) -> Sequence[int]:
    return db.scalars(select(RoomRule.room_id).distinct().order_by(RoomRule.room_id)).all()


def list_values(db: Session) -> dict[str, list[tuple[str, int]]]:
    """What stands in each field now, and for how many."""
    return {field: _values(db, field) for field in rules.FIELDS}


def _values(db: Session, field: str) -> list[tuple[str, int]]:
    column = getattr(Person, field)
    query = select(column, func.count()).where(*_present(), column != "").group_by(column).order_by(column)
    return [(value, count) for value, count in db.execute(query.limit(VALUES))]


def preview(db: Session, room: Room, rule: RoomRule) -> Preview:
    """For a rule that need not be kept yet."""
    excepted = _excepted(db, room.id)
    there = set(db.scalars(select(Membership.person_id).where(Membership.room_id == room.id)))
    matching = [(each, owned) for each, owned in _matching(db, rule) if each not in excepted]
    proven = [each for each, owned in matching if rules.counts(room, rule.role, rule.field, owned)]
    coming = [each for each in proven if each not in there]
    people = db.scalars(select(Person).where(Person.id.in_(coming)).order_by(folded(Person.name), Person.id)).all()
    return Preview(people, len(proven) - len(coming), len(matching) - len(proven))


def wanted_in_room(db: Session, room: Room) -> dict[int, str]:
    """Person and role for everyone whom the room's rules bring in; of two roles the higher one."""
    wanted: dict[int, str] = {}
    for rule in list_rules(db, room.id):
        for person_id, owned in _matching(db, rule):
            if rules.counts(room, rule.role, rule.field, owned):
                wanted[person_id] = _higher(wanted.get(person_id), rule.role)
    excepted = _excepted(db, room.id)
    return {person_id: role for person_id, role in wanted.items() if person_id not in excepted}


def wanted_by_person(db: Session, person: Person) -> dict[int, str]:
    """Room and role for every room into which rules bring this person."""
    if person.is_guest or person.disabled_at:
        return {}
    account = db.get(DirectoryAccount, person.id)
    owned = account.owned if account else ()
    wanted: dict[int, str] = {}
    for field in rules.FIELDS:
        query = select(RoomRule, Room).join(Room, Room.id == RoomRule.room_id).where(Room.removed_at.is_(None))
        query = query.where(RoomRule.field == field, RoomRule.value == getattr(person, field))
        for rule, room in db.execute(query):
            if rules.counts(room, rule.role, field, owned):
                wanted[room.id] = _higher(wanted.get(room.id), rule.role)
    excepted = set(db.scalars(select(RoomException.room_id).where(RoomException.person_id == person.id)))
    return {room_id: role for room_id, role in wanted.items() if room_id not in excepted}


def _matching(db: Session, rule: RoomRule) -> list[tuple[int, Sequence[str]]]:
    """Everyone in whose profile it stands, with the fields that the directory fills for them."""
    query = select(Person.id, DirectoryAccount.owned).outerjoin(
        DirectoryAccount, DirectoryAccount.person_id == Person.id
    )
    rows = db.execute(query.where(*_present(), getattr(Person, rule.field) == rule.value))
    return [(person_id, owned or ()) for person_id, owned in rows]


def _present() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Person.disabled_at.is_(None), Person.is_guest.is_(False)


def _excepted(db: Session, room_id: int) -> set[int]:
    return set(db.scalars(select(RoomException.person_id).where(RoomException.room_id == room_id)))


def _higher(one: str | None, other: str) -> str:
    return max(one or other, other, key=rules.RANK.__getitem__)
