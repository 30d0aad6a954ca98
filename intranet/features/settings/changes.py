"""Every write of my settings."""

from typing import Any

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, audit, factors, passkeys, people, resets, sessions, site, tokens


def save_look(db: Session, person_id: int, *, language: str, **look: Any) -> None:
    """What other pages remember in it stays."""
    person = _own(db, person_id)
    people.change(db, person, language=language, look={**(person.look or {}), **look})


def change_password(
    db: Session, person_id: int, password_hash: str, *, session_id: int | None, with_tokens: bool, address: str
) -> None:
    """Ends all other sessions, and the links that were asked for; the current password was checked before."""
    person = _own(db, person_id)
    resets.set_password(db, person, password_hash, with_tokens=with_tokens, except_session=session_id)
    audit.write(db, "password.changed", person.username, actor_id=person_id, address=address)


def sign_out_everywhere(db: Session, person_id: int, *, except_id: int | None, with_tokens: bool, address: str) -> None:
    person = _own(db, person_id)
    sessions.end_all(db, person_id, except_id=except_id)
    if with_tokens:
        tokens.revoke_all(db, person_id, address=address)
    audit.write(db, "sessions.ended", person.username, actor_id=person_id, address=address, tokens=with_tokens)


def begin_totp(db: Session, person_id: int) -> None:
    factors.begin_totp(db, site().vault, person_id)


def confirm_totp(db: Session, person_id: int, code: str, *, address: str) -> list[str]:
    return factors.confirm_totp(db, site().vault, _own(db, person_id), code, address=address)


def remove_totp(db: Session, person_id: int, *, address: str) -> bool:
    return factors.remove_totp(db, _own(db, person_id), address=address)


def renew_codes(db: Session, person_id: int, *, address: str) -> list[str]:
    return factors.renew_recovery_codes(db, _own(db, person_id), address=address)


def add_passkey(
    db: Session, person_id: int, *, place: passkeys.Place, challenge: bytes, answer: str, name: str, address: str
) -> list[str]:
    person = _own(db, person_id)
    return passkeys.add(db, person, place=place, challenge=challenge, answer=answer, name=name, address=address)


def remove_passkey(db: Session, person_id: int, passkey_id: int, *, address: str) -> bool:
    return passkeys.remove(db, _own(db, person_id), passkey_id, address=address)


def _own(db: Session, person_id: int) -> Person:
    return db.get_one(Person, person_id)
