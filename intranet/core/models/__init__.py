"""The tables of the core, one file for each group of nouns."""

from intranet.core.models.doors import Passkey, RecoveryCode, SessionRow, Ticket, Token, TotpSecret
from intranet.core.models.entries import Attachment, Blob, Entry, Reaction
from intranet.core.models.house import AuditRow, CreatedOnce, Setting, Throttle
from intranet.core.models.people import (
    DirectoryAccount,
    DirectoryRun,
    FormerUsername,
    Person,
    Profile,
    Skill,
    SkillConfirmation,
)
from intranet.core.models.rooms import Membership, Room

__all__ = [
    "Attachment", "AuditRow", "Blob", "CreatedOnce", "DirectoryAccount", "DirectoryRun", "Entry", "FormerUsername", "Membership",
    "Passkey", "Person", "Profile", "Reaction", "RecoveryCode", "Room", "SessionRow", "Setting", "Skill", "SkillConfirmation",
    "Throttle", "Ticket", "Token", "TotpSecret",
]  # fmt: skip
