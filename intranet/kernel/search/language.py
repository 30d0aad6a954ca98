"""The one module that knows Whoosh: reads queries, stems words, finds similar words, marks excerpts."""

import functools
import re
import warnings
from collections.abc import Iterable, Sequence

from markupsafe import escape

from intranet.kernel.folding import fold
from intranet.kernel.search import tree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its last release warns while it is compiled by Python 3.12 and later
    from whoosh import qparser
    from whoosh import query as whoosh_query
    from whoosh.automata.lev import levenshtein_automaton
    from whoosh.lang import stemmer_for_language
    from whoosh.qparser import plugins

FIELDS = ("from", "in", "has", "type", "kind", "before", "after")
LANGUAGES = ("it", "en", "de", "fr", "es")
WORD = re.compile(r"[^\W_]+")
EXCERPT = 220


@functools.cache
def _parser() -> qparser.QueryParser:
    operators = plugins.OperatorsPlugin(
        And=None,
        AndNot=None,
        AndMaybe=None,
        Require=None,
        Not=r"(?<!\S)NOT(?=\s)",
        Or=r"(?<=\s)(?:or|OR|oder|oppure)(?=\s)",
    )
    chosen = [
        plugins.WhitespacePlugin(), plugins.PhrasePlugin(), plugins.PrefixPlugin(), operators,
        plugins.PlusMinusPlugin(plusexpr=r"(?<!\S)\+(?=\S)", minusexpr=r"(?<!\S)-(?=\S)"),
        plugins.FieldsPlugin(expr=rf"(?i)(?<!\S)(?P<text>{'|'.join(FIELDS)}):(?=\S)"),
    ]  # fmt: skip
    return qparser.QueryParser("body", None, plugins=chosen)


def parse(typed: str) -> tree.Node | None:
    """The tree of what was typed, None when there is nothing to look for. Whatever is unclear counts as words."""
    try:
        return _tree(_parser().parse(typed))
    except Exception:  # a stranger's text in a parser that is no longer kept: words are always an answer
        return _all([tree.Word(word) for word in typed.split()])


def _tree(node: whoosh_query.Query) -> tree.Node | None:
    if isinstance(node, whoosh_query.AndNot):
        wanted, unwanted = _tree(node.a), _tree(node.b)
        return tree.Without(wanted, unwanted) if unwanted else wanted
    if isinstance(node, whoosh_query.Not):
        unwanted = _tree(node.query)
        return tree.Without(None, unwanted) if unwanted else None
    if isinstance(node, whoosh_query.Or):
        parts = tuple(part for part in map(_tree, node.subqueries) if part)
        return tree.Any(parts) if parts else None
    if isinstance(node, whoosh_query.compound.CompoundQuery):
        return _all([part for part in map(_tree, node.subqueries) if part])
    return _leaf(node)


def _leaf(node: whoosh_query.Query) -> tree.Node | None:
    if isinstance(node, whoosh_query.Phrase):
        words = " ".join(node.words)
        return tree.Phrase(words) if node.fieldname == "body" else tree.Filter(str(node.fieldname).lower(), words)
    if not isinstance(node, (whoosh_query.Term, whoosh_query.Prefix)):
        return None
    value = str(node.text)
    if node.fieldname != "body":
        return tree.Filter(str(node.fieldname).lower(), value)
    return tree.Word(value, starts=isinstance(node, whoosh_query.Prefix))


def _all(parts: Sequence[tree.Node]) -> tree.Node | None:
    return parts[0] if len(parts) == 1 else tree.All(tuple(parts)) if parts else None


@functools.lru_cache(maxsize=50_000)
def stems_of(word: str, language: str = "") -> tuple[str, ...]:
    """Folded stems of one word: in its language, else in each that the people here may write."""
    chosen = (language,) if language in LANGUAGES else LANGUAGES[:3]
    found = (fold(stemmer_for_language(each)(word.casefold())) for each in chosen)
    return tuple(dict.fromkeys(stem for stem in found if stem))


def stems(text: str, language: str = "") -> str:
    """Every stem of a text, for the index."""
    words = dict.fromkeys(WORD.findall(text.casefold()))
    return " ".join(dict.fromkeys(stem for word in words if len(word) < 60 for stem in stems_of(word, language)))


def similar(word: str, vocabulary: Iterable[str], distance: int) -> list[str]:
    """Words of the sorted vocabulary within that many edits. Skips ahead by the automaton (Schulz and Mihov)."""
    automaton = levenshtein_automaton(word, distance).to_dfa()
    return [each for each in vocabulary if automaton.accept(each)]


def excerpt(text: str, words: Sequence[str]) -> str:
    """A piece of the text around the first hit, as HTML with <mark> around what was found."""
    plain = " ".join(text.split())
    pattern = _marker(words)
    first = pattern.search(fold_same_length(plain)) if pattern else None
    start = max(0, first.start() - 60) if first else 0
    piece = plain[start : start + EXCERPT]
    marked = _mark(piece, pattern) if pattern else str(escape(piece))
    return ("…" if start else "") + marked + ("…" if start + EXCERPT < len(plain) else "")


def _marker(words: Sequence[str]) -> re.Pattern[str] | None:
    known = {fold(part) for word in words for part in WORD.findall(word)}
    known |= {stem for word in known for stem in stems_of(word) if len(stem) > 2}
    ordered = sorted(filter(None, known), key=len, reverse=True)[:60]
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")\w*") if ordered else None


def _mark(piece: str, pattern: re.Pattern[str]) -> str:
    folded, parts, place = fold_same_length(piece), [], 0
    for match in pattern.finditer(folded):
        parts += [escape(piece[place : match.start()]), "<mark>", escape(piece[match.start() : match.end()]), "</mark>"]
        place = match.end()
    return "".join(map(str, [*parts, escape(piece[place:])]))


def fold_same_length(text: str) -> str:
    """Folded character by character, so that places in it are places in the text."""
    return "".join((fold(character) or " ")[0] for character in text)
