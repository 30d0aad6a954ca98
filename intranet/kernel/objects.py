"""Objects of single rows the short way: found by their id, or added at once."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, insert, inspect, select
from sqlalchemy.orm import Session

from intranet.kernel.prepared import Prepared, columns_by_name, present

T = TypeVar("T")


class HouseSession(Session):
    """A session whose `get` runs a prepared statement: nearly every request asks for some row by its id."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        ids = ident if isinstance(ident, tuple) else (ident,)
        if any(options.values()) or not all(isinstance(each, (int, str)) for each in ids):
            return super().get(entity, ident, **options)
        if inspect(entity).identity_key_from_primary_key(ids) in self.identity_map:
            return super().get(entity, ident)
        row = _by_id(entity).first(self, **{f"id{place}": each for place, each in enumerate(ids)})
        return row[0] if row else None


@cache
def _by_id(entity: Any) -> Prepared:
    columns = inspect(entity).primary_key
    return Prepared(select(entity).where(*(each == bindparam(f"id{place}") for place, each in enumerate(columns))))


class Adding(Generic[T]):
    """Adds rows of one table, each at once, and gives their objects: `db.add` and `db.flush` in one, with the same defaults."""

    def __init__(self, entity: type[T]) -> None:
        self._entity: Any = entity
        self._insert = Prepared(insert(entity))

    def __call__(self, db: Session, **values: Any) -> T:
        """Raises DBAPIError, and TypeError for what is no column."""
        columns = _columns(self._entity)
        if unknown := values.keys() - columns.keys():
            raise TypeError(f"{self._entity.__name__} has no {', '.join(sorted(unknown))}")
        row = {name: values[name] if name in values else default() for name, (_, default) in columns.items()}
        added = self._insert.run(db, **{key: row[name] for name, (key, _) in columns.items()})
        made: T = present(db, self._entity, {"id": added, **row})
        return made


@cache
def _columns(entity: Any) -> dict[str, tuple[str, Callable[[], Any]]]:
    """By attribute, the column's key and what stands there when nothing is said of it; all but `id`."""
    columns: dict[str, Any] = columns_by_name(inspect(entity))
    return {name: (each.key, _default(each)) for name, each in columns.items() if name != "id"}


def _default(column: Any) -> Callable[[], Any]:
    if column.default is None:
        return lambda: None
    made = column.default.arg
    return (lambda: made(None)) if column.default.is_callable else (lambda: made)
