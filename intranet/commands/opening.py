"""What several commands begin with: the house of a data folder, a person, a password from standard input."""

import sys
from pathlib import Path
from typing import Any

from intranet.cli import Problem, settings_for
from intranet.core import people
from intranet.core.models import Person
from intranet.core.signin import passwords
from intranet.kernel.db import Database


def database_for(data: Path | None) -> Database:
    from intranet.app import open_house

    return open_house(settings_for(data)).database


def person_for(db: Any, username: str) -> Person:
    found = people.find_by_username(db, username)
    if found is None:
        raise Problem(f"There is nobody with the user name {username}.")
    return found


def read_password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < passwords.MIN_LENGTH:
        raise Problem(f"The password needs at least {passwords.MIN_LENGTH} characters.")
    return password
