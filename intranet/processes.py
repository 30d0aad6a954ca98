"""The processes of the house: web, live, worker, and `serve`, which runs them under one parent."""

import contextlib
import gc
import http.client
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from intranet.kernel import logs
from intranet.kernel.settings import Settings
from intranet.workers import even

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intranet.kernel.events import Event, Reader
    from intranet.web.site import Site

BACKLOG = 2048
GRACE_S = 3
ANSWER_WITHIN_S = 60
RESTART_AFTER_S = 2
THREADS_OF_LIVE = 32
MOST_FILES = 1 << 16
KEPT_ALIVE = 1000
LOOK_EVERY_S = 1.0
GARBAGE = 20_000, 20, 20  # a request leaves some hundred objects, and hardly any of them in circles
BEHIND_PAGES = 10  # the worker's niceness: what it does can wait for those who look
log = logging.getLogger(__name__)


class Log(Logger):  # type: ignore[misc]
    """Nothing is put together for each request: who looked at what is nobody's business, and the proxy has its own log."""

    access_log_enabled = False


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around our application, which is loaded once and then forked."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self._app


def web(settings: Settings) -> None:
    """Pages and API on threads; streams are one thread's work, however many there are."""
    _listen_on(settings, _threads(settings))


def live(settings: Settings) -> None:
    """Streams only; writes nothing to the database."""
    options = {"worker_class": "gthread", "workers": 1, "threads": THREADS_OF_LIVE}
    _listen_on(settings, {**options, "worker_connections": THREADS_OF_LIVE + KEPT_ALIVE})


def serve(settings: Settings) -> None:
    """Web and worker under one parent; prints `ready http://…` once it answers."""
    command = [sys.executable, "-m", "intranet", "worker", "--data", str(settings.data), "--parent", str(os.getpid())]
    worker = Child(command)
    threading.Thread(target=_say_when_ready, args=(settings,), daemon=True).start()
    try:
        options = _threads(settings)
        _listen_on(
            settings,
            {**options, "when_ready": lambda _server: worker.start(), "on_exit": lambda _server: worker.stop()},
        )
    finally:
        worker.stop()


def work(settings: Settings, *, parent: int | None = None) -> None:
    """Jobs, and features' answers to what happened. Ends with its `parent` process, however that ended."""
    from intranet.app import app_for, open_house

    logs.configure()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.nice(BEHIND_PAGES)
    _let_work()
    site = open_house(settings)
    answerer(site, app_for(site)).start()
    site.jobs.consumer().run()


def _let_work() -> None:
    """Threads of one interpreter wake one another all the time. Whoever wakes waits for their turn, instead of interrupting
    the one that works: often it holds what all the others wait for."""
    with contextlib.suppress(AttributeError, OSError):  # not on Linux, or not allowed here
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)


def answerer(site: "Site", app: Flask) -> "Reader":
    """Lets features and plugins answer to what happened, in order, from where the worker last was."""
    from intranet.kernel.events import Reader

    def tell(batch: "Sequence[Event]") -> bool:
        with app.app_context():
            return site.plugins.tell(site.database, "event_happened", "event", batch)

    return Reader(site.database, site.settings.run, tell, place="worker")


def _threads(settings: Settings) -> dict[str, Any]:
    """Browsers that are between two requests must find room beside those that are answered."""
    connections = settings.threads + KEPT_ALIVE
    return {
        **even(), "workers": settings.workers, "threads": settings.threads, "worker_connections": connections,
    }  # fmt: skip


class Child:
    """A process that is started again when it ends by itself."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        threading.Thread(target=self._keep, name="worker-keeper", daemon=True).start()

    def stop(self) -> None:
        with self._lock:  # none may start between the look and the end
            self._stopped.set()
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def _keep(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                if self._stopped.is_set():
                    return
                self._process = subprocess.Popen(self._command)
            while self._process.poll() is None and not self._stopped.is_set():
                time.sleep(0.5)
            if not self._stopped.wait(RESTART_AFTER_S) and self._process.returncode:
                log.warning("the worker ended and is started again")


def _listen_on(settings: Settings, options: dict[str, Any]) -> None:
    from intranet.app import create_app

    _allow_many_files()
    app = create_app(settings)
    database = app.extensions["intranet"].database
    common = {
        "bind": f"{settings.host}:{settings.port}", "preload_app": True, "backlog": BACKLOG, "graceful_timeout": GRACE_S,
        "timeout": 60, "keepalive": 15, "loglevel": "warning", "errorlog": None, "logger_class": Log, "logconfig_dict": logs.CONFIG, "control_socket_disable": True, "proc_name": "intranet",
        "post_worker_init": lambda _worker: _after_fork(app), "limit_request_line": 8190,
        "forwarded_allow_ips": "",  # whom to believe is decided by our own settings alone
    }  # fmt: skip
    database.close()  # a connection must not cross a fork
    gc.freeze()
    Server(app, {**common, **options}).run()


def _allow_many_files() -> None:
    """Each stream is an open file, and a system lets a process have 1,024 until it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _after_fork(app: Flask) -> None:
    from intranet.app import listen

    app.extensions["intranet"].database.close()
    _let_work()
    gc.set_threshold(*GARBAGE)
    listen(app)


def _say_when_ready(settings: Settings) -> None:
    until = time.monotonic() + ANSWER_WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection(
                settings.host if settings.host != "0.0.0.0" else "127.0.0.1", settings.port, timeout=2
            )
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                print(f"ready http://{settings.host}:{settings.port}", flush=True)
                return
        time.sleep(0.05)
