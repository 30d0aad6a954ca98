"""The company's directory, by ldap3: verified TLS, escaped filters, and never an empty password."""

import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from intranet.core.people import normal_username

WRONG_PASSWORD = 49
# What Active Directory hides behind "invalid credentials" (Microsoft, System Error Codes).
AD_REASONS = {
    "525": "unknown", "52e": "wrong password", "530": "outside of working hours", "531": "not from this computer",
    "532": "password expired", "533": "disabled", "701": "account expired", "773": "password must change",
    "775": "locked",
}  # fmt: skip


class WrongCredentials(Exception):
    """The directory says no. `reason` is for the audit log, never for the person at the door."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class DirectoryUnavailable(Exception):
    """The directory cannot answer; the message says why in words."""


@dataclass(frozen=True)
class DirectoryPerson:
    """An account as the directory has it. `directory_id` never changes, names do."""

    directory_id: str
    username: str
    name: str
    email: str = ""
    title: str = ""
    department: str = ""
    phone: str = ""
    location: str = ""


@dataclass(frozen=True)
class DirectorySettings:
    """Where the directory is and how its entries look. Raises ValueError in words when it cannot be used safely."""

    servers: tuple[str, ...]
    base_dn: str
    start_tls: bool = False
    ca_file: Path | None = None
    plain_text_passwords_on_the_wire: bool = False
    bind_dn: str = ""
    bind_password: str = ""
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
    timeout_s: float = 4.0

    def __post_init__(self) -> None:
        if not self.servers:
            raise ValueError("name at least one server")
        for url in self.servers:
            if not url.startswith(("ldap://", "ldaps://")):
                raise ValueError(f"{url} does not start with ldaps:// or ldap://")
            if url.startswith("ldap://") and not (self.start_tls or self.plain_text_passwords_on_the_wire):
                raise ValueError(f"{url} would send passwords in plain text; use ldaps:// or start_tls = true")
        if "{username}" not in self.user_filter:
            raise ValueError("user_filter needs {username}")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise ValueError(f"ca_file {self.ca_file} does not exist")

    @property
    def attributes(self) -> dict[str, str]:
        """Our field to the directory's attribute."""
        suffix = "_attribute"
        fields = {key.removesuffix(suffix): getattr(self, key) for key in self.__annotations__ if key.endswith(suffix)}
        return {field: attribute for field, attribute in fields.items() if attribute}


class Directory:
    """Signs people in. Every call has connections of its own, so threads may share this."""

    def __init__(self, settings: DirectorySettings) -> None:
        self.settings = settings
        self._tls = ldap3.Tls(
            validate=ssl.CERT_REQUIRED,
            version=ssl.PROTOCOL_TLS_CLIENT,
            ca_certs_file=str(settings.ca_file) if settings.ca_file else None,
        )

    def authenticate(self, username: str, password: str) -> DirectoryPerson:
        """The account, when a bind as it with this password succeeds. Raises WrongCredentials or DirectoryUnavailable."""
        if not password.strip() or "\0" in password or not username.strip() or "\0" in username:
            raise WrongCredentials("empty")
        reasons = []
        for url in self.settings.servers:
            try:
                return self._authenticate(url, username, password)
            except (LDAPException, OSError) as error:
                reasons.append(f"{url}: {_in_words(error)}")
        raise DirectoryUnavailable("; ".join(reasons))

    def _authenticate(self, url: str, username: str, password: str) -> DirectoryPerson:
        if self.settings.direct_bind_template:
            dn = self.settings.direct_bind_template.format(username=self._escaped_for_bind(username))
            with self._bound(url, dn, password) as connection:
                return self._find(connection, username)[1]
        with self._bound(url, self.settings.bind_dn, self.settings.bind_password, is_service=True) as connection:
            dn, person = self._find(connection, username)
        with self._bound(url, dn, password):
            return person

    def _escaped_for_bind(self, username: str) -> str:
        if "@" in self.settings.direct_bind_template:
            return username if username.replace(".", "").replace("-", "").replace("_", "").isalnum() else "-"
        return str(escape_rdn(username))

    def _find(self, connection: ldap3.Connection, username: str) -> tuple[str, DirectoryPerson]:
        """Exactly one entry whose user name really is the one that was typed."""
        settings = self.settings
        connection.search(
            settings.base_dn, settings.user_filter.replace("{username}", escape_filter_chars(username)),
            search_scope=ldap3.SUBTREE, attributes=list(settings.attributes.values()), size_limit=2,
            time_limit=int(settings.timeout_s) or 1,
        )  # fmt: skip
        found = [each for each in connection.response or [] if each.get("type") == "searchResEntry"]
        if len(found) != 1:
            raise WrongCredentials("unknown" if not found else "several entries match")
        person = self._read(found[0])
        if normal_username(username) not in (person.username, normal_username(person.email)):
            raise WrongCredentials("another user name")
        return str(found[0]["dn"]), person

    def _read(self, entry: dict[str, Any]) -> DirectoryPerson:
        attributes, raw = entry["attributes"], entry["raw_attributes"]
        said = {field: _first(attributes.get(name)) for field, name in self.settings.attributes.items()}
        identity = _identity(raw.get(self.settings.id_attribute), said.pop("id"))
        username = normal_username(said.pop("username"))
        if not identity or not username:
            raise WrongCredentials("the entry has no lasting id or no user name")
        return DirectoryPerson(identity, username, **{**said, "name": said.get("name") or username})

    @contextmanager
    def _bound(self, url: str, dn: str, password: str, *, is_service: bool = False) -> Iterator[ldap3.Connection]:
        """A connection bound as `dn`. A service account that is refused means: unavailable."""
        seconds = max(1, int(self.settings.timeout_s / 2))  # ldap3 packs it as an integer
        server = ldap3.Server(url, tls=self._tls, connect_timeout=seconds, get_info=ldap3.NONE)
        connection = ldap3.Connection(
            server, user=dn or None, password=password or None, receive_timeout=seconds,
            auto_referrals=False, raise_exceptions=False,
        )  # fmt: skip
        try:
            connection.open(read_server_info=False)
            if self.settings.start_tls and not url.startswith("ldaps://"):
                connection.start_tls(read_server_info=False)
            connection.bind(read_server_info=False)
            _check_bind(connection.result, is_service=is_service)
            yield connection
        finally:
            connection.unbind()


def _check_bind(result: dict[str, Any], *, is_service: bool) -> None:
    if result["result"] == 0:
        return
    words = f"{result.get('description', '')} {result.get('message', '')}".strip()
    if is_service:
        raise LDAPException(f"the service account is refused: {words}")
    if result["result"] != WRONG_PASSWORD:
        raise LDAPException(words)
    code = words.partition("data ")[2].partition(",")[0].strip().lower()
    raise WrongCredentials(AD_REASONS.get(code, "wrong password"))


def _first(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    return str(value or "").strip()[:254]


def _identity(raw: Any, decoded: str) -> str:
    """`entryUUID` is text, `objectGUID` sixteen bytes, little-endian (MS-DTYP 2.3.4)."""
    value = raw[0] if isinstance(raw, (list, tuple)) and raw else raw
    if isinstance(value, bytes) and len(value) == 16:
        return str(uuid.UUID(bytes_le=value))
    return decoded.strip("{}").lower()


def _in_words(error: Exception) -> str:
    words = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in words or "hostname" in words.lower() or "certificate" in words.lower():
        return "its certificate cannot be trusted"
    return words[:200]
