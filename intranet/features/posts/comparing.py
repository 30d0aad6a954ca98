"""What differs between two versions of a text, as pieces that stayed, came or went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from intranet.plugin_api import caps

UNIT = re.compile(r"\w+\s*|[^\w\s]+\s*|\s+")
Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Word by word; where very much was written anew, the old and the new as wholes."""
    old, new = UNIT.findall(before), UNIT.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _differing(old[start : len(old) - end], new[start : len(new) - end])
    pieces = [Piece("same", "".join(new[:start])), *middle, Piece("same", "".join(new[len(new) - end :]))]
    return [each for each in pieces if each.text]


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    return next(
        (place for place, pair in enumerate(zip(some, others, strict=False)) if pair[0] != pair[1]),
        min(len(some), len(others)),
    )


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > caps.COMPARED:
        yield from (Piece("removed", "".join(old)), Piece("added", "".join(new)))
        return
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[k:m]))
        else:
            yield from (Piece("removed", "".join(old[i:j])), Piece("added", "".join(new[k:m])))
