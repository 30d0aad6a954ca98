"""The one way to strangers' addresses: what people link or set may make this box ask others, but never its own network.

urllib3 is used by its bare connection, which follows no redirect, keeps no cookie, reads no environment and sends nothing
again; `intranet.kernel.dialling` decides where it may lead.
"""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from intranet.kernel.dialling import BROKEN, Errand, Unreachable, dial, left, port_of

__all__ = ["Answer", "Errand", "Unreachable", "fetch", "read_address"]

MAX_REDIRECTS = 3
MAX_URL = 2_000
CHUNK = 1 << 16
AUTHORITY = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)
REDIRECTS = (301, 302, 303, 307, 308)
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; intranet)", "Accept-Encoding": "identity", "Connection": "close"}


@dataclass(frozen=True)
class Answer:
    """What came back. `url` is where it came from in the end, `type` like `text/html`, `charset` may be empty."""

    url: str
    type: str
    charset: str
    body: bytes


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
    if not place.host or port_of(place) not in ports:
        raise Unreachable("another port, or no name")
    return place


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
        with contextlib.closing(dial(place, errand, until)) as connection, _cut_off(connection.sock, until):
            connection.timeout = left(until)
            headers = {**HEADERS, "Host": place.netloc or "", "Accept": ", ".join(_accepted(errand.types))}
            connection.request("GET", place.request_uri, headers=headers, preload_content=False, decode_content=False)
            with contextlib.closing(connection.getresponse()) as response:
                yield response
    except BROKEN as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _accepted(types: Sequence[str]) -> list[str]:
    return [f"{each}*" if each.endswith("/") else each for each in types]


@contextlib.contextmanager
def _cut_off(connected: socket.socket, until: float) -> Iterator[None]:
    """Ends the conversation at the deadline: a limit for each read alone would let a byte each second go on for ever."""

    def end() -> None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # under TLS, which another thread is reading

    timer = threading.Timer(left(until), end)
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
    left(until)  # what was cut off looks like an end
    if len(body) > errand.limit and not errand.cut:
        raise Unreachable("too large")
    return Answer(place.url, kind, charset, body[: errand.limit])


def _content_type(said: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = said
    return message.get_content_type().lower() if said else "", str(message.get_param("charset") or "")
