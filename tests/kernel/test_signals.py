"""What is told and not kept: it arrives or it does not, and garbage harms nobody (A53)."""

import json
import os
import socket
import threading
from pathlib import Path

import pytest

from intranet.kernel import events, signals
from intranet.kernel.db import Database
from intranet.kernel.signals import Signal

GARBAGE = [
    b"", b".", b"\xff\xfe", b"{", b"null", b"[]", b"1e999", b"NaN", b'"typing"', b"[" * 50_000, os.urandom(1_000),
    b'{"name": "typing"}', b'{"name": 5, "data": {}}', b'{"name": "typing", "data": []}', b'{"name": "a b", "data": {}}',
    b'{"name": "typing\\nid: 5", "data": {}}', b'{"name": "' + b"x" * 5_000 + b'", "data": {}}',
]  # fmt: skip


@pytest.mark.parametrize("datagram", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_no_signal(datagram: bytes) -> None:
    assert signals.read(datagram) is None


@pytest.mark.parametrize("name", ["Typing", "a b", "", "x" * 31, "a\nid: 1", "a.b.c"])
def test_a_signal_has_a_proper_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        signals.send(tmp_path, name)


def test_a_signal_has_its_size(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        signals.send(tmp_path, "typing", name="x" * signals.LONGEST)


def test_a_reader_hands_signals_on_between_garbage_and_goes_on_when_a_listener_fails(
    tmp_path: Path, template: Path
) -> None:
    heard: list[Signal] = []
    done = threading.Event()

    def hear(signal: Signal) -> None:
        heard.append(signal)
        if signal.name == "broken":
            raise RuntimeError
        if signal.name == "last":
            done.set()

    database = Database(template / "intranet.sqlite")
    reader = events.Reader(database, tmp_path, lambda _batch: None, hear=hear)
    reader.start()
    named = [json.dumps({"name": name, "data": {"room_id": 1}}).encode() for name in ("typing", "broken", "last")]
    for datagram in (*GARBAGE, *named):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:  # waits where its queue is full
            sender.sendto(datagram, str(reader.inbox.path))
    assert done.wait(20)
    assert [signal.name for signal in heard] == ["typing", "broken", "last"]
    reader.stop()
    reader.join(20)
    assert not reader.inbox.path.exists()
    database.close()


def test_a_socket_that_nobody_reads_any_more_is_cleared_away(tmp_path: Path) -> None:
    inbox = signals.Inbox(tmp_path, "gone", 1)
    inbox.socket.close()
    signals.send(tmp_path, "typing")
    assert not inbox.path.exists()
