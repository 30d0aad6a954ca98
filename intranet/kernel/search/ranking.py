"""The best hits of what a viewer may see: the newest window, ranked by BM25 with freshness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from intranet.kernel.folding import fold
from intranet.kernel.search.language import WORD, similar
from intranet.kernel.search.query import Query, parse, replace_word

WINDOW = 500
PART_WORDS = 20
FRESHNESS = 0.35
NO_WORDS = "SELECT e.id AS docid, 0.0 AS rank FROM entries e WHERE {visible} ORDER BY e.id DESC LIMIT :window"
NEWEST = (
    "SELECT t.docid AS docid, rank_bm25(matchinfo({table}, 'pcnalx')) AS rank FROM {table} t"
    " JOIN entries e ON e.id = t.docid WHERE t.{table} MATCH :match AND {visible} ORDER BY t.docid DESC LIMIT :window"
)


@dataclass(frozen=True)
class Hit:
    docid: int
    score: float


@dataclass(frozen=True)
class Hits:
    """`total` counts the window's hits: at most WINDOW."""

    items: list[Hit]
    total: int


def find_ranked(
    connection: Connection, query: Query, *, visible_sql: str, params: Mapping[str, Any], limit: int = 20, offset: int = 0,
    window: int = WINDOW,
) -> Hits:  # fmt: skip
    """`visible_sql` is a condition on `e`, the entry; it is part of the same statement that finds. Best first."""
    if query.is_empty:
        return Hits([], 0)
    rows: list[Any] = []
    for match in _matches(connection, query):
        rows = _window(connection, match, visible_sql, params, window)
        if rows:
            break
    ranked = _ranked(rows)
    return Hits(ranked[offset : offset + limit], len(ranked))


def _matches(connection: Connection, query: Query) -> Any:
    """From strict to generous: all words, their beginnings, any of them, and words that hold them."""
    yield query.match
    if query.match is not None:
        yield query.loose
        if query.any_word:
            yield query.any_word
        if inside := _inside(connection, query):
            yield inside


def _window(
    connection: Connection, match: str | None, visible: str, params: Mapping[str, Any], window: int
) -> list[Any]:
    sql = (NEWEST if match is not None else NO_WORDS).format(table="talk", visible=visible)
    return list(connection.execute(text(sql), {**params, "match": match, "window": window}))


def _ranked(rows: list[Any]) -> list[Hit]:
    """BM25 is 0 for a word that most rows hold, so the newest comes first among equals."""
    last = max(1, len(rows) - 1)
    scored = [Hit(row.docid, row.rank - FRESHNESS * (1 - place / last)) for place, row in enumerate(rows)]
    return sorted(scored, key=lambda hit: (hit.score, -hit.docid))


def _inside(connection: Connection, query: Query) -> str | None:
    """A MATCH for words that contain the one typed word: `box` finds `gearbox`."""
    words = [fold(word) for word in query.words if WORD.fullmatch(word) and len(word) > 2]
    if len(words) != 1 or len(query.words) != 1 or " NOT " in (query.match or ""):
        return None
    sql = "SELECT DISTINCT term FROM talk_terms WHERE term LIKE :part LIMIT :most"
    terms = connection.scalars(text(sql), {"part": f"%{words[0]}%", "most": PART_WORDS}).all()
    return " OR ".join(f'"{term}"' for term in terms if WORD.fullmatch(term)) or None


def did_you_mean(connection: Connection, query: Query, *, visible_sql: str, params: Mapping[str, Any]) -> str | None:
    """A spelling that finds something the viewer may see. What only others can see is never suggested."""
    for word in query.words[:5]:
        for candidate in _candidates(connection, fold(word)):
            corrected = replace_word(query, word, candidate)
            tried = parse(corrected, today=date.min)
            if tried.match and _window(connection, tried.match, visible_sql, params, 1):
                return corrected
    return None


def _candidates(connection: Connection, word: str) -> list[str]:
    """Words of the index that are one or two edits away, the most frequent first."""
    if not WORD.fullmatch(word) or not 3 < len(word) < 30:
        return []
    sql = (
        "SELECT term, documents FROM talk_terms WHERE col = 0 AND term >= :first AND term < :after"
        " AND length(term) BETWEEN :least AND :most"
    )
    distance = 1 if len(word) < 6 else 2
    values = {
        "first": word[0],
        "after": word[0] + "\U0010ffff",
        "least": len(word) - distance,
        "most": len(word) + distance,
    }
    counts = {row.term: row.documents for row in connection.execute(text(sql), values)}
    near = [each for each in similar(word, sorted(counts), distance) if each != word]
    return sorted(near, key=lambda each: -counts[each])[:5]
