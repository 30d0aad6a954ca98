"""The one way to strangers' addresses: what people link or set may make this box ask others, but never its own network.

A name is resolved once, all its addresses are checked, and the connection goes to a checked address itself, so that a
second answer of the name's owner changes nothing. urllib3 is used by its bare connection, which follows no redirect,
keeps no cookie, reads no environment and sends nothing again.
"""

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from urllib.parse import urljoin

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from intranet.kernel.networks import Network, is_outer

MAX_REDIRECTS = 3
MAX_URL = 2_000
MAX_ADDRESSES = 32  # that one name may have
TRIED_ADDRESSES = 3
CONNECT_S = 3.0
CHUNK = 1 << 16
AUTHORITY = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)
REDIRECTS = (301, 302, 303, 307, 308)
BROKEN = (HTTPError, HTTPException, OSError, ValueError)
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; intranet)", "Accept-Encoding": "identity", "Connection": "close"}
Resolve = Callable[[str, int], Sequence[str]]


class Unreachable(Exception):
    """No answer that may be used. The message says why, for the log alone: people must not learn of inner addresses."""


@dataclass(frozen=True)
class Answer:
    """What came back. `url` is where it came from in the end, `type` like `text/html`, `charset` may be empty."""

    url: str
    type: str
    charset: str
    body: bytes


