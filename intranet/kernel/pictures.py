"""Strangers' pictures are opened in a child process with limits, turned upright, stripped and written as WebP."""

import io
import json
import resource
import subprocess
import sys
from dataclasses import dataclass

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_PIXELS = 60_000_000
MAX_EDGE = 2048
CPU_S, MEMORY, WALL_S = 20, 1 << 30, 30


class BrokenPicture(ValueError):
    """Not a picture that can be shown."""


@dataclass(frozen=True)
class Picture:
    """A picture that is safe to show; `data` is WebP, sides in pixels."""

    data: bytes
    width: int
    height: int


def make_safe(data: bytes) -> Picture:
    """Decodes and writes anew, so that nothing of the sender's file but its pixels remains. Raises BrokenPicture."""
    command = [sys.executable, "-I", "-m", "intranet.kernel.pictures"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_S, check=True)
        head, _, body = done.stdout.partition(b"\n")
        size = json.loads(head)
    except (subprocess.SubprocessError, ValueError) as error:
        raise BrokenPicture from error
    return Picture(body, size["width"], size["height"])


def _convert(data: bytes) -> tuple[bytes, tuple[int, int]]:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise BrokenPicture
        picture = ImageOps.exif_transpose(opened)
        picture.thumbnail((MAX_EDGE, MAX_EDGE))
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=84)
        return out.getvalue(), picture.size


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data, (width, height) = _convert(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps({"width": width, "height": height}).encode() + b"\n" + data)


if __name__ == "__main__":
    _main()
