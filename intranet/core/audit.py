"""The audit log: who did what to what, from where."""

from typing import Any

from sqlalchemy.orm import Session

from intranet.core.models import AuditRow
from intranet.kernel import clock


def write(
    db: Session, action: str, subject: str, *, actor_id: int | None = None, address: str = "", **detail: Any
) -> None:
    """Adds one line. Text of strangers is stored as data, so it cannot forge a line."""
    db.add(
        AuditRow(
            at=clock.now(), actor_id=actor_id, action=action, subject=subject[:200], address=address[:64], detail=detail
        )
    )
