"""Settings of the box: `intranet.toml`, then `INTRANET_…` in the environment, which wins."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SYSTEM_FILE = Path("/etc/intranet/intranet.toml")


class SettingsError(ValueError):
    """The configuration cannot be used; the message says which setting and why."""


class DirectorySection(BaseModel):
    """`[directory]`: where the company's accounts are. Checked by the directory itself when it is opened."""

    model_config = ConfigDict(extra="forbid")

    servers: tuple[str, ...]
    base_dn: str
    start_tls: bool = False
    ca_file: Path | None = None
    plain_text_passwords_on_the_wire: bool = False
    bind_dn: str = ""
    bind_password: str = ""
    bind_password_file: Path | None = None
    direct_bind_template: str = ""
    user_filter: str = "(uid={username})"
    id_attribute: str = "entryUUID"
    username_attribute: str = "uid"
    name_attribute: str = "cn"
    email_attribute: str = "mail"
    title_attribute: str = "title"
    department_attribute: str = "departmentNumber"
    phone_attribute: str = "telephoneNumber"
    location_attribute: str = "l"
    timeout_s: float = Field(default=4.0, gt=0, le=30)

    def password(self) -> str:
        """The service account's password. Raises SettingsError when its file cannot be read."""
        if self.bind_password_file is None:
            return self.bind_password
        try:
            return self.bind_password_file.read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise SettingsError(f"directory.bind_password_file cannot be read: {error}") from error


class Settings(BaseSettings):
    """Every setting that is fixed while the server runs."""

    model_config = SettingsConfigDict(env_prefix="INTRANET_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    secure_cookies: bool = False
    workers: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=32)
    threads: int = Field(default=640, ge=4, le=4096)
    time_zone: str = "Europe/Rome"
    directory: DirectorySection | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def database(self) -> Path:
        return self.data / "intranet.sqlite"

    @property
    def run(self) -> Path:
        return self.data / "run"


def load(data: Path | None = None, **overrides: Any) -> Settings:
    """Settings for the data folder (argument, else INTRANET_DATA, else ./data). Raises SettingsError in words."""
    folder = (data or Path(os.environ.get("INTRANET_DATA", "data"))).absolute()
    values = _read(folder / "intranet.toml") or _read(SYSTEM_FILE)
    try:
        settings = Settings(**{**values, "data": folder})
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from error
    return settings.model_copy(update={"data": folder, **overrides})


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


def _in_words(error: ValidationError) -> str:
    lines = (".".join(str(part) for part in each["loc"]) + ": " + each["msg"] for each in error.errors())
    return "The settings cannot be used: " + "; ".join(lines)
