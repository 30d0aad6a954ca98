"""gunicorn's worker on threads, which leaves a connection to a process that has fewer of them.

Whoever wakes first accepts, and that is often the same one: of a hundred browsers one process then serves two thirds.
"""

import mmap
import time
from collections.abc import Iterable
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PLACES = 64
NOBODY = 0xFFFF_FFFF
LEAVE_S = 0.003  # how long a connection is left to the others
EVEN = 1  # one more than the others is no difference


class Counts:
    """How many connections each process has: memory that they share, made before they fork."""

    def __init__(self) -> None:
        self._memory = memoryview(mmap.mmap(-1, PLACES * 4)).cast("I")
        self._taken: dict[int, int] = {}  # places by the number of their worker
        for place in range(PLACES):
            self._memory[place] = NOBODY

    def take(self, worker: int, alive: Iterable[int]) -> int:
        """A free place for a worker that is about to be forked. More than there are share the last."""
        self._taken = {each: place for each, place in self._taken.items() if each in set(alive)}
        free = set(range(PLACES)) - set(self._taken.values())
        self._taken[worker] = place = min(free, default=PLACES - 1)
        for each in free:
            self._memory[each] = NOBODY
        self._memory[place] = 0
        return place

    def __setitem__(self, place: int, count: int) -> None:
        self._memory[place] = count

    def fewest(self) -> int:
        return min(self._memory)


class EvenWorker(ThreadWorker):  # type: ignore[misc]
    """Requests and streams count alike. `counts` and `place` are given before the fork."""

    counts: Counts
    place: int

    def notify(self) -> None:
        super().notify()
        self.counts[self.place] = self._load()

    def accept(self, listener: Any) -> None:
        """Others are awake as well: after a moment it is ours, if nobody wanted it."""
        if self._load() > self.counts.fewest() + EVEN:
            time.sleep(LEAVE_S)
        super().accept(listener)
        self.counts[self.place] = self._load()

    def _load(self) -> int:
        return int(self.nr_conns) + len(self.app.wsgi().extensions["intranet"].hub.streams)


def even() -> dict[str, Any]:
    """The settings of a gunicorn whose processes share connections evenly."""
    counts = Counts()

    def before_fork(server: Any, worker: Any) -> None:
        worker.counts = counts
        worker.place = counts.take(worker.age, [each.age for each in server.WORKERS.values()])

    return {"worker_class": EvenWorker, "pre_fork": before_fork}
