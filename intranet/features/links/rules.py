"""Which link of an entry gets a card."""

import hashlib
import html
import re

KINDS = ("post", "comment", "message")
LINK = re.compile(r'<a href="(https?://([^"/?#]+)[^"]*)"', re.IGNORECASE)
MAX_URL = 2_000
OWN = re.compile(r"https?://([^/?#:]+)", re.IGNORECASE)


def first_link(written: str, base_url: str) -> str:
    """The first link in an entry's HTML that leads out of the house, without its fragment; empty when there is none."""
    own = OWN.match(base_url)
    for found in LINK.finditer(written):
        host = html.unescape(found[2]).rpartition("@")[2].partition(":")[0]
        url = html.unescape(found[1]).partition("#")[0]
        if len(url) <= MAX_URL and not (own and host.lower() == own[1].lower()):
            return url
    return ""


def name_of(url: str) -> str:
    """By which a link is known again."""
    return hashlib.sha256(url.encode()).hexdigest()
