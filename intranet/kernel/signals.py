"""What is told but not kept: one datagram to every process of this box. Losing one loses nothing."""

import contextlib
import json
import os
import re
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 60_000  # bytes of one datagram
LONGEST_ADDRESS = 107
WAKE = b"."
NAME = re.compile(r"[a-z]{1,30}(\.[a-z]{1,30})?")


@dataclass(frozen=True)
class Signal:
    """Something that is true for a moment."""

    name: str
    data: dict[str, Any]


def send(run: Path, name: str, /, **data: Any) -> None:
    """Tells every process of this box, this one too. Raises ValueError for what is too long or has no proper name."""
    said = json.dumps({"name": name, "data": data}, separators=(",", ":")).encode()
    if len(said) > LONGEST or not NAME.fullmatch(name):
        raise ValueError(f"{name} cannot be told in {len(said)} bytes")
    send_to_all(run, said)


def read(datagram: bytes) -> Signal | None:
    """The signal that came, or None for whatever is none."""
    try:
        said = json.loads(datagram)
    except (ValueError, RecursionError):  # bad UTF-8 is a ValueError, too
        return None
    if not isinstance(said, dict) or not isinstance(said.get("data"), dict):
        return None
    name = said.get("name")
    return Signal(name, said["data"]) if isinstance(name, str) and NAME.fullmatch(name) else None


def send_to_all(run: Path, datagram: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in run.glob("*.wake"):
            try:
                with address(path) as short:
                    sender.sendto(datagram, short)
            except (ConnectionRefusedError, FileNotFoundError):
                path.unlink(missing_ok=True)
            except OSError:
                continue  # its buffer is full, so it is awake already


@contextlib.contextmanager
def address(path: Path) -> Iterator[str]:
    """The path of a socket, which may have 107 bytes only: a longer one goes by its folder's descriptor."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class Inbox:
    """The socket of one process, where the others wake it and tell it signals."""

    def __init__(self, run: Path, name: str, timeout_s: float) -> None:
        run.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = run / f"{name}.wake"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with address(self.path) as short:
            self.socket.bind(short)
        self.socket.setblocking(False)
        self._timeout_s = timeout_s
        self._poll = select.poll()  # a timeout of the socket would make the last look wait, too
        self._poll.register(self.socket, select.POLLIN)

    def wait(self, most: int = 100) -> list[Signal]:
        """Waits until something comes or the time is over. What is there already is taken along."""
        came: list[bytes] = []
        with contextlib.suppress(OSError):  # nothing is left
            self._poll.poll(self._timeout_s * 1000)
            while len(came) < most:
                came.append(self.socket.recv(LONGEST))
        return [signal for signal in map(read, came) if signal]

    def ring(self) -> None:
        """Wakes whoever waits here."""
        as_sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError), as_sender as sender, address(self.path) as short:
            sender.sendto(WAKE, short)

    def close(self) -> None:
        self.socket.close()
        self.path.unlink(missing_ok=True)
