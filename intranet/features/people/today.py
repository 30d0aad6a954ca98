"""Who is new, who celebrates in the coming days, and who is away today.

What the whole company tells is the same for everyone and kept for a moment; which of it a viewer is shown takes one small
statement at most, because every home page asks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, extract, literal, select, text, union_all
from sqlalchemy.orm import Session

from intranet.features.people.rules import coming_days
from intranet.plugin_api import Person, Profile, fold

CELEBRATIONS, AWAY = 4, 4
NEW_FOR = timedelta(days=14)
TODAY = bindparam("today", type_=Profile.absent_until.type)
MONTH_DAY = extract("month", Person.started_on) * 100 + extract("day", Person.started_on)
SHARING = text(
    "SELECT DISTINCT t.person_id FROM memberships m JOIN memberships t ON t.room_id = m.room_id"
    " JOIN rooms r ON r.id = m.room_id WHERE m.person_id = :viewer_id AND r.removed_at IS NULL"
    " AND (:is_guest = 1 OR r.kind = 'team') AND t.person_id IN (SELECT value FROM json_each(:people))"
)


def _one(kind: str, *conditions: Any) -> Any:
    columns = (Person.id, Person.username, Person.name, Person.avatar, Person.department, Person.started_on)
    query = select(literal(kind), *columns, Profile.birthday, Profile.absent_until)
    query = query.join(Profile, Profile.person_id == Person.id)
    return query.where(Person.disabled_at.is_(None), *conditions)


TOLD = union_all(
    _one("birthday", Profile.shows_birthday.is_(True), Profile.birthday.in_(bindparam("days", expanding=True))),
    _one(
        "new", Profile.shows_anniversary.is_(True), Person.started_on <= TODAY,
        Person.started_on > bindparam("new_after", type_=Person.started_on.type),
    ),
    _one(
        "anniversary", Profile.shows_anniversary.is_(True), MONTH_DAY.in_(bindparam("numbers", expanding=True)),
        Person.started_on < TODAY,
    ),
    _one("away", and_(Profile.absent_until >= TODAY, Profile.absent_from <= TODAY)),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A line of the card. `years` is set for anniversaries, `on` is the day, the first one or the last one of an absence."""

    kind: str
    person: Person
    on: date
    years: int = 0


def list_told(db: Session, today: date) -> Sequence[Told]:
    """What anybody in the company tells: who is new, the coming days, and who is away."""
    days = coming_days(today)
    numbers = [int(day.replace("-", "")) for day in days]
    values = {"today": today, "new_after": today - NEW_FOR, "days": list(days), "numbers": numbers}
    found = sorted(
        (_told(row, days) for row in db.execute(TOLD, values)), key=lambda each: (each.on, fold(each.person.name))
    )
    return [each for each in found if each.kind != "anniversary" or each.years]


def choose(db: Session, viewer: Person, told: Sequence[Told]) -> Sequence[Told]:
    """The newest and the next few celebrations of people whom the viewer may see, then the next few colleagues who are away."""
    asked = [each for each in told if each.person.id != viewer.id and (viewer.is_guest or each.kind == "away")]
    sharing = _sharing(db, viewer, {each.person.id for each in asked})

    def is_shown(each: Told) -> bool:
        is_mine, shares = each.person.id == viewer.id, each.person.id in sharing
        if each.kind != "away":
            return not viewer.is_guest or is_mine or shares
        is_beside = bool(viewer.department) and not viewer.is_guest and each.person.department == viewer.department
        return not is_mine and (shares or is_beside)

    shown = [each for each in told if is_shown(each)]
    celebrated = [each for each in shown if each.kind != "away"]
    return [*celebrated[:CELEBRATIONS], *[each for each in shown if each.kind == "away"][:AWAY]]


def _sharing(db: Session, viewer: Person, people: Collection[int]) -> set[int]:
    """Those of the people with whom the viewer shares a room (of a team, unless they are a guest)."""
    if not people:
        return set()
    values = {"viewer_id": viewer.id, "is_guest": int(viewer.is_guest), "people": str(sorted(people))}
    return set(db.scalars(SHARING, values))


def _told(row: Any, days: dict[str, date]) -> Told:
    kind, person_id, username, name, avatar, department, started_on, birthday, until = row
    person = Person(id=person_id, username=username, name=name, avatar=avatar, department=department)
    if kind in ("away", "new"):
        return Told(kind, person, until if kind == "away" else started_on)
    on = days[birthday] if kind == "birthday" else days[f"{started_on:%m-%d}"]
    return Told(kind, person, on, on.year - started_on.year if kind == "anniversary" else 0)
