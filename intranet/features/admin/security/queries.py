"""Who signs in how."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intranet.plugin_api import Person, SessionRow, clock, folded

MAY_SIGN_IN = (Person.disabled_at.is_(None), Person.erased_at.is_(None))


def list_without_factor(db: Session, *, limit: int) -> Sequence[Person]:
    """Admins first, because theirs matters most."""
    query = select(Person).where(*MAY_SIGN_IN, Person.has_second_factor.is_(False))
    return db.scalars(query.order_by(Person.is_admin.desc(), folded(Person.name), Person.id).limit(limit)).all()


def count_without_factor(db: Session) -> tuple[int, int]:
    """How many have none yet, of how many."""
    lacking = select(func.count()).where(*MAY_SIGN_IN, Person.has_second_factor.is_(False))
    return db.scalar(lacking) or 0, db.scalar(select(func.count()).where(*MAY_SIGN_IN)) or 0


def count_sessions(db: Session) -> tuple[int, int]:
    """Open sessions, and the people who have them."""
    query = select(func.count(), func.count(SessionRow.person_id.distinct())).where(SessionRow.expires_at > clock.now())
    row = db.execute(query).one()
    return row[0], row[1]
