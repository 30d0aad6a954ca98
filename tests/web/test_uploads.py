"""What is uploaded is only ever downloaded, unless it is a picture that we drew anew (A33)."""

import gzip
import io

import pytest
from PIL import Image

from intranet.testing.house import House

SCRIPT = b"<script>alert(document.domain)</script>"
ACTIVE = {
    "evil.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>",
    "evil.svgz": gzip.compress(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "evil.html": b"<!doctype html>" + SCRIPT,
    "evil.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "evil.xml": b'<?xml version="1.0"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></x>',
    "evil.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
    "evil.js": b"alert(1)",
    "evil.pdf": b"%PDF-1.7 " + SCRIPT,
    "noending": SCRIPT,
}
LIES = ["image/png", "image/svg+xml", "text/html", "application/xhtml+xml", "text/javascript", "x\r\nX-Evil: 1"]


def post(house: House, name: str, content: bytes, claimed: str) -> int:
    files = {"body": "look", "files": (io.BytesIO(content), name, claimed.replace("\r\n", ""))}
    answer = house.visitor("ines").post("/rooms/workshop/posts", files, content_type="multipart/form-data")
    return answer.status_code


@pytest.mark.parametrize("claimed", LIES)
@pytest.mark.parametrize("name", sorted(ACTIVE))
def test_whatever_could_run_is_downloaded_and_never_shown(house: House, name: str, claimed: str) -> None:
    assert post(house, name, ACTIVE[name], claimed) == 303
    got = house.visitor("omar").get("/attachments/1")
    assert got.data == ACTIVE[name]
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in got.headers
    assert "/attachments/1" not in "".join(
        part.split(">")[0] for part in house.visitor("omar").get("/rooms/workshop").text.split("<img")[1:]
    )


@pytest.mark.parametrize("name", ["lie.png", "lie.jpg", "lie.webp", "lie.gif"])
@pytest.mark.parametrize(
    "content", [ACTIVE["evil.svg"], ACTIVE["evil.html"], b"GIF89a" + SCRIPT], ids=["svg", "html", "gif"]
)
def test_what_only_calls_itself_a_picture_is_refused(house: House, name: str, content: bytes) -> None:
    assert post(house, name, content, "image/png") == 422


def test_a_picture_with_a_script_behind_it_loses_the_script(house: House) -> None:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    assert post(house, "both.png", raw.getvalue() + SCRIPT, "text/html") == 303
    got = house.visitor("omar").get("/attachments/1")
    assert got.headers["Content-Type"] == "image/webp"
    assert b"script" not in got.data
