"""What is found, and that no query breaks the index."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from intranet.kernel.db import Database
from intranet.kernel.search import index
from intranet.kernel.search.query import parse
from intranet.kernel.search.ranking import did_you_mean, find_ranked

TODAY = date(2026, 11, 24)
SAID = {
    1: "The gearbox GX-40/7 runs quietly", 2: "Die Getriebe laufen; mail anna.b@ex.example", 3: "日本語のテスト",
    4: "Riunioni e cuscinetti, caffè", 5: "running boxes", 6: "192.168.1.12 is the printer", 7: "gearbox gearbox gearbox",
}  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(Path(tmp_path_factory.mktemp("search")) / "index.sqlite")
    with opened.write() as db:
        index.create(db.connection(), "talk")
        db.execute(text("CREATE TABLE entries (id INTEGER PRIMARY KEY)"))
        for number, words in SAID.items():
            db.execute(text("INSERT INTO entries VALUES (:id)"), {"id": number})
            index.put(db.connection(), number, words, "")
    yield opened
    opened.close()


def found(database: Database, typed: str, visible: str = "1 = 1") -> set[int]:
    with database.read() as db:
        hits = find_ranked(db.connection(), parse(typed, today=TODAY), visible_sql=visible, params={})
    return {hit.docid for hit in hits.items}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gearbox", {1, 7}), ("GX-40/7", {1}), ("gx-40", {1}), ("anna.b@ex.example", {2}), ("日本", {3}), ("caffe", {4}),
        ("riunione", {4}), ("run", {1, 5}), ("box", {5}), ("-run box", set()), ('"gearbox gx"', {1}), ("192.168.1.12", {6}),
        ("gear*", {1, 7}), ("caffè or printer", {4, 6}), ("earbo", {1, 7}), ("nosuchword", set()), ("", set()), ('"', set()),
    ],
)  # fmt: skip
def test_words_part_numbers_addresses_and_stems_are_found(database: Database, typed: str, expected: set[int]) -> None:
    assert found(database, typed) == expected


def test_only_what_the_condition_allows_is_found_or_suggested(database: Database) -> None:
    assert found(database, "gearbox", "e.id > 1") == {7}
    with database.read() as db:
        query = parse("gearbax", today=TODAY)
        assert did_you_mean(db.connection(), query, visible_sql="1 = 1", params={}) == "gearbox"
        assert did_you_mean(db.connection(), query, visible_sql="e.id = 6", params={}) is None


def test_operators_become_conditions() -> None:
    filters = parse("from:Anna in:gx-40 has:file type:pdf before:2026-05-01 after:2025 noise", today=TODAY).filters
    assert (filters.from_, filters.in_, filters.has, filters.type) == ("anna", "gx-40", "file", "pdf")
    assert (filters.before, filters.after) == (date(2026, 5, 1), date(2025, 1, 1))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=80) | st.text(alphabet='ab"*()-:ORNT \\.#@\0', max_size=60))
def test_no_query_raises(database: Database, typed: str) -> None:
    found(database, typed)
