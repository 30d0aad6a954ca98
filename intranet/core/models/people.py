"""People, what they tell of themselves, and where the directory has them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.kernel.db import Table
from intranet.kernel.events import RowId


class Person(Table):
    """Someone who signs in. Never deleted while their words stand, only disabled, or erased to a placeholder.

    `directory_id` is the lasting id that the directory gave, `oidc_subject` that of the OpenID provider.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_manager", "manager_id", sqlite_where=text("manager_id IS NOT NULL")),
        Index("uq_people_oidc_subject", "oidc_subject", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    department: Mapped[str] = mapped_column(String(120), default="")
    division: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    mobile: Mapped[str] = mapped_column(String(60), default="")
    location: Mapped[str] = mapped_column(String(120), default="")
    employee_type: Mapped[str] = mapped_column(String(60), default="")
    started_on: Mapped[date | None]
    about: Mapped[str] = mapped_column(String(1000), default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    avatar: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="")
    look: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    directory_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

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


class FormerUsername(Table):
    """A user name that a person had: its links lead to the new one, and nobody else gets it."""

    __tablename__ = "former_usernames"
    __table_args__ = (Index("ix_former_usernames_person", "person_id"),)

    username: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Profile(Table):
    """What a person tells of themselves beyond the line under their name.

    `hours` is `{"days": [1, …, 7], "from": "07:30", "to": "16:30"}` with Monday as 1; `birthday` is `MM-DD`, without the
    year; `extra` holds the free fields that the directory gives, by their label.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        Index("ix_profiles_birthday", "shows_birthday", "birthday"),
        Index("ix_profiles_anniversary", "shows_anniversary"),
        Index("ix_profiles_absence", "absent_until"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    languages: Mapped[str] = mapped_column(String(200), default="")
    experience: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    absence_note: Mapped[str] = mapped_column(String(200), default="")
    birthday: Mapped[str] = mapped_column(String(5), default="")
    shows_birthday: Mapped[bool] = mapped_column(default=False)
    shows_anniversary: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Skill(Table):
    """Something a person can be asked about. `key` is the name folded, so that one skill is one search."""

    __tablename__ = "skills"
    __table_args__ = (
        UniqueConstraint("person_id", "key", name="uq_skills_person_id"),
        Index("ix_skills_key", "key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))


class SkillConfirmation(Table):
    """A colleague says that it is so."""

    __tablename__ = "skill_confirmations"

    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class DirectoryAccount(Table):
    """A person's account in the company's directory, as the last sync saw it.

    `dn` is normalised. `stamp` changes when the entry does. `owned` names the fields of the profile that the directory
    fills. `role` is what its rules gave ("", "admin" or "guest"). `left_at` is set when the sync disabled the person.
    """

    __tablename__ = "directory_accounts"
    __table_args__ = (Index("ix_directory_accounts_dn", "directory", "dn"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    directory: Mapped[str] = mapped_column(String(40))
    username: Mapped[str] = mapped_column(String(256))
    dn: Mapped[str] = mapped_column(String(1000))
    stamp: Mapped[str] = mapped_column(String(64), default="")
    photo_stamp: Mapped[str] = mapped_column(String(64), default="")
    photo_digest: Mapped[str] = mapped_column(String(64), default="")
    owned: Mapped[list[str]] = mapped_column(JSON, default=list)
    role: Mapped[str] = mapped_column(String(10), default="")
    left_at: Mapped[datetime | None]


class DirectoryRun(Table):
    """One sync: `outcome` is done, failed or waiting (for an admin's yes); `report` holds its counts and lines.

    Previews (looking, preview) stand here for an hour.
    """

    __tablename__ = "directory_runs"
    __table_args__ = (Index("ix_directory_runs_directory", "directory", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    directory: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    seconds: Mapped[float]
    outcome: Mapped[str] = mapped_column(String(10))
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
