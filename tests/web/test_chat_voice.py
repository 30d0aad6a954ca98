"""Voice messages: what is a recording by its bytes is played, everything else is only ever a download."""

import io
import re

import pytest
from werkzeug.test import TestResponse

from intranet.kernel.sounds import sniff
from intranet.testing.house import House

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(range(256)) * 4
SOUNDS = {
    ("Voice message 9:14.webm", "audio/webm"): (WEBM, "audio/webm"),
    ("note.ogg", "audio/ogg"): (b"OggS" + b"\0" * 200, "audio/ogg"),
    ("note.wav", "audio/x-wav"): (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 200, "audio/wav"),
    ("note.m4a", "audio/mp4"): (b"\0\0\0\x18ftypM4A " + b"\0" * 200, "audio/mp4"),
    ("note.mp3", "audio/mpeg"): (b"ID3\x04" + b"\0" * 200, "audio/mpeg"),
}
HTML = b"<script>alert(1)</script>"


def send(house: House, name: str, kind: str, content: bytes) -> str:
    """The address of what was sent."""
    sent = house.visitor("ines").post(
        "/chat/workshop/messages",
        {"body": "", "files": (io.BytesIO(content), name, kind)},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    return re.findall(r'(?:src|href)="(/attachments/\d+)"', house.visitor("omar").get("/chat/workshop").text)[-1]


def is_download(answer: TestResponse) -> bool:
    return answer.mimetype == "application/octet-stream" and "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("sent", "expected"), SOUNDS.items())
def test_a_recording_is_played_with_its_own_type(
    house: House, sent: tuple[str, str], expected: tuple[bytes, str]
) -> None:
    address = send(house, *sent, expected[0])
    page = house.visitor("omar").get("/chat/workshop").text
    assert f'<audio controls src="{address}"' in page
    assert sent[0] in page
    answer = house.visitor("omar").get(address)
    assert (answer.mimetype, answer.data) == (expected[1], expected[0])
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert is_download(house.visitor("omar").get(f"{address}?download=1"))


def test_a_part_of_a_recording_can_be_asked_for(house: House) -> None:
    address = send(house, "note.webm", "audio/webm", WEBM)
    part = house.visitor("omar").get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, WEBM[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(WEBM)}"
    assert house.visitor("omar").get(address, headers={"Range": "bytes=999999-"}).status_code == 416


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("evil.mp3", "audio/mpeg", HTML),
        ("evil.webm", "audio/webm", HTML),
        ("evil.wav", "audio/wav", b"RIFF" + HTML),
        ("evil.html", "text/html", HTML),
        ("film.webm", "video/webm", WEBM),
        ("plan.txt", "text/plain", b"OggS but only words"),
        ("evil.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
        ("empty.mp3", "audio/mpeg", b""),
    ],
)
def test_what_only_says_that_it_is_one_stays_a_download(house: House, name: str, kind: str, content: bytes) -> None:
    address = send(house, name, kind, content)
    assert is_download(house.visitor("omar").get(address))


def test_an_outsider_hears_nothing(house: House) -> None:
    address = send(house, "note.webm", "audio/webm", WEBM)
    for username in ("pavel", "rosa"):
        assert house.visitor(username).get(address).status_code == 404
        assert house.program(username).get(address).status_code == 404
    assert house.visitor().get(address).status_code == 302


def test_only_our_own_page_may_listen_and_play(house: House) -> None:
    headers = house.visitor("ines").get("/chat/workshop").headers
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "media-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "head", [b"", b"\x1aE\xdf\xa3matroska", b"ftyp", b"RIFFxxxxAVI ", b"<html>", b"\xff\xd8\xff", b"GIF89a"]
)
def test_other_bytes_are_no_recording(head: bytes) -> None:
    assert sniff(head) is None
