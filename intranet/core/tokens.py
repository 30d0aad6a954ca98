"""Personal tokens for programs: shown once, stored as a hash, revoked at once."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intranet.core import audit
from intranet.core.models import Person, Token
from intranet.core.sessions import hash_token
from intranet.kernel import clock, events

PREFIX = "intranet_"


def create(db: Session, person: Person, name: str) -> str:
    """Returns the token itself; it cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(32)
    db.add(Token(token_hash=hash_token(token), person_id=person.id, name=name, created_at=clock.now()))
    audit.write(db, "token.created", name, actor_id=person.id)
    return token


def find(db: Session, token: str) -> tuple[Token, Person] | None:
    query = (
        select(Token, Person)
        .join(Person, Person.id == Token.person_id)
        .where(Token.token_hash == hash_token(token), Person.disabled_at.is_(None))
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else None


def list_for(db: Session, person_id: int) -> Sequence[Token]:
    return db.scalars(select(Token).where(Token.person_id == person_id).order_by(Token.id)).all()


def still_valid(db: Session, ids: list[int]) -> set[int]:
    query = (
        select(Token.id)
        .join(Person, Person.id == Token.person_id)
        .where(Token.id.in_(ids), Person.disabled_at.is_(None))
    )
    return set(db.scalars(query))


def revoke(db: Session, person_id: int, token_id: int) -> bool:
    found = db.get(Token, token_id)
    if found is None or found.person_id != person_id:
        return False
    db.execute(delete(Token).where(Token.id == token_id))
    events.record(db, "token.revoked", person_id=person_id, tokens=[token_id])
    audit.write(db, "token.revoked", found.name, actor_id=person_id)
    return True
