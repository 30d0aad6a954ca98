"""The one module that knows ldap3: verified TLS, one answer for each question, errors in our words."""

import contextlib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ldap3
from ldap3.core.exceptions import (
    LDAPCursorError,
    LDAPException,
    LDAPInvalidDnError,
    LDAPInvalidFilterError,
    LDAPSocketOpenError,
    LDAPSocketReceiveError,
    LDAPStartTLSError,
)
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn, parse_dn

from intranet.core.directory.errors import DirectoryUnavailable, Why, WrongCredentials, ad_reason
from intranet.core.directory.settings import DirectorySettings

SCOPES = {"subtree": ldap3.SUBTREE, "level": ldap3.LEVEL, "entry": ldap3.BASE}
# RFC 4511, 4.1.9
SUCCESS, TIME_LIMIT, SIZE_LIMIT, STRONGER_AUTH, REFERRAL, ADMIN_LIMIT, CONFIDENTIALITY = 0, 3, 4, 8, 10, 11, 13
NO_SUCH_OBJECT, INAPPROPRIATE_AUTH, INVALID_CREDENTIALS, NOT_ALLOWED, UNWILLING = 32, 48, 49, 50, 53
REFUSED = {
    STRONGER_AUTH: Why.NEEDS_TLS, CONFIDENTIALITY: Why.NEEDS_TLS, NO_SUCH_OBJECT: Why.NO_BASE, NOT_ALLOWED: Why.NOT_ALLOWED,
    TIME_LIMIT: Why.CUT, SIZE_LIMIT: Why.CUT, ADMIN_LIMIT: Why.CUT, REFERRAL: Why.ELSEWHERE,
}  # fmt: skip
SHORTEST_S = 0.1
SILENT_S = 60.0  # who says nothing for so long is given up, however much time there is


@dataclass(frozen=True)
class Entry:
    """One entry: its name and its raw values by attribute, in lower case."""

    dn: str
    values: dict[str, list[bytes]]

    def all(self, attribute: str) -> list[str]:
        return [each.decode("utf-8", "replace") for each in self.values.get(attribute.lower(), ())]

    def first(self, attribute: str) -> str:
        return next(iter(self.all(attribute)), "")

    def raw(self, attribute: str) -> bytes:
        return next(iter(self.values.get(attribute.lower(), ())), b"")


def escape(value: str) -> str:
    """A value as it may stand in a filter (RFC 4515)."""
    return str(escape_filter_chars(value))


def escape_name(value: str) -> str:
    """A value as it may stand in a DN (RFC 4514)."""
    return str(escape_rdn(value))


def normal_dn(dn: str) -> str:
    """One spelling of a name: lower case, no spaces around its parts. What is no name becomes the empty text."""
    try:
        parts = parse_dn(dn.strip(), strip=True)
    except LDAPInvalidDnError:
        return ""
    return ",".join(f"{kind.strip().lower()}={_unescaped(value.strip()).lower()}" for kind, value, _ in parts)


def _unescaped(value: str) -> str:
    """Letters that one server writes as they are and another as `\\C3\\BC`; what has a meaning in a DN stays escaped."""
    octets = re.compile(rb"\\([89a-fA-F][0-9a-fA-F])")
    return octets.sub(lambda found: bytes([int(found[1], 16)]), value.encode()).decode("utf-8", "replace")


