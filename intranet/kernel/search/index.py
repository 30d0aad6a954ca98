"""The full-text tables: what is written into them, in the transaction that writes the text."""

import re
from typing import Any

from sqlalchemy import Connection, text
from sqlite_fts4 import register_functions as register_ranking

from intranet.kernel.prepared import Prepared
from intranet.kernel.search.language import stems

TABLES = ("talk", "library")
ADD = {
    each: Prepared(text(f"INSERT INTO {each} (docid, body, stems) VALUES (:docid, :body, :stems)"))  # noqa: S608
    for each in TABLES
}
REMOVE = {each: text(f"DELETE FROM {each} WHERE docid = :docid") for each in TABLES}  # noqa: S608
CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")


def register_functions(connection: Any) -> None:
    """Gives a new database connection the ranking functions."""
    register_ranking(connection)


def create(connection: Connection, table: str) -> None:
    """Makes a full-text table and the view of its vocabulary. Newest first costs nothing by `order=DESC`."""
    _known(table)
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {table} USING fts4(body, stems,"
        ' tokenize=unicode61 "remove_diacritics=2", prefix="2,3", order=DESC)'
    )
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {table}_terms USING fts4aux({table})")


def put(connection: Connection, docid: int, body: str, language: str, *, table: str = "talk") -> None:
    """Writes or replaces the words of one document."""
    remove(connection, docid, table=table)
    add(connection, docid, body, language, table=table)


def add(connection: Connection, docid: int, body: str, language: str, *, table: str = "talk") -> None:
    """Writes the words of a document that is not there yet."""
    ADD[_known(table)].run(connection, docid=docid, body=spaced(body), stems=stems(body, language))


def remove(connection: Connection, docid: int, *, table: str = "talk") -> None:
    connection.execute(REMOVE[_known(table)], {"docid": docid})


def spaced(body: str) -> str:
    """Chinese, Japanese and Korean characters stand apart, so that each can be found."""
    return CJK.sub(r" \1 ", body)


def _known(table: str) -> str:
    if table not in TABLES:
        raise ValueError(f"no full-text table {table}")
    return table
