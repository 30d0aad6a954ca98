"""Announcements and who has read them"""

import sqlalchemy as sa
from alembic import op

revision = "announcements_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("sets", sa.JSON(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name="fk_announcements_entry_id_entries", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_announcements"),
    )
    op.create_index("ix_announcements_end", "announcements", ["ends_at"])
    op.create_table(
        "announcement_reads",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["announcements.entry_id"], name="fk_announcement_reads_entry_id_announcements",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_announcement_reads_person_id_people"),
        sa.PrimaryKeyConstraint("entry_id", "person_id", name="pk_announcement_reads"),
    )  # fmt: skip
    op.create_index("ix_announcement_reads_person", "announcement_reads", ["person_id"])
