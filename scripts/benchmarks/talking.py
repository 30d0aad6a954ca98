"""Many people who chat at once, in one thread: the machine is for the house, not for its visitors."""

import json
import re
import selectors
import socket
import time
from collections.abc import Sequence
from typing import Any

READ_EACH = 20
ADDED = re.compile(rb"event: entry\.added\ndata: [^\n]*?\"entry_id\":(\d+)")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Listener:
    """The stream of one sender: when each message came."""

    def __init__(self, port: int, token: str) -> None:
        self.heard: dict[int, float] = {}
        self.rest = b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.socket.sendall(head.encode())

    def answered(self) -> bool:
        """Takes what came; a stream goes on."""
        came = self.socket.recv(1 << 16)
        whole, end, self.rest = (self.rest + came).rpartition(b"\n\n")
        now = time.time()
        for found in ADDED.finditer(whole + end):
            self.heard.setdefault(int(found[1]), now)
        return bool(came)


class Sender:
    """One person who sends as fast as the answers come, and reads now and then what they sent."""

    def __init__(self, port: int, number: int, token: str, room_id: int) -> None:
        self.number, self.path = number, f"/api/v1/rooms/{room_id}/messages"
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.rest = b""
        self.place = 0
        self.asked_at = 0.0
        self.is_waiting = self.is_reading = False
        self.newest = 0

    def say(self) -> None:
        self.place, self.is_reading = self.place + 1, False
        body = json.dumps({"body": f"sent {self.number} {self.place} and some more words"})
        key = f"Idempotency-Key: {self.number}-{self.place}\r\n"
        form = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._send(f"POST {self.path} HTTP/1.1\r\n{self.head}{key}{form}\r\n{body}")

    def read(self) -> None:
        self.is_reading = True
        self._send(f"GET {self.path} HTTP/1.1\r\n{self.head}\r\n")

    def _send(self, request: str) -> None:
        self.asked_at, self.is_waiting = time.time(), True
        self.socket.sendall(request.encode())

    def answered(self) -> tuple[int, dict[str, Any]] | None:
        """Status and JSON, when all of the answer is there."""
        came = self.socket.recv(1 << 16)
        if not came:
            raise ConnectionError("the house closed a connection")
        self.rest += came
        head, found, body = self.rest.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return None
        self.rest, self.is_waiting = b"", False
        return int(head[9:12]), json.loads(body)


class Talk:
    """Senders, each with a token and a room, who also listen."""

    def __init__(self, port: int, people: Sequence[tuple[str, int]]) -> None:
        self.listeners = [Listener(port, token) for token, _ in people]
        self.senders = [Sender(port, number, *person) for number, person in enumerate(people)]
        self.sent: dict[int, tuple[int, float]] = {}  # who sent it, and when
        self.took_ms: list[float] = []
        self.failed = 0
        self.selector = selectors.DefaultSelector()
        for each in (*self.listeners, *self.senders):
            self.selector.register(each.socket, selectors.EVENT_READ, each)

    def run(self, seconds: float) -> None:
        """Everybody talks for so long, after a moment in which all streams are there."""
        self._turn(time.monotonic() + 1, goes_on=False)
        until = time.monotonic() + seconds
        for each in self.senders:
            each.say()
        self._turn(until, goes_on=True)

    def listen_on(self, seconds: float) -> None:
        """Until all is answered and everyone has heard all that they said, or patience is over."""
        until = time.monotonic() + seconds
        while (self.lost() or any(each.is_waiting for each in self.senders)) and time.monotonic() < until:
            self._turn(time.monotonic() + 0.1, goes_on=False)

    def lost(self) -> int:
        """How many messages their own authors have not heard."""
        return sum(entry_id not in self.listeners[number].heard for entry_id, (number, _) in self.sent.items())

    def heard_ms(self) -> list[float]:
        return [
            (at - self.sent[entry_id][1]) * 1000
            for each in self.listeners for entry_id, at in each.heard.items() if entry_id in self.sent
        ]  # fmt: skip

    def _turn(self, until: float, *, goes_on: bool) -> None:
        while (left := until - time.monotonic()) > 0:
            for key, _ in self.selector.select(min(left, 0.1)):
                if isinstance(key.data, Sender):
                    self._take(key.data, goes_on=goes_on)
                elif not key.data.answered():
                    self.selector.unregister(key.fileobj)

    def _take(self, sender: Sender, *, goes_on: bool) -> None:
        answer = sender.answered()
        if answer is None:
            return
        status, said = answer
        if sender.is_reading:
            self.failed += sender.newest not in {each["id"] for each in said["items"]}
        elif status == 201:
            sender.newest = said["id"]
            self.sent[said["id"]] = (sender.number, sender.asked_at)
            self.took_ms.append((time.time() - sender.asked_at) * 1000)
        else:
            self.failed += 1
        if goes_on and not sender.is_reading and sender.place % READ_EACH == 0:
            sender.read()
        elif goes_on:
            sender.say()
