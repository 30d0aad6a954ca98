"""What somebody looks for, as a small tree of our own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word; with `starts` anything that begins with it."""

    text: str
    starts: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side."""

    text: str


@dataclass(frozen=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Without:
    """`wanted` (None: nothing in particular) but not `unwanted`."""

    wanted: "Node | None"
    unwanted: "Node"


@dataclass(frozen=True)
class Filter:
    """`from:anna` and its like."""

    field: str
    value: str


Node = Word | Phrase | All | Any | Without | Filter
