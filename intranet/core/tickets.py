"""Codes that work once and for a time. They are shown or sent once; we hold only their hash."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intranet.core.models import Person, Room, Ticket
from intranet.core.sessions import hash_token
from intranet.kernel import clock

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
TYPED_LENGTH = 12  # 59 bits, for the days that a typed code lasts
TYPED_GROUP = 4


def issue(
    db: Session, kind: str, *, lasts: timedelta, is_typed: bool = False, person: Person | None = None,
    room: Room | None = None, created_by: Person | None = None, **data: Any,
) -> tuple[Ticket, str]:  # fmt: skip
    """A new ticket and its code, which cannot be shown again. `is_typed` makes it short enough to be typed."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(TYPED_LENGTH)) if is_typed else secrets.token_urlsafe(32)
    moment = clock.now()
    ticket = Ticket(
        kind=kind, code_hash=hash_token(code), person_id=person.id if person else None, room_id=room.id if room else None,
        created_by=created_by.id if created_by else None, created_at=moment, expires_at=moment + lasts, data=data,
    )  # fmt: skip
    db.add(ticket)
    db.flush()
    return ticket, code


def grouped(code: str) -> str:
    """A typed code as people read it: in fours."""
    return "-".join(code[place : place + TYPED_GROUP] for place in range(0, len(code), TYPED_GROUP))


def find(db: Session, kind: str, code: str) -> Ticket | None:
    """The ticket of that kind, when it may still be used; a typed code is found however it was written."""
    for each in (code.strip(), _as_typed(code)):
        ticket = db.scalar(select(Ticket).where(Ticket.code_hash == hash_token(each), Ticket.kind == kind))
        if ticket and ticket.used_at is None and ticket.expires_at > clock.now():
            return ticket
    return None


def use(db: Session, ticket: Ticket) -> bool:
    """Marks it as used; false when somebody else was faster. Inside a write transaction."""
    mine = update(Ticket).where(Ticket.id == ticket.id, Ticket.used_at.is_(None)).values(used_at=clock.now())
    return db.execute(mine).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def list_open(db: Session, kind: str, *, room_id: int | None = None, person_id: int | None = None) -> Sequence[Ticket]:
    """Those that may still be used, newest first."""
    query = select(Ticket).where(Ticket.kind == kind, Ticket.used_at.is_(None), Ticket.expires_at > clock.now())
    if room_id is not None:
        query = query.where(Ticket.room_id == room_id)
    if person_id is not None:
        query = query.where(Ticket.person_id == person_id)
    return db.scalars(query.order_by(Ticket.id.desc())).all()


def withdraw(db: Session, kind: str, *, person_id: int) -> None:
    """All of a person's tickets of that kind become worthless."""
    db.execute(delete(Ticket).where(Ticket.kind == kind, Ticket.person_id == person_id))


def withdraw_all(db: Session, *, person_id: int) -> None:
    """Whatever could still open a door for this person."""
    db.execute(delete(Ticket).where(Ticket.person_id == person_id))


def remove_expired(db: Session) -> None:
    db.execute(delete(Ticket).where(Ticket.expires_at <= clock.now() - timedelta(days=7)))


def _as_typed(code: str) -> str:
    return "".join(each for each in code.upper() if each.isalnum())
