"""Small letters without accents, in Python and in SQL alike."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, insert, literal, select

from intranet.kernel.db import Database
from intranet.kernel.folding import fold, folded, holds, holds_words


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("folding") / "f.sqlite")


@given(typed=st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40))
def test_the_statement_folds_as_we_do(database: Database, typed: str) -> None:
    with database.read() as db:
        assert db.scalar(select(folded(literal(typed)))) == fold(typed)
        assert db.scalar(select(holds(typed, literal(f"a {typed} b"))))


@pytest.mark.parametrize(
    ("typed", "same"), [("ÖZGÜR", "ozgur"), ("Straße", "STRASSE"), ("İstanbul", "istanbul"), ("ΣΊΣΥΦΟΣ", "σισυφοσ")]
)
def test_what_people_take_for_the_same_is(typed: str, same: str) -> None:
    assert fold(typed) == fold(same)


def test_every_word_is_looked_for_and_nothing_in_it_is_a_pattern(tmp_path: Path) -> None:
    people = Table("people", MetaData(), Column("name", String), Column("title", String))
    database = Database(tmp_path / "p.sqlite")
    with database.write() as db:
        people.create(db.connection())
        db.execute(insert(people), [{"name": "Özgür Ünal", "title": None}, {"name": "Ana", "title": "100 % Öl"}])

    def found(typed: str) -> list[str]:
        with database.read() as db:
            query = select(people.c.name).where(holds_words(typed, people.c.name, people.c.title))
            return list(db.scalars(query.order_by(people.c.name)))

    assert found("unal OZGUR") == ["Özgür Ünal"]
    assert found("ana ol") == ["Ana"]
    assert found("%") == ["Ana"]
    assert found("_") == found("ana unal") == []
    assert found("") == ["Ana", "Özgür Ünal"]
