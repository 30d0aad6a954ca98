"""Runs workloads beside their limits, in turns, and prints ratios. Timings are only comparable within one run."""

import http.client
import json
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parent))
import chat
import directories
import generate
import kills
import notices
import scale

from intranet.app import create_app
from intranet.kernel.settings import load
from intranet.testing.running import Running, free_port

SETTLED = 500_000  # bytes
ROUNDS, SECONDS, CLIENTS, VIEWERS = 9, 2, 16, 100  # short turns, because a machine has slow moments
ADDED = b"event: entry.added\n"
PACES = (("one_a_second", 1, 20), ("twenty_a_second", 20, 200))
RESULTS = Path(__file__).parents[2] / "bench-results"


def cookies(data: Path) -> list[str]:
    """Signed cookies of signed-in browsers, as Flask itself makes them."""
    app = create_app(load(data))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    csrf = "0" * 40  # a browser has had one since it signed in
    made = [
        signer.dumps({"_user_id": generate.session_token(n), "_fresh": True, "csrf_token": csrf})
        for n in range(generate.PEOPLE)
    ]
    app.extensions["intranet"].database.close()
    return [f"intranet={each}" for each in made]


def get(port: int, path: str, cookie: str = "") -> bytes:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked.request("GET", path, headers={"Cookie": cookie})
    answer = asked.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return body


def wrk(port: int, script: Path | None, clients: int = CLIENTS) -> tuple[float, float]:
    """Requests a second and p99 in milliseconds."""
    command = [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{SECONDS}s",
        "--latency",
        *(["-s", str(script)] if script else []),
        f"http://127.0.0.1:{port}/",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), float(number) * {"us": 0.001, "ms": 1, "s": 1000}[
        unit
    ]  # type: ignore[index]


def lua(folder: Path, wanted: list[str]) -> Path:
    lines = ",".join(json.dumps(each) for each in wanted)
    path = folder / "viewers.lua"
    path.write_text(
        f'local c={{{lines}}} local n=0 request=function() n=n%#c+1 return wrk.format("GET","/",{{["Cookie"]=c[n]}}) end\n'
    )
    return path


class Writer(threading.Thread):
    """Ten posts a second through the API until stopped."""

    def __init__(self, port: int, rate: float = 10) -> None:
        super().__init__(daemon=True)
        self.port, self.rate, self.stopped, self.failures = port, rate, threading.Event(), 0

    def run(self) -> None:
        number = 0
        while not self.stopped.wait(1 / self.rate):
            number += 1
            status, _ = post(self.port, f"written while measuring {number}")
            self.failures += status != 201


def post(port: int, body: str) -> tuple[int, float]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": "Bearer bench-token", "Content-Type": "application/json"}
    sent = time.time()
    asked.request("POST", "/api/v1/rooms/1/posts", json.dumps({"body": body}), headers)
    return asked.getresponse().status, sent


def statements(data: Path, cookie: str) -> int:
    """SQL statements of one warm home page."""
    app = create_app(load(data))
    engine, count = app.extensions["intranet"].database.engine, []
    client = app.test_client(use_cookies=False)
    client.get("/", headers={"Cookie": cookie})
    event.listen(engine, "before_cursor_execute", lambda *a: count.append(a[2]))
    client.get("/", headers={"Cookie": cookie})
    app.extensions["intranet"].database.close()
    return len(count)


def w1(data: Path) -> dict[str, object]:
    """The home feed of 20 posts for 100 viewers, beside a bare Flask page of the same bytes, without and with a writer."""
    made = cookies(data)
    house, port = Running(data), free_port()
    size = len(get(house.port, "/", made[0]))
    bare = start_bare(data, port, size)
    try:
        time.sleep(2)
        script = lua(data, made[:VIEWERS])
        figures: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": [], "written": []}
        wrk(house.port, script)
        for _ in range(ROUNDS):
            figures["ours"].append(wrk(house.port, script))
            figures["bare"].append(wrk(port, None))
            writer = Writer(house.port)
            writer.start()
            figures["written"].append(wrk(house.port, script))
            writer.stopped.set()
            writer.join()
    finally:
        bare.terminate()
        house.stop()
    middle = {name: [statistics.median(each) for each in zip(*rows, strict=True)] for name, rows in figures.items()}
    return {
        "page_bytes": size, "bare_bytes": size, "ours_rps": middle["ours"][0], "bare_rps": middle["bare"][0],
        "ratio_to_bare": ratio(figures["ours"], figures["bare"], 0),
        "with_writer_ratio": ratio(figures["written"], figures["ours"], 0),
        "p99_ratio": ratio(figures["ours"], figures["bare"], 1), "statements": statements(data, made[0]),
    }  # fmt: skip


