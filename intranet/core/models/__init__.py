"""The tables of the core, one file for each group of nouns."""

from intranet.core.models.doors import Passkey, RecoveryCode, SessionRow, Ticket, Token, TotpSecret
from intranet.core.models.entries import (
    Attachment,
    Blob,
    Entry,
    EntryRevision,
    EntryTag,
    HeldFile,
    Reaction,
    SavedEntry,
)
from intranet.core.models.house import AuditRow, CreatedOnce, Setting, Throttle
from intranet.core.models.notices import Block, Notification
from intranet.core.models.people import (
    DirectoryAccount,
    DirectoryRun,
    FormerUsername,
    Person,
    Profile,
    Skill,
    SkillConfirmation,
)
from intranet.core.models.rooms import FormerSlug, JoinRequest, Membership, Room

__all__ = [
    "Attachment", "AuditRow", "Blob", "Block", "CreatedOnce", "DirectoryAccount", "DirectoryRun", "Entry", "EntryRevision",
    "EntryTag", "FormerSlug", "FormerUsername", "HeldFile", "JoinRequest", "Membership", "Notification", "Passkey", "Person", "Profile",
    "Reaction", "RecoveryCode", "Room", "SavedEntry", "SessionRow", "Setting", "Skill", "SkillConfirmation", "Throttle", "Ticket",
    "Token", "TotpSecret",
]  # fmt: skip
