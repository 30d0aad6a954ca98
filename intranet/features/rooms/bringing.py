"""Rules at work: who matches comes in, who no longer matches goes, in small transactions.

They touch only memberships that such a rule made (`by_profile`): never those of the directory (`by_rule`), and never
what people did by hand.
"""

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intranet.features.rooms import matching
from intranet.features.rooms.models import RoomException, RoomRule
from intranet.plugin_api import (
    N_,
    Conflict,
    Membership,
    Person,
    Room,
    SeenRoom,
    audit,
    caps,
    events,
    room_changes,
)

TOO_MANY = N_("This room has as many rules as it can have. Remove one first.")
FOR_EVERYONE = N_("Everyone is in the company's room.")


def add_rule(db: Session, seen: SeenRoom, actor: Person, *, field: str, value: str, role: str) -> RoomRule:
    """The same field and value again changes the role. Raises Conflict."""
    room = seen.room
    if room.kind == "company":
        raise Conflict(FOR_EVERYONE)
    known = matching.list_rules(db, room.id)
    rule = next((each for each in known if (each.field, each.value) == (field, value)), None)
    if rule is None:
        if len(known) >= caps.ROOM_RULES:
            raise Conflict(TOO_MANY)
        rule = RoomRule(room_id=room.id, field=field, value=value, role=role)
        db.add(rule)
    rule.role = role
    db.flush()
    _tell(db, room, actor, "rule.added", field=field, value=value, role=role)
    return rule


def remove_rule(db: Session, seen: SeenRoom, actor: Person, rule_id: int) -> bool:
    """False when the room has no such rule."""
    rule = db.get(RoomRule, rule_id)
    if rule is None or rule.room_id != seen.room.id:
        return False
    said = {"field": rule.field, "value": rule.value}
    db.delete(rule)
    db.flush()
    _tell(db, seen.room, actor, "rule.removed", **said)
    return True


def _tell(db: Session, room: Room, actor: Person, name: str, **said: str) -> None:
    events.record(db, name, subject=room.id)
    audit.write(db, name, room.slug, actor_id=actor.id, **said)


def by_hand(db: Session, room_id: int, person_id: int) -> None:
    """Somebody decided that this person is in the room: from now on no rule takes them out."""
    db.execute(delete(RoomException).where(RoomException.room_id == room_id, RoomException.person_id == person_id))
    membership = db.get(Membership, (room_id, person_id))
    if membership:
        membership.by_profile = False


def out_by_hand(db: Session, room_id: int, person_id: int) -> None:
    """Somebody decided that this person is not in the room: no rule brings them back."""
    if matching.list_rules(db, room_id):
        db.merge(RoomException(room_id=room_id, person_id=person_id))


def forget(db: Session, person: Person) -> None:
    db.execute(delete(RoomException).where(RoomException.person_id == person.id))


def put_right(db: Session, person: Person) -> None:
    """Brings a person into the rooms that rules want them in, and out of those that they no longer do."""
    wanted = matching.wanted_by_person(db, person)
    current = {each.room_id: each for each in db.scalars(select(Membership).where(Membership.person_id == person.id))}
    rooms = select(Room).where(Room.id.in_({*wanted, *current}), Room.removed_at.is_(None)).order_by(Room.id)
    for room in db.scalars(rooms).all():
        _settle(db, room, person, wanted.get(room.id), current.get(room.id))


def put_room_right(db: Session, room: Room, *, limit: int) -> int:
    """At most so many changes; how many there were."""
    changed = 0
    for person_id, role, membership in _differing(db, room):
        if changed == limit:
            break
        changed += _settle(db, room, db.get_one(Person, person_id), role, membership)
    return changed


def _differing(db: Session, room: Room) -> Iterator[tuple[int, str | None, Membership | None]]:
    wanted = matching.wanted_in_room(db, room)
    query = select(Membership, Person.disabled_at).join(Person, Person.id == Membership.person_id)
    current = {each.person_id: (each, left) for each, left in db.execute(query.where(Membership.room_id == room.id))}
    for person_id in sorted({*wanted, *current}):
        membership, left = current.get(person_id, (None, None))
        if left is None:
            yield person_id, wanted.get(person_id), membership


def _settle(db: Session, room: Room, person: Person, role: str | None, membership: Membership | None) -> bool:
    """Whether something was changed. The last keeper stays, whatever rules say."""
    if membership is not None and (membership.by_rule or not membership.by_profile or membership.role == role):
        return False
    try:
        if role is None:
            return membership is not None and room_changes.remove_member(db, room, person, actor=None)
        room_changes.set_member(db, room, person, role, actor=None)
    except Conflict:
        return False
    db.get_one(Membership, (room.id, person.id)).by_profile = True
    return True
