"""The product as it really runs: `intranet serve` in processes of its own, and its command line."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

START_S = 30
COMMAND = [sys.executable, "-W", "ignore", "-m", "intranet"]


class Running:
    """`intranet serve`, or another of its processes, over a data folder."""

    def __init__(self, data: Path, *, threads: int = 64, process: str = "serve", log: IO[bytes] | None = None) -> None:
        self.data, self.port, self.threads, self.name = data, free_port(), threads, process
        self.log = log
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [*COMMAND, self.name, "--data", str(self.data), "--port", str(self.port)]
        environment = {**os.environ, "INTRANET_THREADS": str(self.threads)}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True, env=environment
        )
        if self.name == "serve":
            self._read_ready()
        else:
            self._knock()

    def _read_ready(self) -> None:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line.startswith("ready http://"):
            raise RuntimeError(f"the house did not start: {line}")

    def _knock(self) -> None:
        """Only `serve` says when it is ready."""
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.1)
        raise RuntimeError(f"`intranet {self.name}` did not start")

    def kill(self) -> None:
        """Ends every process at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def intranet(*arguments: str, data: Path, typed: str = "") -> str:
    """Runs a command of the product and returns what it printed."""
    command = [*COMMAND, *arguments, "--data", str(data)]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()
