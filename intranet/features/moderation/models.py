"""Reports of what was said."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import RowId, Table


class Report(Table):
    """Somebody finds an entry wrong. `outcome` is empty while it is open, then `kept` or `removed`."""

    __tablename__ = "moderation_reports"
    __table_args__ = (
        UniqueConstraint("entry_id", "reporter_id", name="uq_moderation_reports_entry_id"),
        Index("ix_moderation_reports_room", "room_id", "outcome", "id"),
        Index("ix_moderation_reports_reporter", "reporter_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
