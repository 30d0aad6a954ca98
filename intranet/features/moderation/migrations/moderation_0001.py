"""Reports of what was said"""

import sqlalchemy as sa
from alembic import op

revision = "moderation_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    name = f"fk_moderation_reports_{column}_{target.split('.')[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, **options)


def upgrade() -> None:
    op.create_table(
        "moderation_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("reporter_id", ID, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        _key("entry_id", "entries.id", ondelete="CASCADE"),
        _key("room_id", "rooms.id", ondelete="CASCADE"),
        _key("reporter_id", "people.id"),
        _key("closed_by", "people.id"),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_reports"),
        sa.UniqueConstraint("entry_id", "reporter_id", name="uq_moderation_reports_entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_moderation_reports_room", "moderation_reports", ["room_id", "outcome", "id"])
    op.create_index("ix_moderation_reports_reporter", "moderation_reports", ["reporter_id"])
