"""What chat keeps beside the messages: who follows which thread, what comes later, who has seen what was urgent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import HeldFile, RowId, Table


class Follow(Table):
    """Whether a person hears of answers under a message. `is_on` is false for who stopped: answering again changes that."""

    __tablename__ = "chat_follows"
    __table_args__ = (Index("ix_chat_follows_person", "person_id"),)

    root_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_on: Mapped[bool]


class Status(Table):
    """What a person says of themselves for a while. With `is_quiet` they do not want to be disturbed."""

    __tablename__ = "chat_statuses"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime | None]
    is_quiet: Mapped[bool]
    at: Mapped[datetime]


class Reminder(Table):
    """Words that come back to a person at their time, perhaps about a message, perhaps from somebody else."""

    __tablename__ = "chat_reminders"
    __table_args__ = (
        Index("ix_chat_reminders_person", "person_id", "id"),
        Index("ix_chat_reminders_author", "author_id", "id"),
        Index("ix_chat_reminders_entry", "entry_id", sqlite_where=text("entry_id IS NOT NULL")),
        Index("ix_chat_reminders_due", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(300))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Later(Table):
    """A message that is said at its time. `reason` is why it could not be: then it waits for its author.

    `thread_id` has no foreign key: what it answers may be gone by then, and its words are not to go along.
    """

    __tablename__ = "chat_later"
    __table_args__ = (
        Index("ix_chat_later_author", "author_id", "id"),
        Index("ix_chat_later_room", "room_id"),
        Index("ix_chat_later_due", "publish_at", sqlite_where=text("reason = ''")),
        Index("uq_chat_later_key", "author_id", "client_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None]
    also_in_log: Mapped[bool]
    body: Mapped[str] = mapped_column(Text)
    publish_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")
    client_key: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]


class LaterFile(HeldFile, Table):
    """A picture or file that will hang on the message. It holds its bytes until then."""

    __tablename__ = "chat_later_files"
    __table_args__ = (
        Index("ix_chat_later_files_later", "later_id"),
        Index("ix_chat_later_files_blob", "sha256"),
        {"sqlite_autoincrement": True},
    )

    later_id: Mapped[int] = mapped_column(ForeignKey("chat_later.id", ondelete="CASCADE"))


class Urgent(Table):
    """A message that its author marked as urgent."""

    __tablename__ = "chat_urgent"
    __table_args__ = (Index("ix_chat_urgent_author", "author_id", "at"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Asked(Table):
    """Somebody whom an urgent message names, and when they said that they have seen it."""

    __tablename__ = "chat_urgent_asked"
    __table_args__ = (Index("ix_chat_urgent_asked_person", "person_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("chat_urgent.entry_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[datetime | None]
