"""Drafts of posts"""

import sqlalchemy as sa
from alembic import op

revision = "posts_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "post_drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("shared_id", ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("publish_at", sa.DateTime(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("client_key", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'scheduled', 'waiting')", name="state"),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_post_drafts_author_id_people"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_post_drafts_room_id_rooms", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["shared_id"], ["entries.id"], name="fk_post_drafts_shared_id_entries", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_post_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_post_drafts_author", "post_drafts", ["author_id", "id"])
    op.create_index("ix_post_drafts_room", "post_drafts", ["room_id", "state", "id"])
    op.create_index("ix_post_drafts_due", "post_drafts", ["publish_at"], sqlite_where=sa.text("state = 'scheduled'"))
    op.create_index(
        "ix_post_drafts_shared", "post_drafts", ["shared_id"], sqlite_where=sa.text("shared_id IS NOT NULL")
    )
    op.create_index("uq_post_drafts_key", "post_drafts", ["author_id", "client_key"], unique=True)
    op.create_table(
        "post_draft_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=500), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["post_drafts.id"], name="fk_post_draft_files_draft_id_post_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_post_draft_files_sha256_blobs"),
        sa.PrimaryKeyConstraint("id", name="pk_post_draft_files"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_post_draft_files_draft", "post_draft_files", ["draft_id"])
    op.create_index("ix_post_draft_files_blob", "post_draft_files", ["sha256"])
