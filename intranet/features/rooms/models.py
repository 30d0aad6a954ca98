"""Who is in a room without anybody bringing them in, and who is not in spite of it."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import RowId, Table


class RoomRule(Table):
    """Whose profile says `value` in `field` is in the room, in that role."""

    __tablename__ = "room_rules"
    __table_args__ = (
        UniqueConstraint("room_id", "field", "value", name="uq_room_rules_room_id"),
        Index("ix_room_rules_match", "field", "value"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(10))


class RoomException(Table):
    """Who left, or was taken out by hand, where rules would bring them back: people win over rules."""

    __tablename__ = "room_exceptions"
    __table_args__ = (Index("ix_room_exceptions_person", "person_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
