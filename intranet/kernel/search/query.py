"""From what was typed to a MATCH in which every word is quoted, and conditions beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from intranet.kernel.folding import fold
from intranet.kernel.search import tree
from intranet.kernel.search.index import spaced
from intranet.kernel.search.language import FIELDS, WORD, stems_of
from intranet.kernel.search.language import parse as parse_tree

MAX_TYPED = 500
MAX_TERMS = 30
UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Filters:
    """What the operators of a query ask for; None where nothing was asked."""

    from_: str | None = None
    in_: str | None = None
    has: str | None = None
    type: str | None = None
    kind: str | None = None
    before: date | None = None
    after: date | None = None


@dataclass(frozen=True)
class Query:
    """`match` for FTS4 (None when no word is looked for), `loose` with words as beginnings, `any_word` for one of several."""

    match: str | None
    loose: str | None
    any_word: str | None
    filters: Filters
    words: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return self.match is None and self.filters == Filters()


def parse(typed: str, *, today: date) -> Query:
    """Never raises: nonsense finds nothing. `today` gives years to dates without one."""
    cleaned = " ".join(UNUSABLE.sub(" ", typed[:MAX_TYPED]).split())
    node = parse_tree(cleaned) if cleaned else None
    filters = Filters()
    for each in _filters(node):
        filters = _with(filters, each, today)
    words = tuple(_words(node))[:MAX_TERMS]
    generous = tree.Any(node.parts) if isinstance(node, tree.All) and len(words) > 1 else None
    return Query(
        _compile(node, loose=False), _compile(node, loose=True), _compile(generous, loose=False), filters, words
    )


def replace_word(query: Query, old: str, new: str) -> str:
    """The query's words with one exchanged, as somebody would type them."""
    return " ".join(new if word == old else word for word in query.words)


def _filters(node: tree.Node | None) -> Iterator[tree.Filter]:
    if isinstance(node, tree.Filter):
        yield node
    elif isinstance(node, tree.All):
        for part in node.parts:
            yield from _filters(part)
    elif isinstance(node, tree.Without):
        yield from _filters(node.wanted)


def _with(filters: Filters, asked: tree.Filter, today: date) -> Filters:
    name = f"{asked.field}_" if asked.field in ("from", "in") else asked.field
    if asked.field in ("before", "after"):
        changes: dict[str, Any] = {name: _day(asked.value, today)}
    else:
        changes = {name: asked.value.strip().lower()[:80]}
    return replace(filters, **changes) if changes[name] else filters


def _day(value: str, today: date) -> date | None:
    """`2026-05-01`, `2026-05`, `2026` or `05-01`."""
    match = re.fullmatch(r"(?:(\d{4})-?)?(?:(\d{1,2})(?:-(\d{1,2}))?)?", value.strip())
    if not match or not any(match.groups()):
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        return date(year or today.year, month or 1, day or 1)
    except ValueError:
        return None


def _words(node: tree.Node | None) -> Iterator[str]:
    if isinstance(node, (tree.Word, tree.Phrase)):
        yield node.text
    elif isinstance(node, (tree.All, tree.Any)):
        for part in node.parts:
            yield from _words(part)
    elif isinstance(node, tree.Without):
        yield from _words(node.wanted)


def _compile(node: tree.Node | None, *, loose: bool) -> str | None:
    if isinstance(node, tree.Word):
        return _word(node.text, starts=node.starts or loose)
    if isinstance(node, tree.Phrase):
        return _quoted(node.text)
    if isinstance(node, (tree.All, tree.Any)):
        parts = [part for part in (_compile(each, loose=loose) for each in node.parts[:MAX_TERMS]) if part]
        without = [each for each in node.parts if isinstance(each, tree.Without) and each.wanted is None]
        joined = (" OR " if isinstance(node, tree.Any) else " AND ").join(parts)
        return _but_not(f"({joined})" if parts else None, without)
    if isinstance(node, tree.Without):
        return _but_not(_compile(node.wanted, loose=loose), [node])
    return None


def _but_not(wanted: str | None, without: list[tree.Without]) -> str | None:
    for each in without:
        unwanted = _compile(each.unwanted, loose=False)
        if wanted and unwanted:
            wanted = f"({wanted} NOT {unwanted})"
    return wanted


def _word(typed: str, *, starts: bool) -> str | None:
    exact = _quoted(typed, starts=starts)
    parts = WORD.findall(typed)
    if exact is None or len(parts) != 1 or len(fold(parts[0])) < 3:
        return exact
    stems = [f"stems:{stem}" for stem in stems_of(parts[0].casefold()) if WORD.fullmatch(stem)]
    return "(" + " OR ".join([exact, *stems]) + ")"


def _quoted(typed: str, *, starts: bool = False) -> str | None:
    """Only letters and digits go between the quotes: `GX-40/7` becomes the phrase "GX 40 7"."""
    parts = WORD.findall(spaced(typed))
    return '"' + " ".join(parts) + ("*" if starts else "") + '"' if parts else None


assert {field.name.rstrip("_") for field in fields(Filters)} == set(FIELDS)
