"""Who may make codes, and when a code still leads into its room."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from intranet.features.invites.models import Invite
from intranet.plugin_api import Person, Room, SeenRoom, tickets

ROOM_KINDS = ("team", "channel")
DAYS, MANY = 7, 10
State = Literal["open", "ended", "full", "stopped", "archived", "removed"]


@dataclass(frozen=True)
class Terms:
    """On what terms a code lets people in. No `lasts` is no end, no `max_uses` is no limit."""

    lasts: timedelta | None = timedelta(days=DAYS)
    max_uses: int | None = MANY
    needs_approval: bool = True
    shows_history: bool = False
    for_guests: bool = False


def may_invite(viewer: Person, seen: SeenRoom) -> bool:
    """Keepers, while their room is in use."""
    is_usable = seen.room.kind in ROOM_KINDS and not seen.room.archived_at and not seen.room.removed_at
    return is_usable and seen.is_keeper and not viewer.is_guest and not viewer.disabled_at


def state_of(invite: Invite, room: Room, taken: int, now: datetime) -> State:
    """Whether one more person may come in with it, or why not."""
    if room.removed_at:
        return "removed"
    if room.archived_at:
        return "archived"
    if invite.stopped_at:
        return "stopped"
    if invite.ends_at and invite.ends_at <= now:
        return "ended"
    return "full" if invite.max_uses is not None and taken >= invite.max_uses else "open"


def is_asked_for(invite: Invite, room: Room) -> bool:
    """Whether a keeper approves who comes: nobody has to ask where everyone may join."""
    return invite.needs_approval and room.access != "open"


def must_ask(invite: Invite, room: Room, person: Person, *, came_before: bool) -> bool:
    """Who came in with it before and is in the room no longer was perhaps taken out: they ask. So do guests everywhere."""
    has_to = invite.needs_approval or came_before
    return has_to and (room.access != "open" or person.is_guest)


def new_code() -> str:
    return "".join(secrets.choice(tickets.ALPHABET) for _ in range(tickets.TYPED_LENGTH))


def plain(typed: str) -> str:
    """A code however it was written: small letters, dashes and spaces do not matter."""
    return "".join(each for each in typed.upper() if each.isascii() and each.isalnum())
