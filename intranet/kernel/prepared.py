"""Statements that nearly every request runs: compiled once, and run on the driver itself.

A row found by its key takes the database some ten microseconds, and the way to it and back through the library ten times as
much. What comes back is what the session would give: objects that are its own, or plain values.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Executable, Select, inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeEngine

from intranet.kernel.dialect import execute

Row = tuple[Any, ...]
T = TypeVar("T")
Convert = Callable[[Any], Any] | None
Part = Callable[[Session, Sequence[Any]], Any]


class Prepared:
    """One statement with named values, each a single one and no list. An INSERT is given every column: no defaults are filled in."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._plan: _Plan | None = None

    def first(self, db: Session, **values: Any) -> Row | None:
        """The first row. Raises DBAPIError."""
        rows = self.all(db, **values)
        return rows[0] if rows else None

    def all(self, db: Session, **values: Any) -> list[Row]:
        """All rows. Raises DBAPIError."""
        plan = self._planned(db, values)
        return [plan.read(db, row) for row in plan.run(db, values).fetchall()]

    def run(self, db: Session | Connection, **values: Any) -> int:
        """Writes, and returns the id of the row that was added. Raises DBAPIError."""
        return int(self._planned(db, values).run(db, values).lastrowid or 0)

    def _planned(self, db: Session | Connection, values: dict[str, Any]) -> "_Plan":
        if self._plan is None:
            bind = db.get_bind() if isinstance(db, Session) else db
            self._plan = _Plan(self._statement, bind.dialect, values.keys())
        return self._plan


class _Plan:
    """What was compiled: the words, how each value goes in and how each column comes out."""

    def __init__(self, statement: Any, dialect: Dialect, names: Iterable[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        self._words, self._names = str(compiled), set(names)
        self._sent: list[tuple[str, Any, Convert]] = [
            (name, compiled.params[name], _into(compiled.binds[name].type, dialect)) for name in compiled.positiontup
        ]
        if unknown := self._names - set(compiled.positiontup):
            raise TypeError(f"no place for {', '.join(sorted(unknown))}")
        if missing := [name for name, fixed, _ in self._sent if fixed is None and name not in self._names]:
            raise TypeError(f"no value for {', '.join(missing)}")
        self._come: list[Convert] = []
        self._parts: list[Part] = []
        if isinstance(statement, Select):
            self._come = [_out_of(each.type, dialect) for each in statement.selected_columns]
            self._parts = list(_parts(statement))

    def run(self, db: Session | Connection, values: dict[str, Any]) -> Any:
        """The driver's cursor."""
        if values.keys() != self._names:
            raise TypeError(f"wanted {', '.join(sorted(self._names))}")
        if isinstance(db, Session) and db.autoflush:
            db.flush()
        given = [(values.get(name, fixed), convert) for name, fixed, convert in self._sent]
        sent = [convert(value) if convert else value for value, convert in given]
        return execute(db.connection() if isinstance(db, Session) else db, self._words, sent)

    def read(self, db: Session, row: Row) -> Row:
        values = [convert(value) if convert else value for convert, value in zip(self._come, row, strict=True)]
        return tuple(part(db, values) for part in self._parts)


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _parts(statement: Any) -> Iterator[Part]:
    """What each thing that was selected is made of, in their order."""
    place = 0
    for each in statement.column_descriptions:
        if each["expr"] is each["entity"]:
            mapper = inspect(each["entity"])
            keys = list(columns_by_name(mapper))
            yield _entity(mapper, keys, place)
            place += len(keys)
        else:
            yield _value(place)
            place += 1


def _value(place: int) -> Part:
    return lambda _db, values: values[place]


def columns_by_name(mapper: Mapper[Any]) -> dict[str, KeyedColumnElement[Any]]:
    """The columns of an entity's table, in their order, by the names of its attributes."""
    return {mapper.get_property_by_column(each).key: each for each in mapper.local_table.columns}


def _entity(mapper: Mapper[Any], keys: list[str], start: int) -> Part:
    """The object of a row, as the session has it already or loaded anew; None where an outer join found nothing."""
    stop, ids = start + len(keys), [keys.index(mapper.get_property_by_column(each).key) for each in mapper.primary_key]

    def read(db: Session, values: Sequence[Any]) -> Any:
        mine = values[start:stop]
        identity = tuple(mine[each] for each in ids)
        if None in identity:
            return None
        key = mapper.identity_key_from_primary_key(identity)
        known = db.identity_map.get(key)
        return known if known is not None else _attached(db, mapper, key, dict(zip(keys, mine, strict=True)))

    return read


def present(db: Session, entity: type[T], values: dict[str, Any]) -> T:
    """The object of a row that stands in the database with just these values, as the session would have loaded it."""
    mapper: Mapper[T] = inspect(entity)
    ids = tuple(values[mapper.get_property_by_column(each).key] for each in mapper.primary_key)
    return _attached(db, mapper, mapper.identity_key_from_primary_key(ids), values)


def _attached(db: Session, mapper: Mapper[T], key: Any, values: dict[str, Any]) -> T:
    """What the library's loader does for each row, a sixth of what it takes to add an object that was made by hand."""
    found: T = mapper.class_manager.new_instance()
    state = instance_state(found)
    state.dict.update(values)
    state.key, state.session_id = key, db.hash_key
    db.identity_map.add(state)
    return found
