"""What comes to whom, and pauses"""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notifications_choices",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notifications_choices_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", "channel", "kind", name="pk_notifications_choices"),
    )
    op.create_table(
        "notifications_pauses",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notifications_pauses_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_notifications_pauses"),
    )
