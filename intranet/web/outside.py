"""Addresses that leave the box: on paper, in mail, as a square that a phone reads."""

import segno
from markupsafe import Markup

from intranet.web.site import site

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks


def absolute(path: str) -> str:
    """The whole address of a path of ours, by the configured `base_url` alone; empty when there is none."""
    base = site().settings.base_url.rstrip("/")
    return base + path if base else ""


def qr(text: str) -> Markup:
    """The text as a QR code: an SVG, always dark on white, with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=QUIET_ZONE, dark="#12201c", light="#fff", omitsize=True))
