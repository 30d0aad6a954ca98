"""The feature's own tables."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import RowId, Table


class Invite(Table):
    """A code that leads into a room. Found by its hash; sealed, so that keepers can print it again."""

    __tablename__ = "invites"
    __table_args__ = (Index("ix_invites_room", "room_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_sealed: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    max_uses: Mapped[int | None]
    needs_approval: Mapped[bool]
    shows_history: Mapped[bool]
    for_guests: Mapped[bool]
    stopped_at: Mapped[datetime | None]


class InviteUse(Table):
    """Somebody who came with the code: they joined, ask to be let in, or were declined."""

    __tablename__ = "invite_uses"
    __table_args__ = (
        CheckConstraint("state IN ('joined', 'asked', 'declined')", name="state"),
        Index("ix_invite_uses_person", "person_id"),
    )

    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
