"""Gives what the rules say, and takes back only what they gave."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.directory.report import Report
from intranet.core.directory.rules import Given
from intranet.core.errors import Conflict, Forbidden
from intranet.core.models import DirectoryAccount, Membership, Person, Room
from intranet.core.rooms import changes as room_changes


def set_role(db: Session, person: Person, account: DirectoryAccount, role: str, report: Report) -> None:
    """Only what the rules gave before is taken away again: who is admin by hand stays admin."""
    before = account.role
    if role == before:
        return
    try:
        if before == "admin" or (role == "guest" and person.is_admin):
            people.set_admin(db, person, is_admin=False)
        people.set_guest(db, person, is_guest=role == "guest")
        if role == "admin":
            people.set_admin(db, person, is_admin=True)
    except Conflict as refusal:
        report.add("warned", person.username, person.name, str(refusal))
        return
    account.role = role
    report.add(role or "plain", person.username, person.name)


def set_rooms(
    db: Session,
    person: Person,
    given: Given,
    current: Mapping[int, Membership],
    rooms: Mapping[str, Room],
    report: Report,
) -> None:
    """Rooms that rules give and took; where somebody is by hand, rules change nothing."""
    wanted = {rooms[slug].id: (rooms[slug], role) for slug, role in given.rooms.items() if slug in rooms}
    for room, role in wanted.values():
        there = current.get(room.id)
        if there is None or (there.by_rule and there.role != role and not person.is_guest):
            _bring(db, room, person, "guest" if person.is_guest else role, report)
    for membership in current.values():
        if membership.by_rule and membership.room_id not in wanted:
            _take_out(db, db.get_one(Room, membership.room_id), person, report)


def _bring(db: Session, room: Room, person: Person, role: str, report: Report) -> None:
    try:
        room_changes.set_member(db, room, person, role, actor=None)
    except Conflict as refusal:
        report.add("warned", person.username, person.name, str(refusal))
        return
    db.get_one(Membership, (room.id, person.id)).by_rule = True
    report.add("joined", person.username, person.name, room.slug)


def _take_out(db: Session, room: Room, person: Person, report: Report) -> None:
    try:
        room_changes.remove_member(db, room, person, actor=None)
    except (Conflict, Forbidden) as refusal:
        report.add("warned", person.username, person.name, str(refusal))
        return
    report.add("quit", person.username, person.name, room.slug)
