"""The directory: everyone whom the viewer may see, searched, filtered and counted in a fixed number of statements.

A company has at most some thousand people, so their lines are read whole and compared here: without accents, by parts
of words and of numbers, which a database would do differently on each engine.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intranet.plugin_api import Membership, Person, Profile, Skill, profiles

WORDS = 6  # words of a query that count
COLUMNS = (
    Person.id, Person.username, Person.name, Person.title, Person.department, Person.division, Person.location,
    Person.phone, Person.mobile, Person.email, Person.about, Profile.absent_from, Profile.absent_until,
)  # fmt: skip
NUMBER = re.compile(r"[+(]?[\d()./-]*\d[\d()./-]*")
NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True)
class Filters:
    """What narrows the list; an empty one does not. `room_id` is a room that the viewer may read."""

    words: str = ""
    department: str = ""
    place: str = ""
    room_id: int | None = None
    letter: str = ""


@dataclass(frozen=True)
class Line:
    """One person in the directory, with what is said on a phone list."""

    id: int
    username: str
    name: str
    title: str
    department: str
    division: str
    location: str
    phone: str
    mobile: str
    email: str
    about: str
    absent_from: date | None
    absent_until: date | None

    @cached_property
    def key(self) -> str:
        return profiles.fold(self.name)

    @cached_property
    def letter(self) -> str:
        first = self.key[:1].upper()
        return first if first.isalpha() else "#"

    @property
    def cursor(self) -> str:
        return f"{self.key}~{self.id}"

    @property
    def haystack(self) -> str:
        said = (self.name, self.username, self.title, self.department, self.division, self.location, self.about)
        return profiles.fold("\n".join(said))

    def is_away(self, today: date) -> bool:
        return bool(self.absent_from and self.absent_until and self.absent_from <= today <= self.absent_until)


@dataclass(frozen=True)
class Listing:
    """A page of the directory, and how many there would be behind each filter."""

    lines: Sequence[Line]
    total: int
    next: str | None = None
    letters: Sequence[str] = ()
    departments: Sequence[tuple[str, int]] = ()
    places: Sequence[tuple[str, int]] = ()
    people: dict[int, Person] = field(default_factory=dict)


def list_directory(db: Session, viewer: Person, filters: Filters, *, after: str = "", limit: int) -> Listing:
    """People who may sign in and whom the viewer may see, by name, from the one after the cursor on."""
    found = _matching(db, filters.words, _read(db, viewer, filters.room_id))
    chosen, letters, departments, places = _sifted(found, filters)
    start = _after(after)
    rest = [line for line in chosen if (line.key, line.id) > start] if start else chosen
    shown = rest[:limit]
    following = shown[-1].cursor if len(rest) > limit else None
    return Listing(
        shown, len(chosen), following, sorted(letters), _by_name(departments), _by_name(places), _people(db, shown)
    )


def _sifted(lines: Iterable[Line], filters: Filters) -> tuple[list[Line], set[str], Counter[str], Counter[str]]:
    """Those whom all filters leave, and what each filter would offer if only the others stood."""
    chosen, letters, departments, places = list[Line](), set[str](), Counter[str](), Counter[str]()
    for line in lines:
        is_theirs = filters.department in ("", line.department)
        is_there = filters.place in ("", line.location)
        begins_so = filters.letter in ("", line.letter)
        if is_theirs and is_there:
            letters.add(line.letter)
            if begins_so:
                chosen.append(line)
        if is_there and begins_so:
            departments[line.department] += 1
        if is_theirs and begins_so:
            places[line.location] += 1
    return chosen, letters, departments, places


def _read(db: Session, viewer: Person, room_id: int | None) -> list[Line]:
    query = select(*COLUMNS).outerjoin(Profile, Profile.person_id == Person.id).where(Person.disabled_at.is_(None))
    if room_id is not None:
        query = query.where(Person.id.in_(select(Membership.person_id).where(Membership.room_id == room_id)))
    lines = [Line(*tuple(row)) for row in db.execute(query.where(*profiles.seen_by(viewer)))]
    return sorted(lines, key=lambda line: (line.key, line.id))


def _matching(db: Session, typed: str, lines: list[Line]) -> list[Line]:
    """Those in whose line, numbers or skills every word stands."""
    words = profiles.fold(typed).split()[:WORDS]
    if not words:
        return lines
    skills: dict[int, list[str]] = {}
    known = select(Skill.person_id, Skill.key).where(
        or_(*(Skill.key.contains(word, autoescape=True) for word in words))
    )
    for person_id, key in db.execute(known):
        skills.setdefault(person_id, []).append(key)
    return [line for line in lines if all(_stands(word, line, skills.get(line.id, ())) for word in words)]


def _stands(word: str, line: Line, skills: Sequence[str]) -> bool:
    if word in line.haystack or any(word in key for key in skills):
        return True
    digits = NOT_DIGITS.sub("", word) if NUMBER.fullmatch(word) else ""
    return len(digits) > 1 and any(digits in NOT_DIGITS.sub("", number) for number in (line.phone, line.mobile))


def _by_name(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in counted.items() if name), key=lambda pair: profiles.fold(pair[0]))


def _after(cursor: str) -> tuple[str, int] | None:
    key, mark, number = cursor.rpartition("~")
    return (key, int(number)) if mark and number.isascii() and number.isdigit() and len(number) < 20 else None


def _people(db: Session, lines: Sequence[Line]) -> dict[int, Person]:
    query = select(Person).where(Person.id.in_([line.id for line in lines]))
    return {person.id: person for person in db.scalars(query)}
