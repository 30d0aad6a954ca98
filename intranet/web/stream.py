"""One open stream, and the words that go into it."""

import contextlib
import json
import queue
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from intranet.kernel.wires import END, Writer
from intranet.web import caps

BEAT_S = 10.0
BEGIN = b"retry: 1000\n\n"
BEAT = b"event: beat\ndata: {}\n\n"
CLOSE = b"event: session.ended\ndata: {}\n\n"


class Full(Exception):
    """This process holds as many streams as it may."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream. `after` is the last event that its client knows, `start_id` the last that its replay covers."""

    person_id: int
    language: str
    session_id: int | None = None
    token_id: int | None = None
    after: int = 0
    start_id: int = 0
    is_ended: bool = False
    is_away: bool = False
    on_left: "Callable[[Stream], None] | None" = None
    writer: Writer | None = None
    waiting: "queue.SimpleQueue[bytes]" = field(default_factory=queue.SimpleQueue)

    def send(self, message: bytes) -> None:
        if self.is_ended or not message:
            return
        if self.waiting.qsize() < caps.STREAM_BACKLOG:
            self._put(message)
        else:
            self.close(END)  # too slow: they come back and get what they missed

    def close(self, word: bytes = CLOSE) -> None:
        """Ends the stream at once: what still waits is not delivered."""
        self.is_ended = True
        with contextlib.suppress(queue.Empty):
            while True:
                self.waiting.get_nowait()
        self._put(word)

    def left(self) -> None:
        """Nobody listens any more."""
        if self.on_left is not None:
            self.on_left(self)

    def until_closed(self) -> Iterator[bytes]:
        """What is said, with a beat while nothing happens: for a server that has no connection to give."""
        message = b""
        while message != CLOSE:
            try:
                message = self.waiting.get(timeout=BEAT_S)
            except queue.Empty:
                message = BEAT
            if message == END:
                return
            yield message

    def _put(self, message: bytes) -> None:
        self.waiting.put(message)
        if self.writer is not None:
            self.writer.tell(self)


def encode(event_id: int, name: str, data: dict[str, Any]) -> bytes:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event_id}\nevent: {name}\ndata: {body}\n\n".encode()


def told(name: str, data: Mapping[str, Any]) -> bytes:
    """Something that is not kept: it has no id, so that a client's place stays where it is."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
