"""Chat: what stands in a room's log, how far one has read it, favourites"""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("in_log", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("memberships", sa.Column("chat_read_to", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("memberships", sa.Column("is_favourite", sa.Boolean(), nullable=False, server_default=sa.false()))
    standing = sa.text("in_log AND removed_at IS NULL")
    op.create_index("ix_entries_log", "entries", ["room_id", "id"], sqlite_where=standing)
    op.create_index("ix_entries_log_days", "entries", ["room_id", "created_at"], sqlite_where=standing)
