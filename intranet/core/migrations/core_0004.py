"""User names that people had before"""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_usernames",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_former_usernames_person_id_people")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_former_usernames")),
    )
    op.create_index("ix_former_usernames_person", "former_usernames", ["person_id"])
