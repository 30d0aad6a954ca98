"""Words as people compare them: small letters without accents, in Python and, as `fold`, in SQL alike.

SQLite's own `lower` and `LIKE` know the letters of ASCII alone.
"""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute

MOST_WORDS = 5
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def fold(text: str) -> str:
    """Lower case without accents: what FTS4's tokenizer makes of it."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def folded(column: Column) -> ColumnElement[str]:
    """The same in a statement: to sort and to compare by."""
    return func.fold(column)


def holds(text: str, column: Column) -> ColumnElement[bool]:
    """Whether the column has this text in it, however it is written."""
    return folded(column).contains(fold(text), autoescape=True)


def holds_words(typed: str, *columns: Column) -> ColumnElement[bool]:
    """Whether each of the first MOST_WORDS words that were typed is part of one of the columns. No words: always."""
    words = typed.split()[:MOST_WORDS]
    return and_(true(), *(or_(*(holds(word, column) for column in columns)) for word in words))


def register_function(connection: Any) -> None:
    """Gives a new database connection the function `fold`."""
    connection.create_function("fold", 1, _fold, deterministic=True)


def _fold(value: object) -> str | None:
    return None if value is None else fold(str(value))
