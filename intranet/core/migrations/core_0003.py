"""Profiles, skills, directory accounts, second factors, tickets"""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


NEW_COLUMNS = {
    "people": [
        sa.Column("division", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("mobile", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("employee_type", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
    ],
    "memberships": [sa.Column("by_rule", sa.Boolean(), nullable=False, server_default=sa.false())],
    "tokens": [
        sa.Column("scopes", sa.String(length=60), nullable=False, server_default="read write"),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
    ],
}


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_people_manager", "people", ["manager_id"], sqlite_where=sa.text("manager_id IS NOT NULL"))
    op.create_index("uq_people_oidc_subject", "people", ["oidc_subject"], unique=True)
    op.create_table(
        "directory_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("directory", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_runs")),
        sqlite_autoincrement=True
    )
    op.create_index("ix_directory_runs_directory", "directory_runs", ["directory", "id"])

    op.create_table(
        "directory_accounts",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("directory", sa.String(length=40), nullable=False),
        sa.Column("username", sa.String(length=256), nullable=False),
        sa.Column("dn", sa.String(length=1000), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("photo_stamp", sa.String(length=64), nullable=False),
        sa.Column("photo_digest", sa.String(length=64), nullable=False),
        sa.Column("owned", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_directory_accounts_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_directory_accounts"))
    )
    op.create_index("ix_directory_accounts_dn", "directory_accounts", ["directory", "dn"])

    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("transports", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_autoincrement=True
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person_id"])

    op.create_table(
        "profiles",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("languages", sa.String(length=200), nullable=False),
        sa.Column("experience", sa.Text(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("absence_note", sa.String(length=200), nullable=False),
        sa.Column("birthday", sa.String(length=5), nullable=False),
        sa.Column("shows_birthday", sa.Boolean(), nullable=False),
        sa.Column("shows_anniversary", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_profiles_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profiles"))
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sqlite_autoincrement=True
    )
    op.create_index("ix_recovery_codes_person", "recovery_codes", ["person_id"])

    op.create_table(
        "skills",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_skills_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("person_id", "key", name="uq_skills_person_id"),
        sqlite_autoincrement=True
    )
    op.create_index("ix_skills_key", "skills", ["key"])

    op.create_table(
        "totp_secrets",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last_counter", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_totp_secrets_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_totp_secrets"))
    )
    op.create_table(
        "skill_confirmations",
        sa.Column("skill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_skill_confirmations_person_id_people")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_skill_confirmations_skill_id_skills")),
        sa.PrimaryKeyConstraint("skill_id", "person_id", name=op.f("pk_skill_confirmations"))
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("room_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_tickets_created_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tickets_person_id_people")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_tickets_room_id_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_tickets_code_hash")),
        sqlite_autoincrement=True
    )
    op.create_index("ix_tickets_person", "tickets", ["person_id"])
    op.create_index("ix_tickets_room", "tickets", ["room_id"])
