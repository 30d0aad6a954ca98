"""Sessions are rows: looked up at every request and stream heartbeat, ended at once."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from intranet.core.models import Person, SessionRow
from intranet.core.policy import is_free
from intranet.kernel import clock, events
from intranet.kernel.prepared import Prepared

KEPT = timedelta(days=30)
SHORT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=10)
BY_TOKEN = Prepared(  # every request asks it
    select(SessionRow.id, SessionRow.created_at, SessionRow.seen_at, SessionRow.expires_at, Person)
    .join(Person, Person.id == SessionRow.person_id)
    .where(SessionRow.token_hash == bindparam("token_hash"))
)

SEEN = update(Person.__table__).where(Person.id == bindparam("person")).values(seen_at=bindparam("moment"))  # type: ignore[arg-type]


class Found(NamedTuple):
    """What a request has to know of its session."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def hash_token(token: str) -> str:
    """Tokens are long and random, so a plain SHA-256 keeps them safe at rest."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def start(db: Session, person: Person, *, agent: str, address: str, keep: bool) -> str:
    """Makes a session and returns its token, which is shown to the browser and nowhere else."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    db.add(
        SessionRow(
            token_hash=hash_token(token), person_id=person.id, created_at=moment, seen_at=moment,
            expires_at=moment + (KEPT if keep else SHORT), agent=agent[:300], address=address[:64],
        )
    )  # fmt: skip
    note_seen(db, person.id, moment)
    return token


def find(db: Session, token: str) -> tuple[Found, Person] | None:
    """The session and its person, when both may still be used."""
    row = BY_TOKEN.first(db, token_hash=hash_token(token))
    if row is None:
        return None
    found, person = Found(*row[:-1]), row[-1]
    return None if person.disabled_at or found.expires_at <= clock.now() else (found, person)


def touch(db: Session, session_id: int, moment: datetime) -> None:
    if row := db.get(SessionRow, session_id):
        row.seen_at = moment
        note_seen(db, row.person_id, moment)


def note_seen(db: Session, person_id: int, moment: datetime) -> None:
    """For admins: who has been here lately."""
    db.execute(SEEN, {"person": person_id, "moment": moment})


def list_for(db: Session, person_id: int) -> Sequence[SessionRow]:
    query = select(SessionRow).where(SessionRow.person_id == person_id, SessionRow.expires_at > clock.now())
    return db.scalars(query.order_by(SessionRow.seen_at.desc())).all()


def end(db: Session, person_id: int, session_id: int) -> bool:
    """Ends one session of that person; false when there is none of theirs with that id."""
    return _delete(db, person_id, [session_id])


def end_all(db: Session, person_id: int, *, except_id: int | None = None) -> bool:
    query = select(SessionRow.id).where(SessionRow.person_id == person_id, SessionRow.id != (except_id or 0))
    return _delete(db, person_id, db.scalars(query).all())


def still_open(db: Session, ids: Iterable[int]) -> set[int]:
    """Those of the sessions that may still be used, by people who have nothing to do first."""
    wanted = list(ids)
    if not wanted:
        return set()
    query = (
        select(SessionRow.id)
        .join(Person, Person.id == SessionRow.person_id)
        .where(SessionRow.id.in_(wanted), SessionRow.expires_at > clock.now(), is_free(db))
    )
    return set(db.scalars(query))


def remove_expired(db: Session) -> None:
    db.execute(delete(SessionRow).where(SessionRow.expires_at <= clock.now()))


def _delete(db: Session, person_id: int, ids: Sequence[int]) -> bool:
    theirs = (SessionRow.person_id == person_id, SessionRow.id.in_(ids))
    found = list(db.scalars(select(SessionRow.id).where(*theirs)))
    if found:
        db.execute(delete(SessionRow).where(*theirs))
        events.record(db, "session.ended", person_id=person_id, sessions=found)
    return bool(found)
