"""Connections to strangers' addresses: never to this network, and never for longer than there is time.

A name is resolved once, all its addresses are checked, and the connection goes to a checked address itself, so that a
second answer of the name's owner changes nothing.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import Url

from intranet.kernel.networks import Network, is_outer

MAX_ADDRESSES = 32  # that one name may have
TRIED_ADDRESSES = 3
CONNECT_S = 3.0
BROKEN = (HTTPError, HTTPException, OSError, ValueError)
Resolve = Callable[[str, int], Sequence[str]]


class Unreachable(Exception):
    """No answer that may be used. The message says why, for the log alone: people must not learn of inner addresses."""


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


def dial(place: Url, errand: Errand, until: float) -> HTTPConnection:
    """A connection to one of the name's addresses. Raises Unreachable, or one of BROKEN."""
    failures: list[Exception] = []
    for address in _checked(place, errand, until)[:TRIED_ADDRESSES]:
        connection = _connection(place, address, errand, timeout=min(CONNECT_S, left(until) / 2))
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
        return HTTPConnection(address, port_of(place), timeout=timeout)
    return HTTPSConnection(
        address, port_of(place), timeout=timeout, server_hostname=(place.host or "").strip("[]"),
        ssl_context=ssl.create_default_context(cafile=errand.trusted),
    )  # fmt: skip


def _checked(place: Url, errand: Errand, until: float) -> list[str]:
    """All addresses of the name, if all of them may be asked: one inner address among them spoils the name."""
    host = (place.host or "").strip("[]")
    found = list(dict.fromkeys(_within(left(until), lambda: errand.resolve(host, port_of(place)))))
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


def port_of(place: Url) -> int:
    return place.port if place.port is not None else 443 if place.scheme == "https" else 80


def left(until: float) -> float:
    """Seconds that are left. Raises Unreachable when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise Unreachable("too slow")
    return seconds


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
