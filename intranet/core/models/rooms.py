"""Rooms, and who is in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class Room(Table):
    """Where things are said and kept. `hue` is 0 to 35, in steps of ten degrees; `cover` names a picture's blob.

    `posting` says who may write posts; where `approves_posts`, those of others wait for a keeper.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("kind IN ('company', 'team', 'channel', 'direct', 'personal')", name="kind"),
        CheckConstraint("access IN ('open', 'closed', 'secret')", name="access"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(10))
    access: Mapped[str] = mapped_column(String(10))
    icon: Mapped[str] = mapped_column(String(40), default="")
    hue: Mapped[int] = mapped_column(default=17)
    cover: Mapped[str | None] = mapped_column(String(64))
    posting: Mapped[str] = mapped_column(String(10), default="members")
    approves_posts: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    @property
    def cover_url(self) -> str | None:
        return f"/rooms/{self.slug}/cover?v={self.cover[:8]}" if self.cover else None

    @property
    def initials(self) -> str:
        words = self.name.replace("&", " ").split()
        return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"


class Membership(Table):
    """A person in a room: role, how far they have read, how loud it is, and whether a rule put them in.

    `read_to` is the newest post that was read, `chat_read_to` the newest message. `history_from` hides what was said up to
    that entry from who came later. `by_rule` is a rule of the directory, `by_profile` one of the room about a field of the
    profile.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('keeper', 'member', 'guest')", name="role"),
        Index("ix_memberships_person", "person_id", "room_id"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10), default="member")
    joined_at: Mapped[datetime]
    read_to: Mapped[int] = mapped_column(default=0)
    loudness: Mapped[str] = mapped_column(String(10), default="normal")
    by_rule: Mapped[bool] = mapped_column(default=False)
    by_profile: Mapped[bool] = mapped_column(default=False)
    history_from: Mapped[int] = mapped_column(default=0)
    chat_read_to: Mapped[int] = mapped_column(default=0)
    is_favourite: Mapped[bool] = mapped_column(default=False)


class FormerSlug(Table):
    """An address that a room had: it leads to the new one, and no other room gets it."""

    __tablename__ = "former_slugs"
    __table_args__ = (Index("ix_former_slugs_room", "room_id"),)

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))


class JoinRequest(Table):
    """Someone who asks to be let in. `sees_history` is what the way on which they came promises."""

    __tablename__ = "join_requests"
    __table_args__ = (Index("ix_join_requests_person", "person_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(300), default="")
    sees_history: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
