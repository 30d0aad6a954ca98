"""Processes that answer share what comes in: none is busy while another has nothing to do."""

import http.client
import os
import time
from collections.abc import Iterator

import psutil
import pytest

from intranet.testing.house import House
from intranet.testing.running import Running
from intranet.workers import NOBODY, PLACES, Counts

BROWSERS, PATIENCE_S = 40, 30


@pytest.fixture
def running(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("INTRANET_WORKERS", "2")
    started = Running(house.site.settings.data)
    yield started
    started.stop()


def shares(running: Running) -> dict[int, int]:
    """How many connections each process has open, of those that have any."""
    of_all = {
        process.pid: [each for each in process.net_connections("tcp") if each.status == psutil.CONN_ESTABLISHED]
        for process in psutil.Process(running.process.pid).children()
    }
    counted = {pid: sum(one.laddr.port == running.port for one in each) for pid, each in of_all.items()}
    return {pid: count for pid, count in counted.items() if count}


def browser(running: Running) -> http.client.HTTPConnection:
    """One that keeps its connection."""
    made = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    made.request("GET", "/healthz")
    assert made.getresponse().read()
    return made


def test_browsers_that_stay_are_shared_evenly(running: Running) -> None:
    stayed: list[http.client.HTTPConnection] = []
    while len(shares(running)) < 2 and len(stayed) < 10 * BROWSERS:  # the second process may still be starting
        stayed.append(browser(running))
    stayed += [browser(running) for _ in range(max(BROWSERS, len(stayed)))]
    both = shares(running).values()
    assert len(both) == 2 and sum(both) >= len(stayed)
    assert max(both) - min(both) <= BROWSERS // 4
    for each in stayed:
        each.close()


def test_a_place_is_given_again_when_its_process_has_ended() -> None:
    counts = Counts()
    first, second = counts.take(1, []), counts.take(2, [1])
    assert first != second and counts.fewest() == 0
    counts[first], counts[second] = 7, 9
    assert counts.fewest() == 7
    assert counts.take(3, [2]) == first
    counts[first] = 30
    assert counts.fewest() == 9


def test_nobody_is_taken_for_a_process_with_few() -> None:
    counts = Counts()
    assert counts.fewest() == NOBODY
    place = counts.take(1, [])
    counts[place] = 500
    assert counts.fewest() == 500


def test_more_processes_than_places_share_the_last() -> None:
    counts = Counts()
    taken = [counts.take(each, range(1, each)) for each in range(1, PLACES + 3)]
    assert taken[-3:] == [PLACES - 1] * 3


def test_who_wakes_interrupts_nobody_and_the_worker_comes_last(running: Running) -> None:
    wanted = [(os.SCHED_BATCH, 0), (os.SCHED_BATCH, 0), (os.SCHED_BATCH, 10)]
    until = time.monotonic() + PATIENCE_S
    while (found := manners(running)) != wanted and time.monotonic() < until:
        time.sleep(0.1)  # the worker starts after the others
    assert found == wanted


def manners(running: Running) -> list[tuple[int, int]]:
    """How each process stands with the scheduler, and how nice it is."""
    children = psutil.Process(running.process.pid).children()
    return sorted((os.sched_getscheduler(each.pid), each.nice()) for each in children)
