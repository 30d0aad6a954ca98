"""The product as it really runs: `intranet serve` in processes of its own, and its command line."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-W", "ignore", "-m", "intranet"]


class Running:
    """`intranet serve` over a data folder."""

    def __init__(self, data: Path, *, threads: int = 64) -> None:
        self.data, self.port, self.threads = data, free_port(), threads
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [*COMMAND, "serve", "--data", str(self.data), "--port", str(self.port)]
        environment = {**os.environ, "INTRANET_THREADS": str(self.threads)}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment
        )
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line.startswith("ready http://"):
            raise RuntimeError(f"the house did not start: {line}")

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
