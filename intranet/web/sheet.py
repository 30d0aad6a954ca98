"""Tables as CSV files, which spreadsheets open: what looks like a formula is made plain text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # spreadsheets take the file for UTF-8 only with it


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows as they come, so that a long table needs no memory."""
    response = Response(stream_with_context(_lines(head, rows)), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def defused(cell: object) -> str:
    """What a spreadsheet would calculate gets an apostrophe in front (OWASP, CSV injection)."""
    said = "" if cell is None else str(cell)
    return "'" + said if said.startswith(FORMULA) else said


def plain(cell: str) -> str:
    """What was typed, when the cell went through `defused`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield MARK + _line(head)
    for row in rows:
        yield _line([defused(cell) for cell in row])


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