def start_bare(data: Path, port: int, size: int) -> subprocess.Popen[bytes]:
    """The limit: a Flask page of so many bytes, on the same server and with as many processes and threads."""
    environment = {
        **os.environ, "BARE_DATABASE": str(data / "intranet.sqlite"), "BARE_BYTES": str(size),
        "PYTHONPATH": str(Path(__file__).parent),
    }  # fmt: skip
    server = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-k", "gthread", "-w", "2", "--threads", "64"]
    command = [*server, "-b", f"127.0.0.1:{port}", "bare:app"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def ratio(ours: list[tuple[float, float]], limit: list[tuple[float, float]], column: int) -> float:
    """The median over the rounds of one figure beside the other's in the same round."""
    return statistics.median(each[column] / beside[column] for each, beside in zip(ours, limit, strict=True))


class Streams:
    """Many open streams, read by one thread that costs as little as it can: it shares the cores with the house."""

    def __init__(self, port: int, wanted: list[str]) -> None:
        self.port, self.heard = port, [[] for _ in wanted]  # type: ignore[var-annotated]
        self.selector, self.left = selectors.DefaultSelector(), [b""] * len(wanted)
        self.sockets = [self._open(number, cookie) for number, cookie in enumerate(wanted)]
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _open(self, number: int, cookie: str) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        opened.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n\r\n".encode())
        if b" 200 OK" not in opened.recv(4096):
            raise RuntimeError("a stream was refused")
        opened.setblocking(False)
        self.selector.register(opened, selectors.EVENT_READ, number)
        return opened

    def _read(self) -> None:
        while not self.stopped.is_set():
            for key, _ in self.selector.select(1):
                with suppress(BlockingIOError):
                    if not (said := key.fileobj.recv(1 << 16)):  # type: ignore[union-attr]
                        self.selector.unregister(key.fileobj)
                    self._note(key.data, said)

    def _note(self, number: int, said: bytes) -> None:
        """Counts what came whole: a message may be cut in two."""
        now, said = time.time(), self.left[number] + said
        self.heard[number] += [now] * said.count(ADDED)
        self.left[number] = said[1 - len(ADDED) :]

    def close(self) -> None:
        self.stopped.set()
        self.thread.join()
        for each in self.sockets:
            each.close()


def w3(data: Path) -> dict[str, object]:
    """Posts reach 500 open streams, one a second and twenty a second; milliseconds from sending one to its coming at each client."""
    house, made = Running(data), cookies(data)[:500]
    try:
        return {name: deliveries(house.port, made, rate, count) for name, rate, count in PACES}
    finally:
        house.stop()


def deliveries(port: int, made: list[str], rate: int, count: int) -> dict[str, float]:
    """What `count` posts took to every stream, sent at a fixed pace whatever the house does.

    One post before them is not counted: each process compiles its templates with the first.
    """
    streams = Streams(port, made)
    time.sleep(2)
    _send(port, "the first of all")
    time.sleep(2)
    for each in streams.heard:
        each.clear()
    sent, senders = [0.0] * count, []
    began = time.time()
    for number in range(count):
        time.sleep(max(0, began + number / rate - time.time()))
        sent[number] = time.time()
        senders.append(threading.Thread(target=_send, args=(port, f"to everyone {number}")))
        senders[-1].start()
    for each in senders:
        each.join()
    time.sleep(2)
    took = sorted((heard - sent[n]) * 1000 for each in streams.heard for n, heard in enumerate(each[:count]))
    lost = len(made) * count - sum(len(each) for each in streams.heard)
    streams.close()
    return {"lost": lost, "p50_ms": statistics.median(took), "p99_ms": took[int(len(took) * 0.99)], "most_ms": took[-1]}


def _send(port: int, body: str) -> None:
    status, _ = post(port, body)
    assert status == 201, status


def memory_of(house: Running) -> int:
    """Proportional set size of all processes, in bytes."""
    parent = psutil.Process(house.process.pid)
    return sum(each.memory_full_info().pss for each in [parent, *parent.children(recursive=True)])


def settled(house: Running) -> int:
    """The same, once it does not move any more: what starts beside it must not be counted."""
    before = 0
    while abs((now := memory_of(house)) - before) > SETTLED:
        before = now
        time.sleep(3)
    return now


def w4(data: Path) -> dict[str, object]:
    """Memory of 1,000 idle streams, what pages lose meanwhile, and the memory when `live` holds the streams."""
    house, made = Running(data), cookies(data)
    try:
        script = lua(data, made[:VIEWERS])
        wrk(house.port, script)
        before, memory = wrk(house.port, script)[0], settled(house)
        streams = Streams(house.port, made * 2)
        held = settled(house)
        during = wrk(house.port, script)[0]
        streams.close()
    finally:
        house.stop()
    each = (held - memory) / 1000 / 1024
    return {"streams": 1000, "kb_each": each, "live_kb_each": held_by_live(data, made), "pages_ratio": during / before}


def held_by_live(data: Path, made: list[str]) -> float:
    """KiB for each of 1,000 streams of `intranet live`."""
    live = Running(data, process="live")
    try:
        Streams(live.port, made[:1]).close()
        before = settled(live)
        streams = Streams(live.port, made * 2)
        held = settled(live)
        streams.close()
    finally:
        live.stop()
    return (held - before) / 1000 / 1024


def w11(data: Path) -> dict[str, object]:
    """Seconds from the start to the first home page, beside `import flask`."""
    cookie, took, limit = cookies(data)[0], [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        house = Running(data)
        get(house.port, "/", cookie)
        took.append(time.perf_counter() - began)
        house.stop()
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import flask"], check=True)
        limit.append(time.perf_counter() - began)
    return {"seconds": statistics.median(took), "import_flask_seconds": statistics.median(limit)}


def w12(data: Path) -> dict[str, object]:
    """Memory of all processes together, idle after the start."""
    house = Running(data)
    time.sleep(5)
    memory = memory_of(house)
    house.stop()
    return {"mb": memory / 1e6}


def w13(data: Path) -> dict[str, object]:
    script = lua(data, cookies(data)[:VIEWERS])
    return directories.w13(data, lambda port: wrk(port, script))


def w16(data: Path) -> dict[str, object]:
    return scale.w16(data, cookies)


def channel(data: Path) -> dict[str, object]:
    return chat.long_channel(data, cookies(data), get)


WORKLOADS = {
    "W1": w1,
    "W2": scale.w2,
    "W16": w16,
    "W3": w3,
    "W5": chat.w5,
    "CHANNEL": channel,
    "KILLS": kills.w_kills,
    "W4": w4,
    "W11": w11,
    "W12": w12,
    "W13": w13,
    "SYNC": directories.w_sync,
    "NOTICES": notices.w_notices,
}


def main() -> None:
    wanted = [each.upper() for each in sys.argv[1:] if each.upper() in WORKLOADS] or list(WORKLOADS)
    size = next((each for each in sys.argv[1:] if each in generate.SIZES), "M")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        print(f"generating {generate.SIZES[size]} posts", flush=True)
        generate.fill(data, size)
        said = {}
        for name in wanted:
            said[name] = WORKLOADS[name](data)
            print(name, json.dumps(said[name], default=lambda v: round(v, 3)), flush=True)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"size": size, "cores": os.cpu_count(), **said}, indent=1))
    print(f"written to {path}")


if __name__ == "__main__":
    main()
