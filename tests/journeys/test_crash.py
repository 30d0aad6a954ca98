"""A power cut: every process is killed while people write. What was acknowledged stands, nothing stands by half."""

import http.client
import json
import threading
from pathlib import Path

from intranet.testing.running import Running, intranet

WRITERS, ROUNDS = 6, 3
ENTRIES = 30


def write_until_cut(house: Running, token: str, room: int, name: str, ledger: list[tuple[int, str]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        for number in range(10_000):
            body = f"{name} line {number}"
            connection.request("POST", f"/api/v1/rooms/{room}/posts", json.dumps({"body": body}), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            if answer.status == 201:
                ledger.append((said["id"], body))
    except (OSError, http.client.HTTPException, ValueError):
        return


def ask(house: Running, path: str, token: str) -> dict:  # type: ignore[type-arg]
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
    connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    assert answer.status == 200, said
    return said  # type: ignore[no-any-return]


def test_no_acknowledged_post_is_lost_when_everything_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    intranet("demo", data=data)
    token = intranet("token", "create", "giulia.ferri", data=data)
    house = Running(data)
    room = next(each["id"] for each in ask(house, "/rooms", token)["items"] if each["slug"] == "gx-40")
    ledger: list[tuple[int, str]] = []
    for turn in range(ROUNDS):
        before = len(ledger)
        writers = [
            threading.Thread(target=write_until_cut, args=(house, token, room, f"turn {turn} writer {number}", ledger))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        while len(ledger) < before + ENTRIES and any(writer.is_alive() for writer in writers):
            writers[0].join(0.01)
        house.kill()
        for writer in writers:
            writer.join()
        house.start()
    assert len(ledger) >= ENTRIES * ROUNDS
    for entry_id, body in ledger:
        assert ask(house, f"/entries/{entry_id}", token)["body"] == body
    house.stop()
    assert "agrees" in intranet("search", "check", data=data)


def test_a_second_instance_is_refused_and_the_first_goes_on(running: Running) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-W", "ignore", "-m", "intranet", "serve", "--data", str(running.data), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "already in use" in second.stderr
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
