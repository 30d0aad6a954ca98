"""The plugin's tables"""

import sqlalchemy as sa
from alembic import op

revision = "welcome_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "welcome_greetings",
        sa.Column("newcomer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["newcomer_id"], ["people.id"], name="fk_welcome_greetings_newcomer_id_people"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_welcome_greetings_person_id_people"),
        sa.PrimaryKeyConstraint("newcomer_id", "person_id", name="pk_welcome_greetings"),
    )
    op.create_table(
        "welcome_choices",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_welcome_choices_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_welcome_choices"),
    )
