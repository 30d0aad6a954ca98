"""A parser of strangers' bytes has limits, and its end is never ours (A76)."""

import os
import sys
from pathlib import Path

import pytest

from intranet.kernel import sandbox
from intranet.kernel.pictures import BrokenPicture, make_safe
from intranet.kernel.sandbox import Failed, Limits, run
from intranet.testing import misbehaving

SMALL = Limits(cpu_s=1, wall_s=5, memory=128 << 20, output=4096)
NAME = misbehaving.__name__


def test_what_the_child_reads_comes_back() -> None:
    assert run(NAME, b"hello", "echo", limits=SMALL) == b"hello"


@pytest.mark.parametrize("how", ["raise", "exit", "spin", "eat", "write", "write_file", "recurse", "die", "core"])
def test_a_child_that_misbehaves_is_a_failure_and_no_more(how: str, tmp_path: Path) -> None:
    with pytest.raises(Failed):
        run(NAME, str(tmp_path).encode(), how, limits=SMALL)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= SMALL.output


def test_a_child_that_sleeps_is_ended() -> None:
    with pytest.raises(Failed, match="timed out"):
        run(NAME, b"", "sleep", limits=Limits(wall_s=1))


def test_a_module_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(Failed):
        run("intranet.kernel.nowhere", b"", limits=SMALL)


def test_the_child_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "INTRANET_MAIL__PASSWORD", "secret")
    said = run(NAME, b"", "environment", limits=SMALL).decode()
    assert "LIMITED" in said
    assert "secret" not in said
    assert "INTRANET" not in said


def test_pictures_are_read_in_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sandbox, "run", lambda module, *rest, **limits: asked.append(module) or b"")
    with pytest.raises(BrokenPicture):
        make_safe(b"GIF89a")
    assert asked == ["intranet.kernel.pictures"]
    assert "intranet.kernel.pictures" in sys.modules
