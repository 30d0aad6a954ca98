"""Where conversations are, and who may do what in them. True or false, no side effects."""

from typing import Any

from intranet.plugin_api import N_, SeenRoom, entry_rules

KINDS = ("company", "team", "channel", "direct")
OUTSIDE = N_("You read this chat without being in it. Join to write.")
NOTICES = ("chat.named", "chat.everyone", "chat.direct")
THREAD_NOTICES = (*NOTICES, "chat.reply", "chat.reaction")


def address(room: Any) -> str:
    """The page of a conversation: a direct room has no name, so it goes by its id."""
    return f"/chat/dm/{room.id}" if room.kind == "direct" else f"/chat/{room.slug}"


def talks(room: Any) -> bool:
    return room.kind in KINDS


def why_silent(seen: SeenRoom) -> str:
    """Why the viewer writes nothing here, as a gettext id; empty when they may."""
    if seen.room.archived_at:
        return N_("This room is archived: it can be read, and nobody writes in it.")
    if seen.role is None:
        return OUTSIDE
    return "" if entry_rules.may_chat(seen) else N_("You can read this chat, but not write in it.")
