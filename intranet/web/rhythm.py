"""How often something may be said. In memory: forgetting it harms nobody."""

import threading
import time
from collections.abc import Hashable

REMEMBERED = 10_000


class Rhythm:
    """Lets each key through once in `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._lock = seconds, threading.Lock()
        self._last: dict[Hashable, float] = {}  # the longest ago first

    def may(self, key: Hashable) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._last.get(key, -self._seconds) < self._seconds:
                return False
            self._last.pop(key, None)
            self._last[key] = now
            if len(self._last) > REMEMBERED:
                del self._last[next(iter(self._last))]
        return True
