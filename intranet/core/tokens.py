"""Personal tokens for programs: shown once, stored as a hash, for a purpose and a time, revoked at once."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from intranet.core import audit
from intranet.core.models import Person, Token
from intranet.core.policy import is_free
from intranet.core.sessions import hash_token, note_seen
from intranet.kernel import clock, events
from intranet.kernel.prepared import Prepared

PREFIX = "intranet_"
SCOPES = ("read", "write", "files")  # files: the network drive, and nothing else
USED_EVERY = timedelta(minutes=10)
BY_TOKEN = Prepared(  # every request of a program asks it
    select(Token.id, Token.scopes, Token.used_at, Person)
    .join(Person, Person.id == Token.person_id)
    .where(Token.token_hash == bindparam("token_hash"), Person.disabled_at.is_(None))
    .where(or_(Token.expires_at.is_(None), Token.expires_at > bindparam("now")))
)


class Found(NamedTuple):
    """What a request has to know of its token."""

    id: int
    scopes: str
    used_at: datetime | None


def create(
    db: Session, person: Person, name: str, *, scopes: Iterable[str] = ("read", "write"),
    expires_at: datetime | None = None, address: str = "",
) -> str:  # fmt: skip
    """Returns the token itself; it cannot be shown again."""
    given = [each for each in SCOPES if each in set(scopes)]
    if not given:
        raise ValueError("a token for nothing")
    token = PREFIX + secrets.token_urlsafe(32)
    db.add(
        Token(
            token_hash=hash_token(token), person_id=person.id, name=name, scopes=" ".join(given),
            created_at=clock.now(), expires_at=expires_at,
        )
    )  # fmt: skip
    audit.write(db, "token.created", name, actor_id=person.id, address=address, scopes=given)
    return token


def find(db: Session, token: str) -> tuple[Found, Person] | None:
    """The token and its person, when both may still be used."""
    row = BY_TOKEN.first(db, token_hash=hash_token(token), now=clock.now())
    return (Found(*row[:-1]), row[-1]) if row else None


def list_for(db: Session, person_id: int) -> Sequence[Token]:
    return db.scalars(select(Token).where(Token.person_id == person_id).order_by(Token.id)).all()


def still_valid(db: Session, ids: list[int]) -> set[int]:
    """Those of the tokens that may still be used, by people who have nothing to do first."""
    if not ids:
        return set()
    query = (
        select(Token.id).join(Person, Person.id == Token.person_id).where(Token.id.in_(ids), _is_running(), is_free(db))
    )
    return set(db.scalars(query))


def touch(db: Session, token_id: int, moment: datetime) -> None:
    if row := db.get(Token, token_id):
        row.used_at = moment
        note_seen(db, row.person_id, moment)


def revoke(db: Session, person_id: int, token_id: int, *, address: str = "") -> bool:
    found = db.get(Token, token_id)
    if found is None or found.person_id != person_id:
        return False
    db.execute(delete(Token).where(Token.id == token_id))
    events.record(db, "token.revoked", person_id=person_id, tokens=[token_id])
    audit.write(db, "token.revoked", found.name, actor_id=person_id, address=address)
    return True


def revoke_all(db: Session, person_id: int, *, address: str = "") -> None:
    for each in list_for(db, person_id):
        revoke(db, person_id, each.id, address=address)


def _is_running() -> ColumnElement[bool]:
    return or_(Token.expires_at.is_(None), Token.expires_at > clock.now())
