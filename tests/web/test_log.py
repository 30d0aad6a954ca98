"""What strangers send cannot forge a line of the log (A52)."""

import logging
import re
import socket
from pathlib import Path

import pytest
from sqlalchemy import select

from intranet.core.models import AuditRow
from intranet.kernel.logs import INDENT, OneLine
from intranet.testing.house import PASSWORD, House
from intranet.testing.running import Running

FORGED = "2026-11-24 10:00:00,000 ERROR intranet.web the house is sold"
ATTACKS = [f"x{mark}{FORGED}" for mark in ("\n", "\r\n", "\r", "\x1b[2K\r", "\0", "\x85", "\u2028", "\u202e", "\ud800")]
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+ ")


def written(error: Exception | None, words: str) -> str:
    """What the log says of a message and an exception."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("intranet.web", logging.ERROR, "x.py", 1, "error in %s", (words,), info)
    return OneLine("%(asctime)s %(levelname)s %(name)s %(message)s").format(record)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_message_is_one_line_whatever_is_in_it(attack: str) -> None:
    said = written(None, attack)
    assert len(said.splitlines()) == 1
    assert said.isprintable()
    assert "the house is sold" in said


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_exceptions_words_stand_indented_under_their_line(attack: str) -> None:
    try:
        raise ValueError(attack)
    except ValueError as error:
        first, *more = written(error, "x").split("\n")
    assert LINE.match(first)
    assert more
    assert all(line.startswith(INDENT) and line.isprintable() for line in more)


def test_an_error_of_ours_is_one_entry_though_the_address_is_hostile(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = house.visitor("ines")

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError(ATTACKS[1])

    monkeypatch.setattr("intranet.features.search.routes.page", fails)
    caplog.handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    agent = "x\x1b]0;sold\x07 y"
    answer = visitor.get("/search?q=%0d%0a" + FORGED.replace(" ", "%20"), headers={"User-Agent": agent})
    assert answer.status_code == 500
    assert "sold" not in answer.text.replace(FORGED, "")
    entries = [line for line in caplog.text.split("\n") if line and not line.startswith(INDENT)]
    assert len(entries) == 1
    assert LINE.match(entries[0])


def test_names_of_strangers_are_kept_as_data_in_the_audit_log(house: House) -> None:
    for attack in ATTACKS[:-1]:
        house.visitor().post("/login", {"username": attack, "password": PASSWORD}, headers={"User-Agent": "x"})
    with house.site.database.read() as db:
        rows = db.scalars(select(AuditRow).where(AuditRow.action == "signin.failed")).all()
    assert len(rows) == len(ATTACKS) - 1
    assert all(len(row.subject) <= 200 for row in rows)


def say(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        return connection.recv(200)


def test_the_real_server_writes_nothing_that_a_stranger_could_forge(house: House, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as log:
        running = Running(house.site.settings.data, log=log)
        try:
            evil = FORGED.encode()
            assert say(running.port, b"GET /\x1b[2K" + evil + b"\r\n\r\n")
            assert say(running.port, b"BAD\x0b\x1b[31m" + evil + b"\r\nHost: x\r\n\r\n")
            assert say(running.port, b"GET / HTTP/1.1\r\nHost: x\r\nX-\x1b: \x0a" + evil + b"\r\n\r\n")
            assert say(running.port, b"GET /%0d%0a HTTP/1.1\r\nHost: x\r\nUser-Agent: \x1b[2K" + evil + b"\r\n\r\n")
            assert say(running.port, b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
        finally:
            running.stop()
    said = path.read_text(encoding="utf-8", errors="surrogateescape")
    assert said.count("Invalid request") >= 3
    assert all(line.isprintable() for line in said.split("\n"))
    assert not any(line.startswith(FORGED) for line in said.split("\n"))
