"""Who celebrates in the coming days, and who is away today: one statement, asked with each home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, extract, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from intranet.features.people.rules import coming_days
from intranet.plugin_api import Membership, Person, Profile, Room

CELEBRATIONS, AWAY = 4, 4
VIEWER: BindParameter[int] = bindparam("viewer_id")
TODAY: BindParameter[date] = bindparam("today")
Mine, Theirs = aliased(Membership), aliased(Membership)
MONTH_DAY = extract("month", Person.started_on) * 100 + extract("day", Person.started_on)
SHARED = (
    select(Theirs.person_id)
    .join(Mine, Mine.room_id == Theirs.room_id)
    .where(Mine.person_id == VIEWER, Theirs.person_id == Person.id)
)
COLLEAGUE = or_(
    SHARED.join(Room, Room.id == Theirs.room_id).where(Room.kind == "team", Room.removed_at.is_(None)).exists(),
    (Person.department == bindparam("department")) & (Person.department != "") & (bindparam("is_guest") == 0),
)
SEEN = or_(bindparam("is_guest") == 0, Person.id == VIEWER, SHARED.exists())


def _one(kind: str, *conditions: Any) -> Any:
    columns = (Person.id, Person.username, Person.name, Person.avatar, Person.started_on)
    query = select(literal(kind), *columns, Profile.birthday, Profile.absent_until)
    query = query.join(Profile, Profile.person_id == Person.id)
    return query.where(Person.disabled_at.is_(None), *conditions)


TOLD = union_all(
    _one("birthday", Profile.shows_birthday.is_(True), Profile.birthday.in_(bindparam("days", expanding=True)), SEEN),
    _one(
        "anniversary", Profile.shows_anniversary.is_(True), MONTH_DAY.in_(bindparam("numbers", expanding=True)),
        Person.started_on < TODAY, SEEN,
    ),
    _one(
        "away", Profile.absent_until >= TODAY, Profile.absent_from <= TODAY, Person.id != VIEWER, COLLEAGUE,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A line of the card. `years` is set for anniversaries, `on` is the day, or the last one of an absence."""

    kind: str
    person: Person
    on: date
    years: int = 0


def list_today(db: Session, viewer: Person, today: date) -> Sequence[Told]:
    """The next few who want it known, then the next few colleagues who are away."""
    days = coming_days(today)
    values = {
        "viewer_id": viewer.id, "is_guest": int(viewer.is_guest), "department": viewer.department, "today": today,
        "days": list(days), "numbers": [int(day.replace("-", "")) for day in days],
    }  # fmt: skip
    found = sorted((_told(row, days) for row in db.execute(TOLD, values)), key=lambda each: (each.on, each.person.name))
    celebrated = [each for each in found if each.kind != "away" and (each.kind == "birthday" or each.years)]
    return [*celebrated[:CELEBRATIONS], *[each for each in found if each.kind == "away"][:AWAY]]


def _told(row: Any, days: dict[str, date]) -> Told:
    kind, person_id, username, name, avatar, started_on, birthday, until = row
    person = Person(id=person_id, username=username, name=name, avatar=avatar)
    if kind == "away":
        return Told(kind, person, until)
    on = days[birthday] if kind == "birthday" else days[f"{started_on:%m-%d}"]
    return Told(kind, person, on, on.year - started_on.year if kind == "anniversary" else 0)
