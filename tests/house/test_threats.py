"""The page of attacks names tests that exist, and every attack once."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
LAST = 72
ROW = re.compile(r"^\| (A\d\d) \| [^|]+ \| ([^|]+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, str]:
    return dict(ROW.findall(PAGE))


def waiting() -> list[str]:
    """Numbers of the last list, ranges written out."""
    found = []
    for first, last in re.findall(r"A(\d\d)(?: to A(\d\d))?", PAGE.split("## Waiting")[1]):
        found += [f"A{number:02}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_every_attack_stands_once_in_the_page() -> None:
    measured = re.findall(r"^(A\d\d), ", PAGE, re.M)
    assert len(rows()) > 20
    assert sorted([*rows(), *measured, *waiting()]) == [f"A{number:02}" for number in range(1, LAST + 1)]


def test_every_test_that_is_named_exists() -> None:
    for number, held_by in rows().items():
        named = TEST.findall(held_by)
        assert named, number
        for path, name in named:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (number, path, name)
