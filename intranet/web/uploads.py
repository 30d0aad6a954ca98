"""Files that come with a form: pictures are made safe, everything else is kept as it is and only ever downloaded."""

import io
import mimetypes
from collections.abc import Sequence
from typing import IO

from flask import request
from werkzeug.datastructures import FileStorage

from intranet.core.entries.changes import NewAttachment
from intranet.core.errors import Invalid
from intranet.core.forms import N_
from intranet.kernel import sounds
from intranet.kernel.blobs import Blob, TooLarge
from intranet.kernel.pictures import FORMATS, BrokenPicture, make_safe
from intranet.kernel.text import clean_line
from intranet.web import caps
from intranet.web.site import site

PICTURES = {f".{name.lower()}" for name in FORMATS} | {".jpg"}
MESSAGES = {
    "many": N_("At most 10 files fit into one post."),
    "large": N_("A file is larger than 25 MB. Choose a smaller one."),
    "broken": N_("This picture cannot be read. Try to save it again as JPEG or PNG."),
    "name": N_("A file's name holds characters that cannot be kept. Rename it."),
}


def read_attachments(field: str = "files") -> list[NewAttachment]:
    """The form's files, kept in the blob store. Raises Invalid, with nothing attached."""
    sent = [each for each in request.files.getlist(field) if each.filename]
    if len(sent) > caps.FILES:
        raise Invalid({field: MESSAGES["many"]})
    alts = request.form.getlist("alt")
    return [_keep(each, _alt(alts, place), field) for place, each in enumerate(sent)]


def read_picture(field: str) -> str | None:
    """One picture for an avatar: the name of its blob. Raises Invalid."""
    sent = request.files.get(field)
    return _keep_picture(sent, "", "", field).sha256 if sent and sent.filename else None


def _alt(alts: Sequence[str], place: int) -> str:
    try:
        return clean_line(alts[place] if place < len(alts) else "", caps.ALT)
    except ValueError:
        raise Invalid(
            {"alt": N_("A picture's description is too long, or holds characters that cannot be kept.")}
        ) from None


def _keep(sent: FileStorage, alt: str, field: str) -> NewAttachment:
    try:
        name = clean_line((sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1], 255)
    except ValueError:
        raise Invalid({field: MESSAGES["name"]}) from None
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in PICTURES:
        return _keep_picture(sent, name, alt, field)
    kind = _sound(sent, name) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    blob = _put(sent.stream, field)
    return NewAttachment(blob.sha256, blob.size, name or "file", kind, alt)


def _sound(sent: FileStorage, name: str) -> str | None:
    """The type of a recording: it says that it is one, by its name or by what sent it, and its bytes say so too."""
    said = sent.mimetype or "", mimetypes.guess_type(name)[0] or ""
    head = sent.stream.read(sounds.HEAD)
    sent.stream.seek(0)
    return sounds.sniff(head) if any(each.startswith("audio/") for each in said) else None


def _keep_picture(sent: FileStorage, name: str, alt: str, field: str) -> NewAttachment:
    raw = sent.stream.read(caps.FILE_SIZE + 1)
    if len(raw) > caps.FILE_SIZE:
        raise Invalid({field: MESSAGES["large"]})
    try:
        picture = make_safe(raw)
    except BrokenPicture:
        raise Invalid({field: MESSAGES["broken"]}) from None
    blob = _put(io.BytesIO(picture.data), field)
    return NewAttachment(blob.sha256, blob.size, name, "image/webp", alt, picture.width, picture.height)


def _put(stream: IO[bytes], field: str) -> Blob:
    try:
        return site().blobs.put(stream, limit=caps.FILE_SIZE)
    except TooLarge:
        raise Invalid({field: MESSAGES["large"]}) from None
