"""Rules that bring people into rooms"""

import sqlalchemy as sa
from alembic import op

revision = "rooms_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "room_rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_room_rules_room_id_rooms", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_room_rules"),
        sa.UniqueConstraint("room_id", "field", "value", name="uq_room_rules_room_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_room_rules_match", "room_rules", ["field", "value"])
    op.create_table(
        "room_exceptions",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_room_exceptions_room_id_rooms", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_room_exceptions_person_id_people"),
        sa.PrimaryKeyConstraint("room_id", "person_id", name="pk_room_exceptions"),
    )
    op.create_index("ix_room_exceptions_person", "room_exceptions", ["person_id"])
