"""People and what signs them in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class Person(Table):
    """Someone who signs in. Never deleted while their words stand, only disabled."""

    __tablename__ = "people"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    department: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    location: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(String(1000), default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    avatar: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="")
    look: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    directory_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def hue(self) -> int:
        """Identity colour: 0 to 35, in steps of ten degrees."""
        return self.id * 7 % 36

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.username]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def avatar_url(self) -> str | None:
        return f"/people/{self.username}/picture?v={self.avatar[:8]}" if self.avatar else None


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
    """A personal token for programs. Shown once; we hold only its hash."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_person", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