def look_up(host: str, port: int) -> list[str]:
    """Every address of a name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Errand:
    """What may be brought back: kinds of content (`text/html`, or `image/` for all pictures), at most `limit` bytes.

    `cut` takes the beginning of what is longer. `within_s` holds for everything together, redirects too. `inner` are
    networks that may be asked although they are inside; `trusted` is an authority's file in place of the system's.
    """

    types: tuple[str, ...]
    limit: int
    cut: bool = False
    within_s: float = 10.0
    ports: tuple[int, ...] = (80, 443)
    inner: tuple[Network, ...] = ()
    trusted: str | None = None
    resolve: Resolve = field(default=look_up)


def fetch(url: str, errand: Errand) -> Answer:
    """Asks for one thing. Raises Unreachable."""
    until = time.monotonic() + errand.within_s
    place = read_address(url, errand.ports)
    for _ in range(MAX_REDIRECTS + 1):
        with _asked(place, errand, until) as response:
            if response.status not in REDIRECTS:
                return _read(place, response, errand, until)
            place = _next(place, response.headers.get("Location", ""), errand.ports)
    raise Unreachable("too many redirects")


def read_address(url: str, ports: Sequence[int] = (80, 443)) -> Url:
    """The parts of an address that may be asked at all. Raises Unreachable for any other."""
    said = AUTHORITY.match(url)
    if said is None or len(url) > MAX_URL or not url.isprintable() or any(mark in url for mark in ' \\"<>'):
        raise Unreachable("not an address of the web")
    if "@" in said[1]:
        raise Unreachable("an address with a name or password")
    try:
        place = parse_url(url)
    except HTTPError as error:
        raise Unreachable("not an address") from error
    if _port(place) not in ports:
        raise Unreachable("another port")
    return place


def _port(place: Url) -> int:
    return place.port if place.port is not None else 443 if place.scheme == "https" else 80


def _next(place: Url, location: str, ports: Sequence[int]) -> Url:
    try:
        following = read_address(urljoin(place.url, location), ports)
    except ValueError as error:
        raise Unreachable("a redirect to nowhere") from error
    if place.scheme == "https" and following.scheme == "http":
        raise Unreachable("a redirect out of https")
    return following


@contextlib.contextmanager
def _asked(place: Url, errand: Errand, until: float) -> Iterator[HTTPResponse]:
    """The answer to one request, whose connection ends with it, and at the deadline whatever the other side does."""
    try:
        with contextlib.closing(_connected(place, errand, until)) as connection, _cut_off(connection.sock, until):
            connection.timeout = _left(until)
            headers = {**HEADERS, "Host": place.netloc or "", "Accept": ", ".join(_accepted(errand.types))}
            connection.request("GET", place.request_uri, headers=headers, preload_content=False, decode_content=False)
            with contextlib.closing(connection.getresponse()) as response:
                yield response
    except BROKEN as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _accepted(types: Sequence[str]) -> list[str]:
    return [f"{each}*" if each.endswith("/") else each for each in types]


def _connected(place: Url, errand: Errand, until: float) -> HTTPConnection:
    failures: list[Exception] = []
    for address in _checked(place, errand, until)[:TRIED_ADDRESSES]:
        connection = _connection(place, address, errand, timeout=min(CONNECT_S, _left(until) / 2))
        try:
            connection.connect()
            _check_peer(connection.sock, errand)
            return connection
        except BROKEN as error:
            connection.close()
            failures.append(error)
    raise failures[-1]


def _connection(place: Url, address: str, errand: Errand, timeout: float) -> HTTPConnection:
    """To the checked address itself; in TLS the server has to prove that it is who was asked for."""
    if place.scheme == "http":
        return HTTPConnection(address, _port(place), timeout=timeout)
    return HTTPSConnection(
        address, _port(place), timeout=timeout, server_hostname=(place.host or "").strip("[]"),
        ssl_context=ssl.create_default_context(cafile=errand.trusted),
    )  # fmt: skip


def _checked(place: Url, errand: Errand, until: float) -> list[str]:
    """All addresses of the name, if all of them may be asked: one inner address among them spoils the name."""
    host = (place.host or "").strip("[]")
    found = list(dict.fromkeys(_within(_left(until), lambda: errand.resolve(host, _port(place)))))
    if not 0 < len(found) <= MAX_ADDRESSES:
        raise Unreachable("a name without an address")
    for each in found:
        if not _may_ask(each, errand):
            raise Unreachable(f"{host} is inside: {each}")
    return found


def _may_ask(address: str, errand: Errand) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return is_outer(known) or any(known in network for network in errand.inner)


def _check_peer(connected: socket.socket, errand: Errand) -> None:
    """Said by the socket itself. Its own end must be another: a box with an outer address is not asked by itself."""
    peer, own = connected.getpeername()[0], connected.getsockname()[0]
    is_allowed_inside = any(ipaddress.ip_address(peer) in network for network in errand.inner)
    if not _may_ask(peer, errand) or (peer == own and not is_allowed_inside):
        raise OSError(f"connected to the inside: {peer}")


@contextlib.contextmanager
def _cut_off(connected: socket.socket, until: float) -> Iterator[None]:
    """Ends the conversation at the deadline: a limit for each read alone would let a byte each second go on for ever."""

    def end() -> None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # under TLS, which another thread is reading

    timer = threading.Timer(_left(until), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(place: Url, response: HTTPResponse, errand: Errand, until: float) -> Answer:
    kind, charset = _content_type(response.headers.get("Content-Type", ""))
    if response.status != 200:
        raise Unreachable(f"status {response.status}")
    if not any(kind == each or (each.endswith("/") and kind.startswith(each)) for each in errand.types):
        raise Unreachable(f"another type: {kind}")
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Unreachable("packed, though that was not asked for")
    body = b""
    for chunk in response.stream(CHUNK, decode_content=False):
        body += chunk
        if len(body) > errand.limit:
            break
    _left(until)  # what was cut off looks like an end
    if len(body) > errand.limit and not errand.cut:
        raise Unreachable("too large")
    return Answer(place.url, kind, charset, body[: errand.limit])


def _content_type(said: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = said
    return message.get_content_type().lower() if said else "", str(message.get_param("charset") or "")


def _left(until: float) -> float:
    """Seconds that are left. Raises Unreachable when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise Unreachable("too slow")
    return left


def _within(seconds: float, ask: Callable[[], Sequence[str]]) -> Sequence[str]:
    """What a name server says, waited for no longer than that: `getaddrinfo` knows no deadline of ours."""
    said: list[Sequence[str]] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            said.append(ask())
        except Exception as error:  # it is raised where it is waited for
            failed.append(error)

    thread = threading.Thread(target=run, name="look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not said:
        raise Unreachable("the name server is too slow")
    return said[0]
