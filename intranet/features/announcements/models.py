"""What makes a post an announcement, and who has read it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import Table


class Announcement(Table):
    """`sets` is `{"departments": […], "locations": […], "roles": […]}`: whoever is in one of them is asked; all empty: everyone."""

    __tablename__ = "announcements"
    __table_args__ = (Index("ix_announcements_end", "ends_at"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    ends_at: Mapped[datetime]
    sets: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    reminded_at: Mapped[datetime | None]


class Reading(Table):
    """A person says that they have read it."""

    __tablename__ = "announcement_reads"
    __table_args__ = (Index("ix_announcement_reads_person", "person_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("announcements.entry_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
