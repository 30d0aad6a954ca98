"""Slow or risky work, done by the worker process: huey over its own SQLite file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey, crontab
from huey.consumer import Consumer

LAST = -1  # the others have none, which is 0


class Jobs:
    """The queue of this box. Jobs are named functions with arguments that survive pickling; each may run twice."""

    def __init__(self, data: Path) -> None:
        self.queue = SqliteHuey("intranet", filename=str(data / "jobs.sqlite"), fsync=True, results=False)
        self._tasks: dict[str, Callable[..., Any]] = {}

    def add(self, name: str, function: Callable[..., None], *, retries: int = 3, can_wait: bool = False) -> None:
        """What can wait is done when nothing else has to be."""
        priority = LAST if can_wait else None
        self._tasks[name] = self.queue.task(name=name, retries=retries, retry_delay=10, priority=priority)(function)

    def add_periodic(self, name: str, function: Callable[[], None], *, minutes: int) -> None:
        """Runs it each so many minutes, or each so many whole hours from 60 on."""
        each_hours = {"minute": "17", "hour": f"*/{minutes // 60}"}
        when = crontab(**(each_hours if minutes >= 60 else {"minute": f"*/{minutes}"}))
        self._tasks[name] = self.queue.periodic_task(when, name=name)(function)

    def start(self, name: str, *arguments: Any) -> None:
        self._tasks[name](*arguments)

    def run_now(self, name: str, *arguments: Any) -> None:
        self._tasks[name].call_local(*arguments)  # type: ignore[attr-defined]

    def names(self) -> list[str]:
        return sorted(self._tasks)

    def consumer(self) -> Consumer:
        return self.queue.create_consumer(workers=1, periodic=True, initial_delay=0.2, max_delay=4.0)
