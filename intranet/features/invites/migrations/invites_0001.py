"""Codes that lead into rooms, and who came with them"""

import sqlalchemy as sa
from alembic import op

revision = "invites_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invites",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("code_sealed", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("shows_history", sa.Boolean(), nullable=False),
        sa.Column("for_guests", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_invites_room_id_rooms", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name="fk_invites_created_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("code_hash", name="uq_invites_code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invites_room", "invites", ["room_id"])
    op.create_table(
        "invite_uses",
        sa.Column("invite_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint("state IN ('joined', 'asked', 'declined')", name="state"),
        sa.ForeignKeyConstraint(
            ["invite_id"], ["invites.id"], name="fk_invite_uses_invite_id_invites", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_invite_uses_person_id_people"),
        sa.PrimaryKeyConstraint("invite_id", "person_id", name="pk_invite_uses"),
    )
    op.create_index("ix_invite_uses_person", "invite_uses", ["person_id"])
