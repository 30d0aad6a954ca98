"""A parser that does everything that it should not, in the child process of `intranet.kernel.sandbox`."""

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path


def read(data: bytes, how: str) -> bytes:
    return ACTS[how](data)


def _raise(data: bytes) -> bytes:
    raise ValueError(data)


def _exit(_data: bytes) -> bytes:
    os._exit(3)


def _spin(_data: bytes) -> bytes:
    while True:
        pass


def _sleep(_data: bytes) -> bytes:
    time.sleep(60)
    return b""


def _eat(_data: bytes) -> bytes:
    return b"a" * (1 << 30)


def _write(_data: bytes) -> bytes:
    return b"a" * 5000


def _write_file(data: bytes) -> bytes:
    (Path(data.decode()) / "large").write_bytes(b"a" * 5000)
    return b""


def _recurse(data: bytes) -> bytes:
    return _recurse(data)


def _die(_data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _core(data: bytes) -> bytes:
    os.chdir(data.decode())
    os.abort()


def _environment(_data: bytes) -> bytes:
    is_limited = resource.getrlimit(resource.RLIMIT_CPU)[1] != resource.RLIM_INFINITY
    return f"{'LIMITED' if is_limited else ''} {dict(os.environ)}".encode()


ACTS: dict[str, Callable[[bytes], bytes]] = {
    "echo": bytes, "raise": _raise, "exit": _exit, "spin": _spin, "sleep": _sleep, "eat": _eat, "write": _write,
    "write_file": _write_file, "recurse": _recurse, "die": _die, "core": _core, "environment": _environment,
}  # fmt: skip
