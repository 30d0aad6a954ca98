"""The feature's tables"""

import sqlalchemy as sa
from alembic import op

revision = "links_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link_cards",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.String(400), nullable=False),
        sa.Column("site_name", sa.String(80), nullable=False),
        sa.Column("picture", sa.String(64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["picture"], ["blobs.sha256"], name="fk_link_cards_picture_blobs"),
        sa.PrimaryKeyConstraint("id", name="pk_link_cards"),
        sa.UniqueConstraint("url_hash", name="uq_link_cards_url_hash"),
    )
    op.create_index("ix_link_cards_picture", "link_cards", ["picture"])
    op.create_table(
        "entry_links",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False),
        sa.Column("card_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name="fk_entry_links_entry_id_entries", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["card_id"], ["link_cards.id"], name="fk_entry_links_card_id_link_cards"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry_links"),
    )
    op.create_index("ix_entry_links_card", "entry_links", ["card_id"])
