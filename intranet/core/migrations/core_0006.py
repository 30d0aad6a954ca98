"""Rooms that are looked after, threads, revisions, tags, notifications"""

import re
from urllib.parse import unquote

import sqlalchemy as sa
from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

TAG = re.compile(r'class="tag" href="/search\?q=%23([^"]+)"|href="/search\?q=%23([^"]+)" class="tag"')
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rooms()
    _entries()
    _notices()


def _add(table: str, name: str, kind: object, *, points_to: str = "", **options: object) -> None:
    """A column; one that points to another table is written with it, for SQLite adds no constraint later."""
    key = [sa.ForeignKey(points_to, name=f"fk_{table}_{name}_{points_to.split('.')[0]}")] if points_to else []
    op.add_column(table, sa.Column(name, kind, *key, **options), inline_references=bool(points_to))


def _rooms() -> None:
    _add("rooms", "cover", sa.String(length=64), nullable=True)
    _add("rooms", "posting", sa.String(length=10), nullable=False, server_default="members")
    _add("rooms", "approves_posts", sa.Boolean(), nullable=False, server_default=sa.false())
    _add("rooms", "removed_by", ID, points_to="people.id", nullable=True)
    _add("memberships", "by_profile", sa.Boolean(), nullable=False, server_default=sa.false())
    _add("memberships", "history_from", sa.Integer(), nullable=False, server_default="0")
    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_former_slugs_room_id_rooms", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name="pk_former_slugs"),
    )
    op.create_index("ix_former_slugs_room", "former_slugs", ["room_id"])
    op.create_table(
        "join_requests",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("sees_history", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_join_requests_room_id_rooms", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_join_requests_person_id_people"),
        sa.PrimaryKeyConstraint("room_id", "person_id", name="pk_join_requests"),
    )
    op.create_index("ix_join_requests_person", "join_requests", ["person_id"])


def _entries() -> None:
    _add("entries", "locked_at", sa.DateTime(), nullable=True)
    _add("entries", "removed_by", ID, points_to="people.id", nullable=True)
    _add("entries", "removed_with", ID, points_to="entries.id", nullable=True)
    _add("entries", "removed_reason", sa.String(length=300), nullable=False, server_default="")
    _add("entries", "shared_id", ID, points_to="entries.id", nullable=True)
    op.execute("UPDATE entries SET thread_id = parent_id WHERE parent_id IS NOT NULL AND thread_id IS NULL")
    op.execute(
        "UPDATE entries SET removed_at = (SELECT p.removed_at FROM entries p WHERE p.id = entries.parent_id),"
        " removed_with = parent_id WHERE removed_at IS NULL"
        " AND parent_id IN (SELECT p.id FROM entries p WHERE p.removed_at IS NOT NULL)"
    )
    for name, columns, where in (
        ("ix_entries_thread", ["thread_id", "id"], "thread_id IS NOT NULL"),
        ("ix_entries_removed", ["removed_at"], "removed_at IS NOT NULL"),
        ("ix_entries_shared", ["shared_id"], "shared_id IS NOT NULL"),
    ):
        op.create_index(name, "entries", columns, sqlite_where=sa.text(where))
    op.create_table(
        "entry_revisions",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _entry_key("entry_revisions"),
        sa.PrimaryKeyConstraint("entry_id", "revision", name="pk_entry_revisions"),
    )
    op.create_table(
        "entry_tags",
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        _entry_key("entry_tags"),
        sa.PrimaryKeyConstraint("tag", "entry_id", name="pk_entry_tags"),
    )
    op.create_index("ix_entry_tags_entry", "entry_tags", ["entry_id"])
    _fill_tags()
    op.create_table(
        "saved_entries",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_saved_entries_person_id_people"),
        _entry_key("saved_entries"),
        sa.PrimaryKeyConstraint("person_id", "entry_id", name="pk_saved_entries"),
    )
    op.create_index("ix_saved_entries_entry", "saved_entries", ["entry_id"])


def _fill_tags() -> None:
    db = op.get_bind()
    for entry_id, html in db.execute(sa.text("SELECT id, html FROM entries WHERE html LIKE '%class=\"tag\"%'")).all():
        tags = {unquote(first or second).casefold()[:50] for first, second in TAG.findall(html)}
        for tag in sorted(tags):
            db.execute(sa.text("INSERT INTO entry_tags (tag, entry_id) VALUES (:tag, :id)"), {"tag": tag, "id": entry_id})


def _entry_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["entry_id"], ["entries.id"], name=f"fk_{table}_entry_id_entries", ondelete="CASCADE"
    )


def _notices() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("room_id", ID, nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("actor_ids", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notifications_person_id_people"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_notifications_room_id_rooms", ondelete="CASCADE"),
        _entry_key("notifications"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notifications_person", "notifications", ["person_id", "id"])
    op.create_index("ix_notifications_group", "notifications", ["kind", "subject", "person_id"])
    op.create_index("ix_notifications_unread", "notifications", ["person_id"], sqlite_where=sa.text("read_at IS NULL"))
    op.create_index("ix_notifications_entry", "notifications", ["entry_id"], sqlite_where=sa.text("entry_id IS NOT NULL"))
    op.create_table(
        "blocks",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("blocked_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_blocks_person_id_people"),
        sa.ForeignKeyConstraint(["blocked_id"], ["people.id"], name="fk_blocks_blocked_id_people"),
        sa.PrimaryKeyConstraint("person_id", "blocked_id", name="pk_blocks"),
    )
    op.create_index("ix_blocks_blocked", "blocks", ["blocked_id"])
