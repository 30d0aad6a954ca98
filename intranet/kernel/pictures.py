"""Strangers' pictures are opened in a child process with limits, turned upright, stripped and written as WebP."""

import io
import json
from dataclasses import dataclass

from PIL import Image, ImageOps

from intranet.kernel import sandbox

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_PIXELS = 60_000_000
MAX_EDGE = 2048
LIMITS = sandbox.Limits(cpu_s=20, wall_s=30, memory=1 << 30, output=32 << 20)


class BrokenPicture(ValueError):
    """Not a picture that can be shown."""


@dataclass(frozen=True)
class Picture:
    """A picture that is safe to show; `data` is WebP, sides in pixels."""

    data: bytes
    width: int
    height: int


def make_safe(data: bytes, *, edge: int = MAX_EDGE) -> Picture:
    """Decodes and writes anew, so that nothing of the sender's file but its pixels remains. Raises BrokenPicture.

    Neither side is longer than `edge` then.
    """
    try:
        head, _, body = sandbox.run(__name__, data, str(edge), limits=LIMITS).partition(b"\n")
        size = json.loads(head)
    except (sandbox.Failed, ValueError) as error:
        raise BrokenPicture from error
    return Picture(body, size["width"], size["height"])


def read(data: bytes, edge: str) -> bytes:
    """The child's part: a line with the size, then the picture. Raises BrokenPicture."""
    picture = _opened(data)
    picture.thumbnail((int(edge), int(edge)))
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=84)
    return json.dumps({"width": picture.width, "height": picture.height}).encode() + b"\n" + out.getvalue()


def _opened(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data), formats=FORMATS)
    if opened.width * opened.height > MAX_PIXELS:
        raise BrokenPicture
    return ImageOps.exif_transpose(opened)
