"""A site elsewhere, on loopback: writes whatever bytes it is told, as slowly as it is told, and notes who asked."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from socket import socket

from intranet.kernel.networks import Network
from intranet.testing.authority import make_authority

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
Act = Callable[[socket, threading.Event], None]


def page(body: bytes | str, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> bytes:
    """A whole answer. Underscores in names of headers are hyphens."""
    sent = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(sent)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + sent


def redirect(to: str, status: int = 302) -> bytes:
    return page("", status=status, Location=to)


def drip(first: bytes, then: bytes) -> Act:
    """Begins, and then says a little for ever."""

    def act(connection: socket, ended: threading.Event) -> None:
        connection.sendall(first)
        while not ended.wait(0.02):
            connection.sendall(then)

    return act


def flood(first: bytes, then: bytes) -> Act:
    """Begins, and then says as much as it can for ever."""

    def act(connection: socket, ended: threading.Event) -> None:
        connection.sendall(first)
        while not ended.is_set():
            connection.sendall(then * 1000)

    return act


class Elsewhere:
    """`pages` by path; `asked` holds each request's head, `connections` counts who came at all."""

    def __init__(
        self, folder: Path | None = None, names: tuple[str, ...] = ("localhost",), host: str = "127.0.0.1"
    ) -> None:
        self.pages: dict[str, bytes | Act] = {}
        self.asked: list[str] = []
        self.connections = 0
        self.ended = threading.Event()
        self.trusted = str(folder / "ca.pem") if folder else None
        self._tls = _tls(folder, names) if folder else None
        self._server = socketserver.ThreadingTCPServer((host, 0), self._answering())
        self._server.daemon_threads, self._server.block_on_close = True, False
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str = "/", host: str = "elsewhere.example") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.asked]

    def stop(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _answering(self) -> type[socketserver.BaseRequestHandler]:
        site = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                site.connections += 1
                with contextlib.suppress(OSError):
                    site._answer(self.request)

        return Handler

    def _answer(self, connection: socket) -> None:
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := connection.recv(4096)):
                return
            head += more
        self.asked.append(head.decode("latin-1"))
        said = self.pages.get(self.paths()[-1], page("nothing here", status=404))
        if callable(said):
            said(connection, self.ended)
        else:
            connection.sendall(said)
        connection.close()


def _tls(folder: Path, names: tuple[str, ...]) -> ssl.SSLContext:
    make_authority(folder, names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context
