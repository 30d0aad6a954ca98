"""What people say: entries, and what hangs on them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class Entry(Table):
    """Something said in a room. `revision` counts edits of the words, `version` every change of what is shown.

    `parent_id` is what it answers, `thread_id` the entry at the top of it all. `comment_count` of a post counts the whole
    thread, that of a comment its replies. `removed_with` names the entry that took this one along into the bin.
    `in_log` says that it stands in the room's chat: a message, or an answer in a thread that is shown there too.
    `has_files` that pictures or files came with it: they are found by it, without a look at all that were ever sent.
    """

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_room", "room_id", "kind", "id", sqlite_where=text("removed_at IS NULL")),
        Index("ix_entries_log", "room_id", "id", sqlite_where=text("in_log AND removed_at IS NULL")),
        Index("ix_entries_log_days", "room_id", "created_at", sqlite_where=text("in_log AND removed_at IS NULL")),
        Index("ix_entries_files", "room_id", "kind", "id", sqlite_where=text("has_files AND removed_at IS NULL")),
        Index("ix_entries_parent", "parent_id", "id", sqlite_where=text("parent_id IS NOT NULL")),
        Index("ix_entries_thread", "thread_id", "id", sqlite_where=text("thread_id IS NOT NULL")),
        Index("ix_entries_removed", "removed_at", sqlite_where=text("removed_at IS NOT NULL")),
        Index("ix_entries_shared", "shared_id", sqlite_where=text("shared_id IS NOT NULL")),
        Index("ix_entries_pinned", "room_id", sqlite_where=text("pinned_at IS NOT NULL")),
        Index("ix_entries_author", "author_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    comment_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_with: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    removed_reason: Mapped[str] = mapped_column(String(300), default="")
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    in_log: Mapped[bool] = mapped_column(default=False)
    has_files: Mapped[bool] = mapped_column(default=False)

    @property
    def is_changed(self) -> bool:
        """Whether anything came to it since it was said: the first version has no reactions, no cards, no marks."""
        return self.version > 1

    @property
    def root_id(self) -> int:
        """The entry at the top: itself, or that under which it stands."""
        return self.thread_id or self.id


class EntryRevision(Table):
    """Earlier words of an entry. `at` is when they were written."""

    __tablename__ = "entry_revisions"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class EntryTag(Table):
    """A `#tag` of an entry, in lower case."""

    __tablename__ = "entry_tags"
    __table_args__ = (Index("ix_entry_tags_entry", "entry_id"),)

    tag: Mapped[str] = mapped_column(String(50), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)


class SavedEntry(Table):
    """What a person keeps for later."""

    __tablename__ = "saved_entries"
    __table_args__ = (Index("ix_saved_entries_entry", "entry_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


class Reaction(Table):
    __tablename__ = "reactions"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class Blob(Table):
    """Bytes in the blob store that a row points to. `size` in bytes."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


class HeldFile:
    """The columns of every table of pictures and files; each row holds its bytes.

    `size` in bytes, `width` and `height` in pixels for pictures that can be shown.
    """

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    name: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    alt: Mapped[str] = mapped_column(String(500), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]

    @property
    def is_picture(self) -> bool:
        return self.width is not None


class Attachment(HeldFile, Table):
    """A picture or file on an entry."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_entry", "entry_id"),
        Index("ix_attachments_blob", "sha256"),
        {"sqlite_autoincrement": True},
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))

    @property
    def is_sound(self) -> bool:
        return self.type.startswith("audio/")
