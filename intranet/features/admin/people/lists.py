"""A list of people as a CSV file: read, compared with who is here, and only then brought in."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from intranet.features.admin.people import queries
from intranet.features.admin.people.forms import ADDRESS, BAD_ADDRESS
from intranet.plugin_api import N_, Invalid, Person, clean_line, people, sheet

COLUMNS = ("username", "name", "email", "title", "department", "phone", "manager")
CAPS = {"username": 64, "name": 120, "email": 254, "title": 120, "department": 120, "phone": 60, "manager": 64}
MOST_LINES, MOST_BYTES = 500, 400_000  # one transaction: others wait to write meanwhile
NO_FILE = N_("Choose a CSV file.")
TOO_LARGE = N_("This list is too long. Bring in at most 500 people and 400 kB at once.")
NOT_TEXT = N_("This is no CSV file in UTF-8. Save it as “CSV UTF-8” and try again.")
NO_HEAD = N_("The first line has to name the columns; username and name are needed.")
EMPTY = N_("The file holds no people.")
ODD_LINE = N_("This line has more cells than the first one.")
BAD_NAME = N_("The user name needs letters, digits, dots and dashes, at most 64.")
TWICE = N_("This user name stands in the file twice.")
NO_NAME = N_("The name is missing.")
CHARACTERS = N_("A cell is too long, or holds characters that cannot be kept.")
FROM_DIRECTORY = N_("This person comes from the directory and is changed there.")
FORMER = N_("Somebody had this user name before, so nobody else gets it.")
NO_MANAGER = N_("The manager is neither here nor in the file.")
OWN_MANAGER = N_("Nobody is their own manager.")


@dataclass
class Line:
    """One line of the file. `what` is add, change, same or wrong; `errors` are gettext ids."""

    number: int
    cells: Mapping[str, str]
    what: str = "add"
    errors: list[str] = field(default_factory=list)
    person: Person | None = None


def read(raw: bytes) -> tuple[str, list[Line]]:
    """The text and its lines. Raises Invalid when it is no such file."""
    if not raw:
        raise Invalid({"file": NO_FILE})
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": TOO_LARGE})
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": NOT_TEXT}) from None
    return text, _lines(text)


def check(db: Session, lines: Sequence[Line]) -> None:
    """Says of each line what it would do, or what is wrong with it."""
    here = queries.by_username(db, [each.cells["username"] for each in lines])
    managers = queries.by_username(db, [each.cells["manager"] for each in lines if each.cells["manager"]])
    in_file, seen = {each.cells["username"] for each in lines}, set[str]()
    for each in lines:
        each.person = here.get(each.cells["username"])
        each.errors += _faults(db, each, seen, in_file | managers.keys())
        seen.add(each.cells["username"])
        each.what = _what(each, managers)


def differing(line: Line) -> dict[str, Any]:
    """The cells that say something else than what is here; an empty cell says nothing."""
    fields = {key: line.cells[key] for key in COLUMNS if key not in ("username", "manager") and line.cells[key]}
    return {key: value for key, value in fields.items() if not line.person or getattr(line.person, key) != value}


def _what(line: Line, managers: Mapping[str, Person]) -> str:
    if line.errors:
        return "wrong"
    if line.person is None:
        return "add"
    wanted = managers.get(line.cells["manager"])
    is_new_manager = bool(line.cells["manager"]) and (wanted is None or wanted.id != line.person.manager_id)
    return "change" if differing(line) or is_new_manager else "same"


def _faults(db: Session, line: Line, seen: set[str], known: set[str]) -> list[str]:
    cells, person = line.cells, line.person
    checks = {
        BAD_NAME: not people.USERNAME.fullmatch(cells["username"]),
        TWICE: cells["username"] in seen,
        NO_NAME: not cells["name"] and person is None,
        BAD_ADDRESS: bool(cells["email"]) and not ADDRESS.fullmatch(cells["email"]),
        FROM_DIRECTORY: person is not None and person.directory_id is not None,
        FORMER: person is None and people.find_by_former_username(db, cells["username"]) is not None,
        NO_MANAGER: bool(cells["manager"]) and cells["manager"] not in known,
        OWN_MANAGER: bool(cells["manager"]) and cells["manager"] == cells["username"],
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


def _lines(text: str) -> list[Line]:
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Invalid({"file": NOT_TEXT}) from None
    head = [each.strip().casefold() for each in rows[0]] if rows else []
    if not {"username", "name"} <= set(head):
        raise Invalid({"file": NO_HEAD})
    found = [_line(number, head, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if not found:
        raise Invalid({"file": EMPTY})
    if len(found) > MOST_LINES:
        raise Invalid({"file": TOO_LARGE})
    return found


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> Line:
    said = dict(zip(head, row, strict=False))
    errors = [ODD_LINE] if len(row) > len(head) else []
    cells = {}
    for column in COLUMNS:
        try:
            cells[column] = clean_line(sheet.plain(said.get(column, "").strip()), CAPS[column])
        except ValueError:
            cells[column] = ""
            errors.append(CHARACTERS)
    for column in ("username", "manager"):
        cells[column] = people.normal_username(cells[column])
    return Line(number, cells, errors=errors)
