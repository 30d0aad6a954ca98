"""An index to ask what points to some bytes"""

from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attachments_blob", "attachments", ["sha256"])
