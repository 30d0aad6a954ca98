"""Reading reminders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from intranet.features.chat.models import Reminder
from intranet.plugin_api import NotFound, Person, caps

AT_ONCE = 200


def list_own(db: Session, viewer: Person) -> Sequence[Reminder]:
    """Those that will come to the viewer, and those that the viewer made for others: the next first."""
    which = or_(Reminder.person_id == viewer.id, Reminder.author_id == viewer.id)
    return db.scalars(
        select(Reminder).where(which).order_by(Reminder.due_at, Reminder.id).limit(2 * caps.REMINDERS)
    ).all()


def fetch_own(db: Session, viewer: Person, reminder_id: int) -> Reminder:
    """Raises NotFound for what is neither for the viewer nor from them."""
    found = db.get(Reminder, reminder_id)
    if found is None or viewer.id not in (found.person_id, found.author_id):
        raise NotFound
    return found


def count_made(db: Session, author_id: int) -> int:
    return db.scalar(select(func.count()).where(Reminder.author_id == author_id)) or 0


def list_due(db: Session, moment: datetime) -> Sequence[Reminder]:
    query = select(Reminder).where(Reminder.due_at <= moment).order_by(Reminder.due_at, Reminder.id)
    return db.scalars(query.limit(AT_ONCE)).all()
