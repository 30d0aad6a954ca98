"""The table of people, as admins see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from intranet.plugin_api import DirectoryAccount, Membership, Person, folded, holds_words

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A person with when they were last seen, and the name as the database sorts it."""

    person: Person
    seen_at: datetime | None
    sort_name: str


@dataclass(frozen=True)
class Wanted:
    """Which people, in which order, from where on."""

    words: str = ""
    show: str = "all"
    sort: str = "name"
    after: str = ""


LATEST = func.coalesce(Person.seen_at, NEVER, type_=Person.seen_at.type)
MAY_SIGN_IN = Person.disabled_at.is_(None)
FILTERS: Mapping[str, ColumnElement[bool]] = {
    "all": Person.id.is_not(None),
    "admins": and_(Person.is_admin.is_(True), MAY_SIGN_IN),
    "guests": and_(Person.is_guest.is_(True), MAY_SIGN_IN),
    "disabled": Person.disabled_at.is_not(None),
    "local": and_(Person.directory_id.is_(None), MAY_SIGN_IN),
    "directory": and_(Person.directory_id.is_not(None), MAY_SIGN_IN),
    "never": and_(Person.seen_at.is_(None), MAY_SIGN_IN),
}
NAME = folded(Person.name)
ROWS = select(Person, LATEST, NAME)


def list_rows(db: Session, wanted: Wanted, *, limit: int) -> Sequence[Row]:
    query = _paged(_matching(ROWS, wanted), wanted)
    return [_row(*found) for found in db.execute(query.limit(limit)).all()]


def count_rows(db: Session, words: str) -> dict[str, int]:
    """How many each filter would show."""
    sums = [func.count().filter(condition) for condition in FILTERS.values()]
    row = db.execute(_matching(select(*sums).select_from(Person), Wanted(words))).one()
    return dict(zip(FILTERS, row, strict=True))


def place(row: Row, sort: str) -> str:
    """Where the next page begins: the value that it is sorted by, and the id."""
    values = {"name": row.sort_name, "username": row.person.username, "seen": (row.seen_at or NEVER).isoformat()}
    return f"{row.person.id}~{values.get(sort, '')}"


def find_row(db: Session, person: Person) -> Row:
    return _row(*db.execute(ROWS.where(Person.id == person.id)).one())


def find_account(db: Session, person: Person) -> DirectoryAccount | None:
    return db.get(DirectoryAccount, person.id)


def count_rooms(db: Session, person: Person) -> int:
    return db.scalar(select(func.count()).where(Membership.person_id == person.id)) or 0


def by_username(db: Session, names: Sequence[str]) -> dict[str, Person]:
    return {each.username: each for each in db.scalars(select(Person).where(Person.username.in_(names)))}


def list_after(db: Session, person_id: int, *, limit: int) -> Sequence[Person]:
    """For a file of everyone, some at a time."""
    query = select(Person).where(Person.id > person_id, Person.erased_at.is_(None))
    return db.scalars(query.order_by(Person.id).limit(limit)).all()


def _matching(query: Any, wanted: Wanted) -> Any:
    query = query.where(Person.erased_at.is_(None), FILTERS[wanted.show])
    return query.where(holds_words(wanted.words, Person.name, Person.username, Person.email, Person.department))


def _paged(query: Select[Any], wanted: Wanted) -> Select[Any]:
    number, _, value = wanted.after.partition("~")
    after = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if wanted.sort == "newest":
        query = query.where(Person.id < after) if after else query
        return query.order_by(Person.id.desc())
    if wanted.sort == "seen":
        latest, moment = LATEST, _moment(value)
        if after is not None and moment:
            query = query.where(or_(latest < moment, and_(latest == moment, Person.id > after)))
        return query.order_by(latest.desc(), Person.id)
    column = NAME if wanted.sort == "name" else Person.username
    if after is not None:
        query = query.where(or_(column > value, and_(column == value, Person.id > after)))
    return query.order_by(column, Person.id)


def _moment(value: str) -> datetime | None:
    """An address may hold anything; what is no moment is no place to go on from."""
    try:
        said = datetime.fromisoformat(value)
    except ValueError:
        return None
    return said if said.tzinfo else None


def _row(person: Person, seen_at: datetime, sort_name: str) -> Row:
    return Row(person, seen_at if seen_at > NEVER else None, sort_name)
