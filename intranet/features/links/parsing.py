"""What a stranger's page says of itself. Runs in a child process, so this imports nothing of ours.

The standard parser is enough: it reads tags one after the other and builds no tree that could become too deep.
"""

import codecs
import json
import re
from html.parser import HTMLParser

CAPS = {"title": 200, "description": 400, "site_name": 80, "picture": 2_000}
NAMES = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "description", "twitter:description"),
    "site_name": ("og:site_name",),
    "picture": ("og:image:secure_url", "og:image", "og:image:url", "twitter:image"),
}
SAID_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
BEGINNING = 4096
LONGEST = 20_000
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read(data: bytes, charset: str) -> bytes:
    """JSON with `title`, `description`, `site_name` and `picture`, each perhaps empty."""
    head = _Head()
    head.feed(_decoded(data, charset))
    head.close()
    return json.dumps({name: head.said(name)[: CAPS[name]] for name in CAPS}).encode()


def _decoded(data: bytes, charset: str) -> str:
    for mark, name in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    said = SAID_CHARSET.search(data[:BEGINNING])
    for name in (charset, said[1].decode("ascii") if said else "", "utf-8"):
        try:
            return data.decode(name, "replace") if name else _refuse(name)
        except (LookupError, ValueError):
            continue
    return ""


def _refuse(name: str) -> str:
    raise LookupError(name)


class _Head(HTMLParser):
    """The page's first title, and what its `meta` elements say first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        self.title = ""
        self._is_in_title = False

    def said(self, name: str) -> str:
        found = next((self.metas[each] for each in NAMES[name] if self.metas.get(each)), "")
        return " ".join((found or (self.title if name == "title" else "")).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._is_in_title = not self.title
        elif tag == "meta":
            given = dict(attrs)
            name = (given.get("property") or given.get("name") or "").strip().lower()
            self.metas.setdefault(name, (given.get("content") or "").strip()[:LONGEST])

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._is_in_title = False

    def handle_data(self, data: str) -> None:
        if self._is_in_title and len(self.title) < LONGEST:
            self.title += data[:LONGEST]
