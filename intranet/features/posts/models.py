"""Posts that are not posts yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import HeldFile, RowId, Table


class Draft(Table):
    """Words that nobody but their author sees, and while they wait for approval the keepers of the room.

    `publish_at` is when it should appear. `approved_at` is when a keeper agreed to that; `reason` is why it came back.
    """

    __tablename__ = "post_drafts"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'scheduled', 'waiting')", name="state"),
        Index("ix_post_drafts_author", "author_id", "id"),
        Index("ix_post_drafts_room", "room_id", "state", "id"),
        Index("ix_post_drafts_due", "publish_at", sqlite_where=text("state = 'scheduled'")),
        Index("ix_post_drafts_shared", "shared_id", sqlite_where=text("shared_id IS NOT NULL")),
        Index("uq_post_drafts_key", "author_id", "client_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    publish_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    client_key: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftFile(HeldFile, Table):
    """A picture or file that will hang on the post. It holds its bytes until then."""

    __tablename__ = "post_draft_files"
    __table_args__ = (
        Index("ix_post_draft_files_draft", "draft_id"),
        Index("ix_post_draft_files_blob", "sha256"),
        {"sqlite_autoincrement": True},
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("post_drafts.id", ondelete="CASCADE"))
