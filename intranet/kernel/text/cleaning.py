"""Text as it may be stored: one Unicode form, nothing invisible that could deceive, nothing that breaks a database."""

import re
import unicodedata

# Characters that change direction or take no space: they let one name pass for another.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_line(text: str, cap: int) -> str:
    """One line: spaces folded, invisible characters dropped. Raises ValueError over `cap` characters or for controls."""
    cleaned = INVISIBLE.sub("", _checked(text.replace("\n", " ").replace("\t", " "), cap))
    return " ".join(cleaned.split())


def clean_text(text: str, cap: int) -> str:
    """Text with line breaks. Raises ValueError over `cap` characters or for control characters."""
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), cap).strip()


def _checked(text: str, cap: int) -> str:
    if len(text) > cap:
        raise ValueError(f"longer than {cap} characters")
    if FORBIDDEN.search(text):
        raise ValueError("control characters")
    return unicodedata.normalize("NFC", text)
