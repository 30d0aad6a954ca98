"""The tables of the core, one file for each group of nouns."""

from intranet.core.models.entries import Attachment, Blob, Entry, Reaction
from intranet.core.models.house import AuditRow, CreatedOnce, Setting, Throttle
from intranet.core.models.people import Person, SessionRow, Token
from intranet.core.models.rooms import Membership, Room

__all__ = [
    "Attachment", "AuditRow", "Blob", "CreatedOnce", "Entry", "Membership", "Person", "Reaction", "Room",
    "SessionRow", "Setting", "Throttle", "Token",
]  # fmt: skip
