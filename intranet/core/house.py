"""What the company says of itself, and other settings an admin may change while the server runs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core.models import Setting
from intranet.kernel import events


@dataclass(frozen=True)
class Company:
    """How the company shows itself."""

    name: str = "Intranet"
    sentence: str = ""
    contact: str = ""
    language: str = "en"
    theme: str = "default"
    has_directory: bool = False

    @property
    def logo_url(self) -> str:
        return "/theme/static/img/logo.svg"


def read_all(db: Session) -> dict[str, Any]:
    return {row.key: row.value for row in db.execute(select(Setting.key, Setting.value))}


def read_value(db: Session, key: str, default: Any = None) -> Any:
    row = db.get(Setting, key)
    return default if row is None else row.value


def save_value(db: Session, key: str, value: Any) -> None:
    db.merge(Setting(key=key, value=value))
    events.record(db, "setting.changed", key=key)
