"""Recordings that a page may play: known by their first bytes, whatever they are called."""

HEAD = 64
MPEG = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def sniff(head: bytes) -> str | None:
    """The type of a recording by its first HEAD bytes; None for everything else."""
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:HEAD]:
        return "audio/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    return "audio/mpeg" if head.startswith(MPEG) else None
