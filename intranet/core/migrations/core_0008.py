"""Which entries came with pictures or files: those of one room are found without a look at all others"""

import sqlalchemy as sa
from alembic import op

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("has_files", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE entries SET has_files = 1 WHERE id IN (SELECT entry_id FROM attachments)")
    standing = sa.text("has_files AND removed_at IS NULL")
    op.create_index("ix_entries_files", "entries", ["room_id", "kind", "id"], sqlite_where=standing)
