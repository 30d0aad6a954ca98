"""What people tell of themselves beyond their line in the directory: profile, skills, and who confirms them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.orm import Session

from intranet.core.errors import Conflict, Forbidden, NotFound
from intranet.core.forms import N_
from intranet.core.models import DirectoryAccount, Membership, Person, Profile, Skill, SkillConfirmation
from intranet.kernel import clock, events, folding

ENOUGH = N_("This is the most that fits on a profile. Remove one first.")
ONESELF = N_("Others confirm what you can be asked about.")


@dataclass(frozen=True)
class SkillView:
    """A skill as one viewer sees it: how many confirm it, and whether the viewer is one of them."""

    id: int
    name: str
    count: int
    is_confirmed: bool


@lru_cache(maxsize=20_000)
def fold(words: str) -> str:
    """Words as they are compared, with single spaces."""
    return " ".join(folding.fold(words).split())


def seen_by(viewer: Person) -> list[ColumnElement[bool]]:
    """Conditions on the people whom the viewer may see: guests see only those they share a room with."""
    if not viewer.is_guest:
        return []
    mine = select(Membership.room_id).where(Membership.person_id == viewer.id)
    met = select(Membership.person_id).where(Membership.room_id.in_(mine))
    return [(Person.id == viewer.id) | Person.id.in_(met)]


def read(db: Session, person_id: int) -> Profile:
    """The profile, or an empty one that is not kept yet."""
    return db.get(Profile, person_id) or Profile(
        person_id=person_id, languages="", experience="", hours={}, time_zone="", absent_from=None, absent_until=None,
        absence_note="", birthday="", shows_birthday=False, shows_anniversary=False, extra={},
    )  # fmt: skip


def by_ids(db: Session, ids: Iterable[int]) -> dict[int, Profile]:
    """The profiles of those who have one."""
    return {each.person_id: each for each in db.scalars(select(Profile).where(Profile.person_id.in_(set(ids))))}


def owned_fields(db: Session, person_id: int) -> frozenset[str]:
    """The fields that the company's directory fills; the person cannot change them here."""
    account = db.get(DirectoryAccount, person_id)
    return frozenset(account.owned if account else ())


def save(db: Session, person: Person, fields: Mapping[str, Any]) -> None:
    """Writes what differs, of the person and of their profile. What the directory owns is left as it is."""
    owned = owned_fields(db, person.id)
    said = {key: value for key, value in fields.items() if key not in owned}
    if "photo" in owned:
        said.pop("avatar", None)
    profile = read(db, person.id)
    changed = [*_write(person, said, Person), *_write(profile, said, Profile)]
    if changed:
        db.add(profile)
        events.record(db, "person.changed", subject=person.id, fields=sorted(changed))


def _write(row: Person | Profile, said: Mapping[str, Any], table: type[Person] | type[Profile]) -> list[str]:
    names = [key for key in said if key in table.__table__.columns and getattr(row, key) != said[key]]
    for name in names:
        setattr(row, name, said[name])
    return names


def list_skills(db: Session, person_id: int, viewer: Person) -> list[SkillView]:
    """The skills of one person, those that most confirm first."""
    return list_skills_of(db, [person_id], viewer).get(person_id, [])


def list_skills_of(db: Session, ids: Iterable[int], viewer: Person) -> dict[int, list[SkillView]]:
    """The skills of several people, in one statement."""
    count = func.count(SkillConfirmation.person_id)
    own = func.sum(case((SkillConfirmation.person_id == viewer.id, 1), else_=0))
    query = (
        select(Skill.person_id, Skill.id, Skill.name, count, own)
        .outerjoin(SkillConfirmation, SkillConfirmation.skill_id == Skill.id)
        .where(Skill.person_id.in_(set(ids)))
        .group_by(Skill.id)
        .order_by(count.desc(), Skill.key)
    )
    found: dict[int, list[SkillView]] = {}
    for person_id, skill_id, name, confirmed, mine in db.execute(query):
        found.setdefault(person_id, []).append(SkillView(skill_id, name, confirmed, bool(mine)))
    return found


def add_skill(db: Session, person: Person, name: str, *, cap: int) -> None:
    """The same skill twice counts once. Raises Conflict when there are as many as the cap."""
    key = fold(name)
    known = list(db.scalars(select(Skill.key).where(Skill.person_id == person.id)))
    if key in known:
        return
    if len(known) >= cap:
        raise Conflict(ENOUGH)
    skill = Skill(person_id=person.id, name=name, key=key)
    db.add(skill)
    db.flush()
    events.record(db, "skill.added", subject=skill.id, owner_id=person.id)


def remove_skill(db: Session, person: Person, skill_id: int) -> None:
    """Raises NotFound for what is not one of the person's own."""
    skill = db.get(Skill, skill_id)
    if skill is None or skill.person_id != person.id:
        raise NotFound
    db.execute(delete(SkillConfirmation).where(SkillConfirmation.skill_id == skill.id))
    db.execute(delete(Skill).where(Skill.id == skill.id))
    events.record(db, "skill.removed", subject=skill.id, owner_id=person.id)


def confirm(db: Session, owner: Person, skill_id: int, colleague: Person, *, on: bool) -> None:
    """A colleague says that it is so, or takes it back; twice counts once. Raises NotFound or Forbidden."""
    skill = db.get(Skill, skill_id)
    if skill is None or skill.person_id != owner.id:
        raise NotFound
    if owner.id == colleague.id:
        raise Forbidden(ONESELF)
    row = db.get(SkillConfirmation, (skill.id, colleague.id))
    if on == (row is not None):
        return
    if row:
        db.delete(row)
    else:
        db.add(SkillConfirmation(skill_id=skill.id, person_id=colleague.id, at=clock.now()))
    events.record(db, "skill.confirmed", subject=skill.id, owner_id=owner.id, by_id=colleague.id, on=on)


def suggest_skills(db: Session, person: Person, limit: int = 200) -> Sequence[str]:
    """What others have and this person has not, the most common first; nothing for guests."""
    if person.is_guest:
        return []
    own = select(Skill.key).where(Skill.person_id == person.id)
    query = (
        select(func.min(Skill.name))
        .join(Person, Person.id == Skill.person_id)
        .where(Person.disabled_at.is_(None), Skill.key.not_in(own))
        .group_by(Skill.key)
        .order_by(func.count().desc(), Skill.key)
    )
    return db.scalars(query.limit(limit)).all()
