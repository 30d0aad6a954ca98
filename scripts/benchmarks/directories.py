"""W13: signing in through a directory beside a bare ldap3 loop. SYNC: 5,000 people beside reading them."""

import http.client
import itertools
import os
import re
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import ldap3

from intranet.testing import slapd
from intranet.testing.running import COMMAND, Running

PEOPLE, ROUNDS, SECONDS, CLIENTS, RATE = 5_000, 7, 2.0, 8, 20
FORM = "application/x-www-form-urlencoded"


@contextmanager
def directory(data: Path, people: int = PEOPLE) -> Iterator[slapd.Slapd]:
    """A real server with so many people, and the data folder set up to ask it."""
    with tempfile.TemporaryDirectory() as folder, slapd.start(Path(folder)) as server:
        server.add_many(people)
        (data / "intranet.toml").write_text(
            f'[directory]\nservers = ["{server.ldaps}"]\nca_file = "{server.ca_file}"\nbase_dn = "{slapd.PEOPLE}"\n'
            f'bind_dn = "{slapd.READER_DN}"\nbind_password = "{slapd.READER_PASSWORD}"\nsync_minutes = 0\n',
            encoding="utf-8",
        )
        try:
            yield server
        finally:
            (data / "intranet.toml").unlink()


class Door:
    """A client that signs people in, each with a session of their own."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.http.request("GET", "/login")
        answer = self.http.getresponse()
        page = answer.read().decode()
        self.cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]

    def sign_in(self, username: str) -> None:
        body = urlencode({"csrf_token": self.token, "username": username, "password": slapd.MANY_PASSWORD})
        self.http.request("POST", "/login", body, {"Cookie": self.cookie, "Content-Type": FORM})
        answer = self.http.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"{username} was answered with {answer.status}")


def bare(server: slapd.Slapd, url: str) -> Callable[[str], None]:
    """What a sign-in cannot do without: find the entry, then bind as it. Connected anew each time, certificates verified."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(server.ca_file))

    def sign_in(username: str) -> None:
        at = ldap3.Server(url, tls=tls, get_info=ldap3.NONE)
        with ldap3.Connection(at, slapd.READER_DN, slapd.READER_PASSWORD, auto_bind=True, read_only=True) as reader:
            reader.search(slapd.PEOPLE, f"(uid={username})", attributes=["cn", "mail", "entryUUID"])
            dn = reader.response[0]["dn"]
        with ldap3.Connection(at, dn, slapd.MANY_PASSWORD, auto_bind=True):
            pass

    return sign_in


def rate(sign_in: Callable[[str], None], names: Iterator[str]) -> tuple[float, float]:
    """Sign-ins a second of one client, and their p99 in milliseconds."""
    took: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        at = time.perf_counter()
        sign_in(next(names))
        took.append(time.perf_counter() - at)
    return len(took) / (time.perf_counter() - began), sorted(took)[int(len(took) * 0.99)] * 1000


def at_once(port: int, names: Iterator[str]) -> tuple[float, float]:
    """Sign-ins a second of several clients together, and the worst p99 among them."""
    lock, found = threading.Lock(), list[tuple[float, float]]()

    def safe() -> Iterator[str]:
        while True:
            with lock:
                name = next(names)
            yield name

    def run() -> None:
        found.append(rate(Door(port).sign_in, safe()))

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(each[0] for each in found), max(each[1] for each in found)


class Arrivals(threading.Thread):
    """Twenty people a second, until stopped."""

    def __init__(self, port: int, names: Iterator[str]) -> None:
        super().__init__(daemon=True)
        self.door, self.names, self.stopped, self.count = Door(port), names, threading.Event(), 0

    def run(self) -> None:
        due = time.perf_counter()
        while not self.stopped.is_set():
            self.door.sign_in(next(self.names))
            self.count += 1
            due += 1 / RATE
            time.sleep(max(0.0, due - time.perf_counter()))


def w13(data: Path, pages: Callable[[int], tuple[float, float]]) -> dict[str, object]:
    """Our sign-ins beside the bare loop, in turns; several clients; pages (by `pages(port)`) while twenty a second come."""
    with directory(data) as server:
        sync(data)
        house = Running(data)
        names = itertools.cycle(f"person{number:05}" for number in range(1, PEOPLE + 1))
        try:
            door, loop, open_loop = Door(house.port), bare(server, server.ldaps), bare(server, server.ldap)
            rate(door.sign_in, names)
            ours, limit, plain, many, alone, beside = [], [], [], [], [], []
            for _ in range(ROUNDS):
                ours.append(rate(door.sign_in, names))
                limit.append(rate(loop, names))
                plain.append(rate(open_loop, names))
                many.append(at_once(house.port, names))
                alone.append(pages(house.port))
                arrivals = Arrivals(house.port, names)
                arrivals.start()
                beside.append(pages(house.port))
                arrivals.stopped.set()
                arrivals.join()
        finally:
            house.stop()
    middle = statistics.median
    return {
        "ours_per_s": middle(each[0] for each in ours), "ours_p99_ms": middle(each[1] for each in ours),
        "bare_per_s": middle(each[0] for each in limit),
        "ratio_to_bare": middle(each[0] / by[0] for each, by in zip(ours, limit, strict=True)),
        "plain_text_per_s": middle(each[0] for each in plain),
        "ratio_to_plain_text": middle(each[0] / by[0] for each, by in zip(ours, plain, strict=True)),
        "clients": CLIENTS, "together_per_s": middle(each[0] for each in many), "together_p99_ms": middle(each[1] for each in many),
        "page_p99_ratio": middle(each[1] / by[1] for each, by in zip(beside, alone, strict=True)),
    }  # fmt: skip


def sync(data: Path) -> tuple[float, int]:
    """Seconds and the largest resident set, in bytes, of one `intranet directory sync`."""
    began = time.perf_counter()
    process = subprocess.Popen([*COMMAND, "directory", "sync", "--data", str(data)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the sync failed")
    return time.perf_counter() - began, usage.ru_maxrss * 1024


def read_all(server: slapd.Slapd) -> float:
    """Seconds in which ldap3 alone reads every entry."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(server.ca_file))
    began = time.perf_counter()
    at = ldap3.Server(server.ldaps, tls=tls, get_info=ldap3.NONE)
    with ldap3.Connection(at, slapd.READER_DN, slapd.READER_PASSWORD, auto_bind=True) as reader:
        found = reader.extend.standard.paged_search(
            slapd.PEOPLE, "(objectClass=inetOrgPerson)", attributes=["*", "entryUUID"], paged_size=500
        )
        assert sum(1 for _ in found) == PEOPLE
    return time.perf_counter() - began


def w_sync(data: Path) -> dict[str, object]:
    """5,000 people come in, then nothing changed; memory beside a sync of 500."""
    small, large = data.parent / "sync-small", data.parent / "sync-large"
    for folder in (small, large):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    with directory(small, 500):
        _, few = sync(small)
    with directory(large) as server:
        first, many = sync(large)
        again, _ = sync(large)
        alone = read_all(server)
    return {
        "people": PEOPLE, "first_s": first, "unchanged_s": again, "read_alone_s": alone, "mb": many / 1e6,
        "mb_with_500": few / 1e6,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit("Run: scripts/bench W13 SYNC")
