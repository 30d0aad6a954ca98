"""What opens the door: sessions, tokens, second factors, and codes that work once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class SessionRow(Table):
    """One signed-in browser. The cookie holds the token, we hold only its hash."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_person", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class Token(Table):
    """A personal token for programs. Shown once; we hold only its hash. `scopes` are words with a space between."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_person", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[str] = mapped_column(String(60), default="read write")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class TotpSecret(Table):
    """The secret behind a person's six digits, sealed. `last_counter` is the newest code that was used (RFC 6238)."""

    __tablename__ = "totp_secrets"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    last_counter: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Table):
    """A code on paper for who lost the second factor; each works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_person", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Passkey(Table):
    """A public key that a device of the person made (WebAuthn). Ids and keys are base64url."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_person", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(120))
    transports: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Ticket(Table):
    """A code that works once and for a time: a forgotten password, an access card, a guest's invitation."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_person", "person_id"),
        Index("ix_tickets_room", "room_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
