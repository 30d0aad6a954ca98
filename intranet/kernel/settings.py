"""Settings of the box: `intranet.toml`, then `INTRANET_…` in the environment, which wins."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SYSTEM_FILE = Path("/etc/intranet/intranet.toml")


class SettingsError(ValueError):
    """The configuration cannot be used; the message says which setting and why."""


class Secretive(BaseModel):
    """A section with a secret that may stand in the section or in a file of its own."""

    model_config = ConfigDict(extra="forbid")

    password: str = ""
    password_file: Path | None = None

    def secret(self) -> str:
        """Raises SettingsError when its file cannot be read."""
        return read_secret(self.password, self.password_file)


class MailSection(Secretive):
    """`[mail]`: the server that takes our letters. Certificates are verified; `plain` sends them unprotected."""

    server: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    username: str = ""
    sender: str
    ca_file: Path | None = None


class OidcSection(Secretive):
    """`[oidc]`: an OpenID Connect provider as a second way in. `password` is the client's secret."""

    issuer: str
    client_id: str
    label: str = "OpenID Connect"
    scope: str = "openid profile email"
    username_claim: str = "preferred_username"
    adds_people: bool = False
    ca_file: Path | None = None


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
    threads: int = Field(default=128, ge=4, le=4096)
    time_zone: str = "Europe/Rome"
    proxy_addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    directory: dict[str, Any] | None = None
    directories: dict[str, dict[str, Any]] = {}
    mail: MailSection | None = None
    oidc: OidcSection | None = None

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

    @model_validator(mode="after")
    def _knows_its_address(self) -> Self:
        if self.oidc and not self.base_url:
            raise ValueError("oidc needs base_url: the provider is told where to send people back")
        return self

    @property
    def database(self) -> Path:
        return self.data / "intranet.sqlite"

    @property
    def key_file(self) -> Path:
        return self.data / "secret.key"

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


def read_secret(value: str, path: Path | None) -> str:
    """A secret, or what its file holds. Raises SettingsError when the file cannot be read."""
    if path is None:
        return value
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


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
