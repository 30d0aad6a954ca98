"""One thread writes to many connections: whole, in order, bounded, and whatever one of them does harms no other."""

import os
import queue
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from intranet.kernel import wires
from intranet.kernel.wires import END, Writer

LAST = b"last\n"
WAIT_S = 20


@dataclass(eq=False)
class Line:
    """What one listener is told, and whether they are gone."""

    waiting: "queue.SimpleQueue[bytes]" = field(default_factory=queue.SimpleQueue)
    is_ended: bool = False
    gone: "queue.SimpleQueue[bool]" = field(default_factory=queue.SimpleQueue)

    def left(self) -> None:
        self.gone.put(True)


@pytest.fixture
def writer() -> Iterator[Writer]:
    started = Writer(beat=b"beat\n", last=LAST, beat_s=600)
    started.start()
    yield started
    started.stop()
    started.join(WAIT_S)
    assert not started.is_alive()


def joined(writer: Writer, *, first: bytes = b"", is_chunked: bool = False) -> tuple[Line, socket.socket]:
    line = Line()
    ours, theirs = socket.socketpair()
    theirs.settimeout(WAIT_S)
    writer.add(ours, line, first=first, is_chunked=is_chunked)
    return line, theirs


def say(writer: Writer, line: Line, message: bytes) -> None:
    line.waiting.put(message)
    writer.tell(line)


def read_all(connection: socket.socket) -> bytes:
    said = b""
    while piece := connection.recv(1 << 16):
        said += piece
    return said


def test_everything_comes_once_and_in_order(writer: Writer) -> None:
    everyone = [joined(writer, first=b"0\n") for _ in range(50)]
    for number in range(1, 200):
        for line, _ in everyone:
            say(writer, line, b"%d\n" % number)
    for line, theirs in everyone:
        say(writer, line, END)
        assert read_all(theirs).split() == [b"%d" % number for number in range(200)]
        assert line.gone.get(timeout=WAIT_S)


def test_what_was_said_before_the_connection_came_is_written_after_the_first_words(writer: Writer) -> None:
    line = Line()
    line.waiting.put(b"second\n")
    writer.tell(line)
    ours, theirs = socket.socketpair()
    writer.add(ours, line, first=b"first\n", is_chunked=False)
    say(writer, line, LAST)
    assert read_all(theirs) == b"first\nsecond\nlast\n"


def test_chunks_are_those_of_http_and_the_last_one_ends_the_answer(writer: Writer) -> None:
    line, theirs = joined(writer, first=b"abc", is_chunked=True)
    line.waiting.put(b"x" * 20)
    say(writer, line, LAST)
    said = read_all(theirs)
    assert said.startswith(b"3\r\nabc\r\n")
    assert b"x" * 20 in said
    assert said.endswith(LAST + b"\r\n0\r\n\r\n")


def test_one_who_reads_nothing_holds_up_nobody_and_is_cut_when_told_to_end(writer: Writer) -> None:
    slow, blocked = joined(writer, first=b"x" * (8 << 20))
    quick, theirs = joined(writer)
    say(writer, quick, b"hello\n")
    assert theirs.recv(100) == b"hello\n"
    slow.is_ended = True
    say(writer, slow, LAST)
    assert slow.gone.get(timeout=WAIT_S)
    assert LAST not in read_all(blocked)


def test_who_takes_nothing_between_two_beats_is_cut_and_others_hear_the_beat() -> None:
    writer = Writer(beat=b"beat\n", last=LAST, beat_s=0)
    writer.start()
    slow, blocked = joined(writer, first=b"x" * (8 << 20))
    _, theirs = joined(writer)
    assert slow.gone.get(timeout=WAIT_S)
    assert theirs.recv(5) == b"beat\n"
    writer.stop()
    blocked.close()


@pytest.mark.parametrize("noise", [b"", b"GET / HTTP/1.1\r\n\r\n", os.urandom(500)])
def test_who_leaves_or_talks_is_let_go_alone(writer: Writer, noise: bytes) -> None:
    rude, theirs = joined(writer)
    quiet, others = joined(writer)
    if noise:
        theirs.sendall(noise)
    else:
        theirs.close()
    assert rude.gone.get(timeout=WAIT_S)
    say(writer, quiet, b"still here\n")
    assert others.recv(100) == b"still here\n"


def test_a_connection_that_is_taken_over_outlives_whatever_the_server_does_with_its_own() -> None:
    given, client = socket.socketpair()
    taken = wires.take_over({"gunicorn.socket": given})
    assert taken is not None
    given.shutdown(socket.SHUT_WR)
    assert given.recv(1) == b""
    given.close()
    taken.sendall(b"still open")
    assert client.recv(100) == b"still open"
    assert not os.get_inheritable(taken.fileno())


def test_where_the_server_has_no_connection_to_give_there_is_none() -> None:
    assert wires.take_over({}) is None
