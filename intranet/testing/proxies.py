"""What may lie between us and a server: a line that is slow, that stalls, or that breaks."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

PORTION = 65536


class SlowProxy:
    """Carries bytes between `port` and a server on this machine.

    Each portion of an answer waits `delay_s` seconds. Leaving its `with` block ends every connection.
    """

    def __init__(self, target_port: int, delay_s: float = 0.0, *, host: str = "127.0.0.1") -> None:
        self.target, self.delay_s = (host, target_port), delay_s
        self._flows, self._counting = threading.Event(), threading.Lock()
        self._ends: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.go_on()
        threading.Thread(target=self._receive, daemon=True).start()

    def hold(self) -> None:
        """Connections are made and stay open, but no byte passes."""
        self._flows.clear()

    def cut(self) -> None:
        """Ends every connection, and each new one at once."""
        self._is_cut = True
        for end in list(self._ends):
            _shut(end)
        self._flows.set()

    def cut_after(self, answer_bytes: int) -> None:
        """Breaks off in the middle of an answer: so many more bytes of answers pass, and then `cut`."""
        with self._counting:
            self._left: int | None = answer_bytes

    def go_on(self) -> None:
        with self._counting:
            self._is_cut, self._left = False, None
        self._flows.set()

    def close(self) -> None:
        self.cut()
        _shut(self._door)
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        with caller, suppress(OSError), socket.create_connection(self.target) as server:
            ends = {caller, server}
            self._ends |= ends
            if not self._is_cut:
                back = threading.Thread(target=self._carry_answers, args=(server, caller), daemon=True)
                back.start()
                self._carry(caller, server)
                back.join()
            self._ends -= ends

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while portion := source.recv(PORTION):
                self._flows.wait()
                sink.sendall(portion)
        _shut(sink)

    def _carry_answers(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while portion := source.recv(PORTION):
                time.sleep(self.delay_s)
                self._flows.wait()
                passes, is_last = self._share(portion)
                sink.sendall(passes)
                if is_last:
                    self.cut()
        _shut(sink)
        _shut(source)

    def _share(self, portion: bytes) -> tuple[bytes, bool]:
        """What of this portion still passes, and whether it is the last that does."""
        with self._counting:
            if self._left is None:
                return portion, False
            passes = portion[: self._left]
            self._left -= len(passes)
            return passes, not self._left


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
