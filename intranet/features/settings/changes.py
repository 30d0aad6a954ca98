"""Every write of my settings."""

from typing import Any

from sqlalchemy.orm import Session

from intranet.plugin_api import N_, Invalid, Person, passwords, people, sessions

FROM_DIRECTORY = ("name", "email", "title", "department", "phone", "location")
SHORT = N_("Choose a password of at least 10 characters.")
UNEQUAL = N_("The two new passwords differ.")
WRONG = N_("This is not your current password.")
LONG = N_("This is too long. Shorten it and send it again.")


def save_profile(db: Session, person_id: int, fields: dict[str, Any], avatar: str | None) -> None:
    """What the directory owns is left as the directory says it."""
    person = _own(db, person_id)
    if person.directory_id:
        fields = {key: value for key, value in fields.items() if key not in FROM_DIRECTORY}
    if avatar:
        fields["avatar"] = avatar
    people.change(db, person, **fields)


def save_look(db: Session, person_id: int, *, language: str, **look: Any) -> None:
    people.change(db, _own(db, person_id), language=language, look=look)


def change_password(db: Session, person_id: int, new: str, *, session_id: int | None) -> None:
    """Ends all other sessions. Raises Invalid; the current password was checked before."""
    person = _own(db, person_id)
    person.password_hash = passwords.hash_password(new)
    sessions.end_all(db, person_id, except_id=session_id)


def check_password(person: Person, *, current: str, new: str, again: str) -> None:
    """Raises Invalid. Slow on purpose, so never inside a transaction."""
    if len(new) < passwords.MIN_LENGTH:
        raise Invalid({"new": SHORT})
    if len(new) > passwords.MAX_LENGTH:
        raise Invalid({"new": LONG})
    if new != again:
        raise Invalid({"again": UNEQUAL})
    if not passwords.matches(current, person.password_hash):
        raise Invalid({"current": WRONG})


def _own(db: Session, person_id: int) -> Person:
    return db.get_one(Person, person_id)
