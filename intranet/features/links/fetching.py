"""The job that asks for a linked page and its picture. The network and strangers' bytes stay outside of transactions."""

import io
import json
from urllib.parse import urljoin

from intranet.features.links import changes, queries
from intranet.features.links.changes import Preview
from intranet.plugin_api import BrokenPicture, NewAttachment, clean_line, make_safe, outgoing, sandbox, site

PAGE = outgoing.Errand(types=("text/html", "application/xhtml+xml"), limit=512 << 10, cut=True)
PICTURE = outgoing.Errand(types=("image/",), limit=5 << 20)
EDGE = 640  # pixels; a card is small
LIMITS = sandbox.Limits()
PARSER = "intranet.features.links.parsing"


def fetch(entry_id: int, url: str) -> None:
    """Brings the card of a link and shows it below the entry. Doing it twice asks once."""
    house, base_url = site(), site().settings.base_url
    with house.database.read() as db:
        if not queries.is_on(db):
            return
        is_known = queries.find_fresh(db, url) is not None
    preview = None if is_known else look(url)
    with house.database.write() as db:
        card = queries.find_fresh(db, url) or changes.keep(db, url, preview)
        changes.attach(db, entry_id, url, card, base_url)


def tidy() -> None:
    """Lets go of cards that nothing shows any more."""
    with site().database.write() as db:
        changes.drop_unused(db)


def look(url: str) -> Preview | None:
    """What the page says of itself; None when it does not answer, or says nothing that can be shown."""
    try:
        page = outgoing.fetch(url, PAGE)
        said = json.loads(sandbox.run(PARSER, page.body, page.charset, limits=LIMITS))
    except (outgoing.Unreachable, sandbox.Failed, ValueError):
        return None
    title, description, name = (_line(said[each]) for each in ("title", "description", "site_name"))
    picture = _picture(page.url, said["picture"]) if title else None
    return Preview(title, description, name, picture) if title else None


def _line(said: str) -> str:
    shown = "".join(each if each.isprintable() else " " for each in said)
    return clean_line(shown, len(shown))


def _picture(page: str, said: str) -> NewAttachment | None:
    if not said:
        return None
    try:
        sent = outgoing.fetch(urljoin(page, said), PICTURE)
        picture = make_safe(sent.body, edge=EDGE)
    except (outgoing.Unreachable, BrokenPicture, ValueError):
        return None
    blob = site().blobs.put(io.BytesIO(picture.data), limit=len(picture.data))
    return NewAttachment(
        blob.sha256, blob.size, "", "image/webp", width=picture.width, height=picture.height
    )  # fmt: skip
