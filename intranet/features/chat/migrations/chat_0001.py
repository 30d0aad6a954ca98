"""What chat keeps beside the messages"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "chat_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def column(name: str, kind: Any, *, empty: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=empty)


def points_to(table: str, name: str, where: str, **gone: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [where], name=f"fk_{table}_{name}_{where.split('.')[0]}", **gone)


def key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def upgrade() -> None:
    follows()
    statuses()
    reminders()
    later()
    urgent()


def follows() -> None:
    name = "chat_follows"
    op.create_table(
        name, column("root_id", ID), column("person_id", ID), column("is_on", sa.Boolean()),
        points_to(name, "root_id", "entries.id", ondelete="CASCADE"), points_to(name, "person_id", "people.id"),
        key(name, "root_id", "person_id"),
    )  # fmt: skip
    op.create_index("ix_chat_follows_person", name, ["person_id"])


def statuses() -> None:
    name = "chat_statuses"
    op.create_table(
        name, column("person_id", ID), column("words", sa.String(120)), column("until", sa.DateTime(), empty=True),
        column("is_quiet", sa.Boolean()), column("at", sa.DateTime()), points_to(name, "person_id", "people.id"),
        key(name, "person_id"),
    )  # fmt: skip


def reminders() -> None:
    name = "chat_reminders"
    op.create_table(
        name, column("id", ID), column("person_id", ID), column("author_id", ID), column("room_id", ID),
        column("entry_id", ID, empty=True), column("words", sa.String(300)), column("due_at", sa.DateTime()),
        column("created_at", sa.DateTime()), points_to(name, "person_id", "people.id"),
        points_to(name, "author_id", "people.id"), points_to(name, "room_id", "rooms.id", ondelete="CASCADE"),
        points_to(name, "entry_id", "entries.id", ondelete="CASCADE"), key(name, "id"), sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_chat_reminders_person", name, ["person_id", "id"])
    op.create_index("ix_chat_reminders_author", name, ["author_id", "id"])
    op.create_index("ix_chat_reminders_entry", name, ["entry_id"], sqlite_where=sa.text("entry_id IS NOT NULL"))
    op.create_index("ix_chat_reminders_due", name, ["due_at"])


def later() -> None:
    name, files = "chat_later", "chat_later_files"
    op.create_table(
        name, column("id", ID), column("author_id", ID), column("room_id", ID), column("thread_id", sa.Integer(), empty=True),
        column("also_in_log", sa.Boolean()), column("body", sa.Text()), column("publish_at", sa.DateTime()),
        column("reason", sa.String(300)), column("client_key", sa.String(128), empty=True),
        column("created_at", sa.DateTime()), points_to(name, "author_id", "people.id"),
        points_to(name, "room_id", "rooms.id", ondelete="CASCADE"),
        key(name, "id"), sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_chat_later_author", name, ["author_id", "id"])
    op.create_index("ix_chat_later_room", name, ["room_id"])
    op.create_index("ix_chat_later_due", name, ["publish_at"], sqlite_where=sa.text("reason = ''"))
    op.create_index("uq_chat_later_key", name, ["author_id", "client_key"], unique=True)
    op.create_table(
        files, column("id", ID), column("later_id", ID), column("sha256", sa.String(64)),
        column("name", sa.String(255)), column("type", sa.String(100)), column("size", sa.Integer()),
        column("alt", sa.String(500)), column("width", sa.Integer(), empty=True),
        column("height", sa.Integer(), empty=True), points_to(files, "later_id", "chat_later.id", ondelete="CASCADE"),
        points_to(files, "sha256", "blobs.sha256"), key(files, "id"), sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_chat_later_files_later", files, ["later_id"])
    op.create_index("ix_chat_later_files_blob", files, ["sha256"])


def urgent() -> None:
    name, asked = "chat_urgent", "chat_urgent_asked"
    op.create_table(
        name, column("entry_id", ID), column("author_id", ID), column("at", sa.DateTime()),
        points_to(name, "entry_id", "entries.id", ondelete="CASCADE"), points_to(name, "author_id", "people.id"),
        key(name, "entry_id"),
    )  # fmt: skip
    op.create_index("ix_chat_urgent_author", name, ["author_id", "at"])
    op.create_table(
        asked, column("entry_id", ID), column("person_id", ID), column("seen_at", sa.DateTime(), empty=True),
        points_to(asked, "entry_id", "chat_urgent.entry_id", ondelete="CASCADE"),
        points_to(asked, "person_id", "people.id"), key(asked, "entry_id", "person_id"),
    )  # fmt: skip
    op.create_index("ix_chat_urgent_asked_person", asked, ["person_id"])
