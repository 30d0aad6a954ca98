"""When people were last seen; indexes for what happens today"""

import sqlalchemy as sa
from alembic import op

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("seen_at", sa.DateTime(), nullable=True))
    op.create_index("ix_profiles_birthday", "profiles", ["shows_birthday", "birthday"])
    op.create_index("ix_profiles_anniversary", "profiles", ["shows_anniversary"])
    op.create_index("ix_profiles_absence", "profiles", ["absent_until"])
