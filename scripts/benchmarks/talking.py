"""Many people who chat at once, in one thread: the machine is for the house, not for its visitors."""

import json
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

READ_EACH = 20
LOOK_AGAIN_S = 0.002  # how soon it is looked again whether somebody may go on
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
    """One person who sends, and reads now and then what they sent."""

    def __init__(self, port: int, number: int, token: str, room_id: int) -> None:
        self.number, self.path = number, f"/api/v1/rooms/{room_id}/messages"
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.rest = b""
        self.place = 0
        self.meant_at = 0.0
        self.is_waiting = self.is_reading = False
        self.newest = 0

    def say(self, meant_at: float | None = None) -> None:
        """A message that was meant for that moment, or for now: who has to wait for the last answer waits on our account."""
        self.place, self.is_reading, self.meant_at = self.place + 1, False, meant_at or time.time()
        body = json.dumps({"body": f"sent {self.number} {self.place} and some more words"})
        key = f"Idempotency-Key: {self.number}-{self.place}\r\n"
        form = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._send(f"POST {self.path} HTTP/1.1\r\n{self.head}{key}{form}\r\n{body}")

    def reads_now(self) -> bool:
        """Each at another time: nobody looks because others do."""
        return (self.place + self.number) % READ_EACH == 0

    def read(self) -> None:
        self.is_reading = True
        self._send(f"GET {self.path} HTTP/1.1\r\n{self.head}\r\n")

    def _send(self, request: str) -> None:
        self.is_waiting = True
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
        self.sent: dict[int, tuple[int, float]] = {}  # who sent it, and when it was meant
        self.took_ms: list[float] = []
        self.unmeasured: set[int] = set()
        self.failed = 0
        self.selector = selectors.DefaultSelector()
        for each in (*self.listeners, *self.senders):
            self.selector.register(each.socket, selectors.EVENT_READ, each)

    def wait(self, seconds: float) -> None:
        self._turn(time.monotonic() + seconds, goes_on=False)

    def run(self, seconds: float) -> int:
        """Everybody talks for so long, as fast as the answers come. Returns how many messages were accepted."""
        before, until = len(self.sent), time.monotonic() + seconds
        for each in self.senders:
            if not each.is_waiting:
                each.say()
        self._turn(until, goes_on=True)
        return len(self.sent) - before

    def keep_pace(self, seconds: float, a_second: float) -> None:
        """So many messages a second, each at its moment, however long the answers take."""
        began, late = time.time(), list[tuple[Sender, float]]()
        ahead = deque(
            (self.senders[n % len(self.senders)], began + n / a_second) for n in range(int(seconds * a_second))
        )
        while ahead or late:
            while ahead and ahead[0][1] <= time.time():
                late.append(ahead.popleft())
            late = [each for each in late if not self._went_on(*each)]
            pause = max(0.0, ahead[0][1] - time.time()) if ahead and not late else LOOK_AGAIN_S
            self._turn(time.monotonic() + pause, goes_on=False)

    def _went_on(self, sender: Sender, meant_at: float) -> bool:
        """Whether it was said. Nobody speaks before they are answered, and now and then they read before."""
        if sender.is_waiting:
            return False
        if sender.reads_now() and not sender.is_reading:
            sender.read()
            return False
        sender.say(meant_at)
        return True

    def listen_on(self, seconds: float) -> None:
        """Until all is answered and everyone has heard all that they said, or patience is over."""
        until = time.monotonic() + seconds
        while (self.lost() or any(each.is_waiting for each in self.senders)) and time.monotonic() < until:
            self._turn(time.monotonic() + 0.1, goes_on=False)

    def forget_times(self) -> None:
        """What comes from now on is measured; whether it all came is asked of everything."""
        self.took_ms.clear()
        self.unmeasured = set(self.sent)

    def lost(self) -> int:
        """How many messages their own authors have not heard."""
        return sum(entry_id not in self.listeners[number].heard for entry_id, (number, _) in self.sent.items())

    def heard_ms(self) -> list[float]:
        return [
            (at - self.sent[entry_id][1]) * 1000
            for each in self.listeners for entry_id, at in each.heard.items()
            if entry_id in self.sent and entry_id not in self.unmeasured
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
            self.sent[said["id"]] = (sender.number, sender.meant_at)
            self.took_ms.append((time.time() - sender.meant_at) * 1000)
        else:
            self.failed += 1
        if goes_on and not sender.is_reading and sender.reads_now():
            sender.read()
        elif goes_on:
            sender.say()
