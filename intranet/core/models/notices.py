"""What one person should know."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class Notification(Table):
    """One line of the bell. What happens again before it was read is the same line: `count` times, by `actor_ids`.

    `subject` is what lines are grouped by; `actor_ids` holds the last few, newest first; `event_id` is the newest event
    that is in it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_person", "person_id", "id"),
        Index("ix_notifications_unread", "person_id", sqlite_where=text("read_at IS NULL")),
        Index("ix_notifications_group", "kind", "subject", "person_id"),
        Index("ix_notifications_entry", "entry_id", sqlite_where=text("entry_id IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    actor_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    count: Mapped[int] = mapped_column(default=1)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    event_id: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Block(Table):
    """Whose direct messages a person does not want."""

    __tablename__ = "blocks"
    __table_args__ = (Index("ix_blocks_blocked", "blocked_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
