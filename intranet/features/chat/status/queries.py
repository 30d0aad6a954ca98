"""Reading statuses. What has ended is as if it had never been."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intranet.features.chat.models import Status
from intranet.plugin_api import clock


def find(db: Session, person_id: int) -> Status | None:
    return by_people(db, [person_id]).get(person_id)


def by_people(db: Session, ids: Collection[int]) -> dict[int, Status]:
    """The statuses of those of these people who have one now."""
    lasts = or_(Status.until.is_(None), Status.until > clock.now())
    return {each.person_id: each for each in db.scalars(select(Status).where(Status.person_id.in_(ids), lasts))}