class Connection:
    """One connection to one server. Not for two threads at once."""

    def __init__(self, settings: DirectorySettings, url: str, *, until: float) -> None:
        """Opens it, over verified TLS unless the settings say otherwise in words. Raises DirectoryUnavailable.

        `until` is when the next answer has to be there; who keeps the connection sets it anew.
        """
        self.settings, self.url, self.until = settings, url, until
        self._ldap = self._prepared(max(SHORTEST_S, until - time.monotonic()))
        with _in_words(url):
            self._ldap.open(read_server_info=False)
            if settings.start_tls and not url.startswith("ldaps://"):
                self._ldap.start_tls(read_server_info=False)
        self.used_at = time.monotonic()

    def _prepared(self, seconds: float) -> ldap3.Connection:
        ca_file = self.settings.ca_file
        tls = ldap3.Tls(
            validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file=str(ca_file) if ca_file else None
        )
        server = ldap3.Server(
            self.url, tls=tls, connect_timeout=min(seconds, self.settings.timeout_s), get_info=ldap3.NONE
        )
        return ldap3.Connection(
            server,
            receive_timeout=max(1, int(min(seconds, SILENT_S))),
            auto_referrals=False,
            raise_exceptions=False,
            auto_range=True,
        )  # ldap3 packs receive_timeout as an integer

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        """What is asked in here is answered until `until`, also after many questions and on a line that fell silent."""
        with _in_words(self.url):
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            if self._ldap.socket is None:
                raise ConnectionError("the connection was closed")
            self._ldap.socket.settimeout(min(max(SHORTEST_S, left), SILENT_S))
            yield

    def bind(self, dn: str, password: str) -> None:
        """Raises WrongCredentials when the directory says no, DirectoryUnavailable when it says nothing of use."""
        if not password or not dn:
            raise WrongCredentials("empty")  # a bind without a password proves nothing (RFC 4513, 5.1.2)
        with self._in_time():
            self._ldap.rebind(user=dn, password=password, authentication=ldap3.SIMPLE, read_server_info=False)
        self.used_at = time.monotonic()
        result = self._ldap.result
        if result["result"] != SUCCESS:
            raise self._refusal(result)

    def bind_service(self, dn: str, password: str) -> None:
        """As the account that reads, or as nobody when there is none. Raises DirectoryUnavailable."""
        if not dn:
            with self._in_time():
                self._ldap.bind(read_server_info=False)
            return
        try:
            self.bind(dn, password)
        except WrongCredentials as error:
            raise DirectoryUnavailable(
                f"the service account is refused: {error.reason}", Why.SERVICE_REFUSED
            ) from error

    def search(
        self, base: str, filter_: str, attributes: Sequence[str], *, scope: str = "subtree", limit: int = 0
    ) -> list[Entry]:
        """At most `limit` entries (0: all); that there are more is not an error. Raises DirectoryUnavailable."""
        with self._in_time():
            self._ldap.search(base, filter_, SCOPES[scope], attributes=list(attributes), size_limit=limit)
        return self._found(limit)

    def pages(self, base: str, filter_: str, attributes: Sequence[str], *, scope: str = "subtree") -> Iterator[Entry]:
        """Every entry, page by page (RFC 2696). Raises DirectoryUnavailable, also when the answer was cut."""
        cookie: bytes | None = None
        while True:
            with self._in_time():
                self._ldap.search(
                    base, filter_, SCOPES[scope], attributes=list(attributes), paged_size=self.settings.page_size,
                    paged_cookie=cookie,
                )  # fmt: skip
            yield from self._found(0)
            controls = self._ldap.result.get("controls") or {}
            cookie = (controls.get("1.2.840.113556.1.4.319") or {}).get("value", {}).get("cookie")
            if not cookie:
                return

    def _found(self, limit: int) -> list[Entry]:
        self.used_at = time.monotonic()
        result, answered = self._ldap.result, self._ldap.response or []
        found = [_entry(each) for each in answered if each.get("type") == "searchResEntry"]  # references are left aside
        if result["result"] not in (SUCCESS, *([SIZE_LIMIT] if limit and len(found) >= limit else [])):
            raise _unavailable(result)
        return found

    def _refusal(self, result: dict[str, Any]) -> Exception:
        if result["result"] in (INVALID_CREDENTIALS, NO_SUCH_OBJECT, INAPPROPRIATE_AUTH, UNWILLING):
            return WrongCredentials(ad_reason(_said(result)) or "wrong password")
        return _unavailable(result)

    def certificate_ends(self) -> datetime | None:
        """When the server's certificate ends; None without TLS."""
        found = self._ldap.socket.getpeercert() if hasattr(self._ldap.socket, "getpeercert") else None
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC) if found else None

    def close(self) -> None:
        with contextlib.suppress(LDAPException, OSError):
            self._ldap.unbind()


def _entry(answered: dict[str, Any]) -> Entry:
    raw: dict[str, list[bytes]] = {name.lower(): values for name, values in answered["raw_attributes"].items()}
    return Entry(str(answered["dn"]), raw)


def _said(result: dict[str, Any]) -> str:
    return f"{result.get('description', '')} {result.get('message', '')}".strip()


def _unavailable(result: dict[str, Any]) -> DirectoryUnavailable:
    return DirectoryUnavailable(_said(result)[:300], REFUSED.get(result["result"], Why.OTHER))


@contextlib.contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Whatever the network, TLS or ldap3 raise becomes a DirectoryUnavailable that names the server."""
    try:
        yield
    except (LDAPInvalidFilterError, LDAPCursorError) as error:
        raise DirectoryUnavailable(f"{url}: {error}", Why.FILTER) from error
    except (LDAPException, OSError) as error:
        why = _why(error)
        raise DirectoryUnavailable(f"{url}: {_words(error, why)}", why) from error


def _why(error: Exception) -> Why:
    words = str(error).lower()
    if "certificate" in words and ("hostname" in words or "ip address mismatch" in words or "doesn't match" in words):
        return Why.WRONG_NAME
    if "certificate" in words:
        return Why.CERTIFICATE
    if "invalid server address" in words or "name or service not known" in words or "name resolution" in words:
        return Why.UNKNOWN_HOST
    if (
        isinstance(error, TimeoutError | LDAPSocketReceiveError)
        or "timed out" in words
        or "temporarily unavail" in words
    ):
        return Why.SLOW
    if isinstance(error, LDAPStartTLSError) or "wrong version number" in words or "ssl wrapping" in words:
        return Why.NO_TLS
    return Why.UNREACHABLE if isinstance(error, LDAPSocketOpenError | OSError) else Why.OTHER


def _words(error: Exception, why: Why) -> str:
    plain = {
        Why.CERTIFICATE: "its certificate cannot be trusted",
        Why.WRONG_NAME: "its certificate is for another name",
    }
    return plain.get(why, " ".join(str(error).split())[:300] or type(error).__name__)
