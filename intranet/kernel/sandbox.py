"""The one way to read strangers' bytes with a parser: in a child process with limits. Its failure is no answer, no more.

A module that parses has a function `read(data: bytes, *words: str) -> bytes`. It is imported in the child, after the
limits are set; what it writes goes to a file that cannot grow beyond the limit.
"""

import importlib
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass


class Failed(Exception):
    """The child gave no answer: the bytes cannot be read, or not within the limits."""


@dataclass(frozen=True)
class Limits:
    """`cpu_s` and `wall_s` in seconds, `memory` and `output` in bytes."""

    cpu_s: int = 5
    wall_s: int = 10
    memory: int = 512 << 20
    output: int = 1 << 20


def run(module: str, data: bytes, *words: str, limits: Limits) -> bytes:
    """What `module.read` says of the bytes. The child gets nothing of our environment. Raises Failed."""
    numbers = (str(each) for each in (limits.cpu_s, limits.memory, limits.output))
    command = [sys.executable, "-I", "-B", "-m", "intranet.kernel.sandbox", *numbers, module, *words]
    with tempfile.TemporaryFile() as written:
        try:
            subprocess.run(
                command,
                input=data,
                stdout=written,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=limits.wall_s,
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise Failed(str(error)) from error
        written.seek(0)
        return written.read(limits.output)


def _main(cpu_s: str, memory: str, output: str, module: str, *words: str) -> None:
    limits = {
        resource.RLIMIT_CPU: int(cpu_s), resource.RLIMIT_AS: int(memory), resource.RLIMIT_FSIZE: int(output),
        resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    answer = importlib.import_module(module).read(sys.stdin.buffer.read(), *words)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
