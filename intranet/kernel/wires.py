"""One thread that writes to every connection that stays open: none of them costs a thread of its own."""

import contextlib
import logging
import os
import queue
import resource
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LOOK_EVERY_S = 1.0
AT_ONCE = 64 << 10  # bytes that are put together for one write
log = logging.getLogger(__name__)


class Line(Protocol):
    """What one connection is to be told. `END` or the writer's `last` word in `waiting` ends it."""

    waiting: "queue.SimpleQueue[bytes]"

    @property
    def is_ended(self) -> bool:
        """Whether whoever listens may hear no more than the last word."""

    def left(self) -> None:
        """The connection is closed."""


END = b""


@dataclass(eq=False, slots=True)
class Wire:
    """A connection that is ours alone. `rest` is what the socket has not taken yet."""

    socket: socket.socket
    line: Line
    is_chunked: bool
    rest: bytes = b""
    is_last: bool = False
    is_full: bool = False

    def framed(self, said: bytes) -> bytes:
        return b"%X\r\n%b\r\n" % (len(said), said) if self.is_chunked and said else said


class Writer(threading.Thread):
    """Writes what waits for each line, and `beat` where nothing was written for a while.

    Who takes not one byte between two beats is cut off: whatever they missed they get when they come back.
    """

    def __init__(self, *, beat: bytes, last: bytes, beat_s: float) -> None:
        super().__init__(name="wires", daemon=True)
        self.beat, self.last, self.beat_s = beat, last, beat_s
        self._wires: dict[Line, Wire] = {}
        self._spoke: dict[Wire, float] = {}  # when each was last written to, the longest ago first
        self._coming: deque[Wire] = deque()
        self._told: deque[Line] = deque()
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._is_rung = self._is_stopped = False

    def add(self, connection: socket.socket, line: Line, *, first: bytes, is_chunked: bool) -> None:
        """Takes over a connection, writes `first` and goes on with what waits."""
        wire = Wire(connection, line, is_chunked)
        wire.rest = wire.framed(first)
        self._coming.append(wire)
        self._ring()

    def tell(self, line: Line) -> None:
        """Something waits for this line. One that nobody has brought yet is written when it comes."""
        self._told.append(line)
        self._ring()

    def stop(self) -> None:
        self._is_stopped = True
        self._is_rung = False
        self._ring()

    def run(self) -> None:
        while not self._is_stopped:
            try:
                self._turn()
            except Exception:  # a writer that ends would leave every stream of its process silent
                log.exception("something went wrong while writing to streams; going on")
        for wire in list(self._wires.values()):
            self._drop(wire)

    def _ring(self) -> None:
        if not self._is_rung:
            self._is_rung = True
            with contextlib.suppress(OSError):
                self._rope.send(b".")

    def _turn(self) -> None:
        for key, mask in self._selector.select(LOOK_EVERY_S):
            if key.data is None:
                self._answer()
            elif mask & selectors.EVENT_READ:
                self._drop(key.data)  # they left; nobody has anything to say here
            else:
                self._write(key.data)
        self._keep_beating()

    def _answer(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(64)
        self._is_rung = False  # before looking: who comes now rings again
        while self._coming:
            self._begin(self._coming.popleft())
        while self._told:
            wire = self._wires.get(self._told.popleft())
            if wire is None:
                continue
            if not wire.is_full:
                self._write(wire)
            elif wire.line.is_ended:
                self._drop(wire)

    def _begin(self, wire: Wire) -> None:
        wire.socket.setblocking(False)
        self._selector.register(wire.socket, selectors.EVENT_READ, wire)
        self._wires[wire.line] = wire
        self._spoke[wire] = time.monotonic()
        if wire.line.is_ended:
            wire.rest = b""
        self._write(wire)

    def _write(self, wire: Wire) -> None:
        """Writes as much as the socket takes."""
        try:
            while wire.rest or self._next(wire):
                wire.rest = wire.rest[wire.socket.send(wire.rest) :]
                del self._spoke[wire]
                self._spoke[wire] = time.monotonic()
        except BlockingIOError:
            self._watch(wire, is_full=True)
        except OSError:
            self._drop(wire)
        else:
            self._watch(wire, is_full=False)
            if wire.is_last:
                self._drop(wire)

    def _next(self, wire: Wire) -> bool:
        """Takes what waits into `rest`. False: there is nothing."""
        said, size = [], 0
        with contextlib.suppress(queue.Empty):
            while size < AT_ONCE and not wire.is_last:
                message = wire.line.waiting.get_nowait()
                wire.is_last = message in (END, self.last)
                said.append(message)
                size += len(message)
        wire.rest = wire.framed(b"".join(said))
        if wire.is_last and said and wire.is_chunked:
            wire.rest += b"0\r\n\r\n"
        return bool(wire.rest)

    def _watch(self, wire: Wire, *, is_full: bool) -> None:
        if wire.is_full != is_full:
            wire.is_full = is_full
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if is_full else 0)
            self._selector.modify(wire.socket, wanted, wire)

    def _keep_beating(self) -> None:
        now = time.monotonic()
        while self._spoke:
            wire = next(iter(self._spoke))
            if now - self._spoke[wire] < self.beat_s:
                return
            if wire.is_full:
                self._drop(wire)
            else:
                wire.rest = wire.framed(self.beat)
                self._write(wire)

    def _drop(self, wire: Wire) -> None:
        if self._wires.get(wire.line) is not wire:
            return
        del self._wires[wire.line], self._spoke[wire]
        self._selector.unregister(wire.socket)
        with contextlib.suppress(OSError):
            wire.socket.shutdown(socket.SHUT_WR)
        wire.socket.close()
        wire.line.left()


def most() -> int:
    """How many connections this process may keep and still have files left for everything else."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if files == resource.RLIM_INFINITY else max(files // 2, files - 2_000)


def take_over(environ: Mapping[str, Any]) -> socket.socket | None:
    """The connection of this request, to keep after its answer. None where the server has none to give.

    gunicorn shuts a connection down when it has answered, and that would end every copy of it too. So its own descriptor
    is put onto a dead socket, which it may close as it likes.
    """
    given = environ.get("gunicorn.socket")
    if type(given) is not socket.socket:  # of TLS, the bytes are not the connection's
        return None
    try:
        taken = given.dup()
        dead, other = socket.socketpair()
    except OSError:  # no descriptor is left
        return None
    with dead, other:
        os.dup2(dead.fileno(), given.fileno(), inheritable=False)
    return taken
